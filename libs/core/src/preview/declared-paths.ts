import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { FilterCondition } from '@patchbay/mapping';
import { schemasAt, unknownPath, type UnknownPath } from './known-paths.js';

/** Event type with the JSON Schema of its data. */
export interface DeclaredType {
  readonly type: string;
  /** Undefined if nothing is known about the data. */
  readonly schema: JsonObject | undefined;
}

const TEXT = { type: 'string' };
const EVENT_SCHEMA: JsonObject = {
  properties: {
    ...{ id: TEXT, type: TEXT, brand: TEXT, source: TEXT, occurredAt: TEXT, receivedAt: TEXT },
    customerId: { type: ['string', 'null'] },
  },
};
const BRAND_SCHEMA: JsonObject = { properties: { name: TEXT, timezone: TEXT } };

/**
 * Returns null if events of at least one of the types may have a path, else the unknown path. Null for roots that
 * do not belong to the event, and if there are no types.
 * @param path dotted path, with `*` for list indexes: `data.lines.*.sku`
 */
export function unknownEventPath(path: string, types: readonly DeclaredType[]): UnknownPath | null {
  const [root = '', ...segments] = path.split('.');
  const schemas = schemasOf(root, types);
  if (schemas === null) return null;
  const unknown = schemas.map((schema) => unknownPath({ schema }, segments, root));
  if (unknown.includes(null)) return null;
  return unknown.find((one) => one !== null && one.suggestion !== null) ?? unknown[0] ?? null;
}

/** Schemas of a root, one per type. Null if one of them is not known. */
function schemasOf(root: string, types: readonly DeclaredType[]): readonly JsonObject[] | null {
  if (root === 'event') return [EVENT_SCHEMA];
  if (root === 'brand') return [BRAND_SCHEMA];
  if (root !== 'data') return null;
  const schemas = types.flatMap(({ schema }) => (schema === undefined ? [] : [schema]));
  return schemas.length === types.length ? schemas : null;
}

/** Names of the JSON types in messages. */
const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
};
const ORDER: readonly string[] = ['$gt', '$gte', '$lt', '$lte'];
const TEXTUAL: readonly string[] = ['$startsWith', '$endsWith', '$contains'];
/** Matches a text in which a comparison was written as a value: `>= 100`. */
const COMPARISON = /^\s*(>=|<=|>|<|==?|!=)\s*(-?\d+(?:\.\d+)?)\s*$/;
const OPERATORS: Readonly<Record<string, string>> = { '>=': '$gte', '<=': '$lte', '>': '$gt', '<': '$lt', '!=': '$ne' };

/**
 * Describes why a condition can never be decided by the value at its path, because of the types that the schemas
 * declare. Null if a value of the declared types can decide the condition.
 */
export function impossibleComparison(condition: FilterCondition, types: readonly DeclaredType[]): string | null {
  const { path, operator } = condition;
  const declared = typesAt(path, types);
  if (declared === null || declared.size === 0 || operator === '$exists') return null;
  const operands = Array.isArray(condition.operand) ? condition.operand : [condition.operand];
  // These conditions also hold for values of another type.
  if (operator === '$ne' || operator === '$nin') return null;
  const isWrong = (operand: Json): boolean => {
    if (operand === null) return false;
    return !declared.has(typeof operand) || (TEXTUAL.includes(operator) && !declared.has('string'));
  };
  const [wrong] = operands;
  if (wrong === undefined || !operands.every(isWrong)) return null;
  const kinds = [...declared].map((name) => NAMES[name] ?? name).join(' or ');
  return `${path} is ${kinds}, so ${effectOf(operator, wrong)}${fixFor(operator, wrong, declared)}`;
}

function effectOf(operator: string, operand: Json): string {
  const value = typeof operand === 'string' ? JSON.stringify(operand.slice(0, 60)) : JSON.stringify(operand);
  const kind = typeof operand === 'string' ? 'the text ' : typeof operand === 'number' ? 'the number ' : '';
  if (TEXTUAL.includes(operator)) return `${operator} never matches`;
  if (ORDER.includes(operator)) return `${operator} with ${kind}${value} never matches`;
  return `it never equals ${kind}${value}`;
}

function fixFor(operator: string, operand: Json, declared: ReadonlySet<string>): string {
  if (typeof operand === 'string' && declared.has('number')) {
    const [, sign = '', number = ''] = COMPARISON.exec(operand) ?? [];
    if (sign !== '') return `: write { ${OPERATORS[sign] ?? '$eq'}: ${number} }`;
    if (operand.trim() !== '' && Number.isFinite(Number(operand))) {
      return `: write ${ORDER.includes(operator) ? `{ ${operator}: ${operand.trim()} }` : operand.trim()}, without quotes`;
    }
  }
  if (typeof operand === 'string' && declared.has('boolean') && /^(true|false)$/.test(operand)) {
    return `: write ${operand}, without quotes`;
  }
  if (typeof operand === 'number' && declared.has('string')) return `: write "${operand}", in quotes`;
  return ': use a value of this type';
}

/** Returns the JSON types of the values at a path. Null if they are not known. Lists stand for their items. */
function typesAt(path: string, types: readonly DeclaredType[]): ReadonlySet<string> | null {
  const [root = '', ...segments] = path.split('.');
  const found = new Set<string>();
  for (const schema of schemasOf(root, types) ?? [{}]) {
    const schemas = schemasAt(schema, segments);
    if (schemas === null) return null;
    for (const one of schemas) if (!addTypes(one, found)) return null;
  }
  return found;
}

/** Adds the types of a schema. Returns false if the schema declares none. */
function addTypes({ type, items }: JsonObject, found: Set<string>): boolean {
  const names = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  for (const name of names) {
    if (name === 'array') {
      if (!isJsonObject(items) || !addTypes(items, found)) return false;
    } else if (name !== 'null') found.add(name === 'integer' ? 'number' : name);
  }
  return names.length > 0;
}
