import type { Ctor } from '../destination.js';
import type { Json, JsonObject } from '../json.js';
import { describeAlternatives } from './alternatives.decorator.js';
import { mergeSchemas, recordSchema, translate } from './constraint-translation.js';
import { declarationOf, type DeclaredField } from './declaration.js';
import type { ItemType } from './field-options.js';
import type { Alternatives, DeclarationProblem } from './field-registry.js';
import { OWN_VALIDATORS, type RecordBounds } from './value-validators.js';

/**
 * Patchbay's own keywords in JSON Schema. The keywords only annotate and check nothing. Register the keywords in ajv if
 * ajv runs in strict mode.
 */
export const SCHEMA_ANNOTATIONS = [
  'x-secret',
  'x-personal',
  'x-address',
  'x-multiline',
  'x-file-only',
  'x-from-vendor',
  'x-problem',
] as const;

/** Error for a DTO class with invalid declarations. Its message lists every problem with class, property and hint. */
export class FieldDeclarationError extends Error {
  override readonly name = 'FieldDeclarationError';
  constructor(readonly problems: readonly DeclarationProblem[]) {
    super(problems.map(formatDeclarationProblem).join('\n'));
  }
}

/** Formats a problem: `TwilioMessage.to: declare it with @Field(…)`. */
export function formatDeclarationProblem(problem: DeclarationProblem): string {
  const place = problem.property === '' ? problem.className : `${problem.className}.${problem.property}`;
  return `${place}: ${problem.message}`;
}

/**
 * Meaning of `null` in an optional field. `leftOut` (null means absent) is for messages, because mappings fill them
 * from events. `refused` is for credentials and settings, because people write them.
 */
export type NullMeaning = 'leftOut' | 'refused';

/**
 * Returns a JSON Schema (draft 2020-12) that accepts the same values as the rules of the class. Uses only the formats
 * in FIELD_FORMATS. Throws a {@link FieldDeclarationError} if a rule has no equivalent in JSON Schema.
 */
export function jsonSchemaOf(target: Ctor<object>, nulls: NullMeaning = 'leftOut'): JsonObject {
  const problems: DeclarationProblem[] = [];
  const schema = objectSchema(target, { outer: [], nulls }, problems);
  if (problems.length > 0) throw new FieldDeclarationError(problems);
  return schema;
}

/**
 * Returns the problems in a class's declarations because of which {@link jsonSchemaOf} would throw; empty if there are
 * none.
 */
export function declarationProblems(target: Ctor<object>): readonly DeclarationProblem[] {
  const problems: DeclarationProblem[] = [];
  objectSchema(target, { outer: [], nulls: 'leftOut' }, problems);
  return problems;
}

/** Context while the schema of a nested class is built. */
interface ParentContext {
  /** Classes that contain the current class. */
  readonly outer: readonly Ctor<object>[];
  readonly nulls: NullMeaning;
}

function objectSchema(target: Ctor<object>, within: ParentContext, problems: DeclarationProblem[]): JsonObject {
  const declaration = declarationOf(target);
  problems.push(...declaration.problems);
  const properties: JsonObject = {};
  const required: string[] = [];
  for (const field of declaration.fields) {
    properties[field.name] = fieldSchema(target, field, { ...within, outer: [...within.outer, target] }, problems);
    if (field.required) required.push(field.name);
  }
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
    ...(declaration.alternatives.length === 0 ? {} : { allOf: declaration.alternatives.map(alternativesSchema) }),
  };
}

function fieldSchema(
  target: Ctor<object>,
  field: DeclaredField,
  within: ParentContext,
  problems: DeclarationProblem[],
): JsonObject {
  const { type, items: itemType } = field;
  const value = typeSchema(type, within, field, problems);
  const items = type === 'list' ? typeSchema(itemType, within, field, problems) : undefined;
  for (const rule of field.rules) {
    const refuse = (message: string): void =>
      void problems.push({ className: target.name, property: field.name, message });
    if (rule.name === OWN_VALIDATORS.record) {
      mergeSchemas(value, recordSchema(recordBounds(rule.constraints)));
      continue;
    }
    const translation = translate(rule);
    if ('refusal' in translation) refuse(translation.refusal);
    else if (!rule.each) mergeSchemas(value, translation.schema);
    else if (items !== undefined) mergeSchemas(items, translation.schema);
    else refuse('a rule with each: true applies to lists only; remove it or make the field a list');
  }
  if (items !== undefined) value.items = items;
  const checked = field.required || within.nulls === 'refused' ? value : nullable(value);
  return { title: field.options.label, ...checked, ...annotations(field) };
}

/** Returns the schema of a nested class; empty for other types, because their rules define the schema. */
function typeSchema(
  type: ItemType | 'list' | 'record' | Ctor<object>,
  within: ParentContext,
  field: DeclaredField,
  problems: DeclarationProblem[],
): JsonObject {
  if (typeof type !== 'function') return {};
  if (!within.outer.includes(type)) return objectSchema(type, within, problems);
  problems.push({
    className: type.name,
    property: field.name,
    message: 'the class contains itself, which is not supported; use type: "json" for this field',
  });
  return {};
}

/** Allows `null`, which means absent, as in class-validator's IsOptional. */
function nullable(schema: JsonObject): JsonObject {
  return {
    ...schema,
    ...(typeof schema.type === 'string' ? { type: [schema.type, 'null'] } : {}),
    ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}),
  };
}

function annotations(field: DeclaredField): JsonObject {
  const { help, secret, personal, address, multiline, fileOnly, fromVendor, example } = field.options;
  return {
    ...(help === undefined ? {} : { description: help }),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(example === undefined ? {} : { examples: [example] }),
    ...(secret === true ? { 'x-secret': true } : {}),
    ...(personal === true ? { 'x-personal': true } : {}),
    ...(address === undefined ? {} : { 'x-address': address }),
    ...(multiline === true ? { 'x-multiline': true } : {}),
    ...(fileOnly === true ? { 'x-file-only': true } : {}),
    ...(fromVendor === true ? { 'x-from-vendor': true } : {}),
  };
}

function alternativesSchema(rule: Alternatives): JsonObject {
  const names = new Set(rule.sets.flat());
  const branches = rule.sets.map((set): Json => {
    const properties: JsonObject = {};
    for (const name of names) {
      if (set.includes(name)) properties[name] = { not: { type: 'null' } };
      else if (rule.mode === 'one') properties[name] = { type: 'null' };
    }
    return { properties, ...(set.length === 0 ? {} : { required: [...set] }) };
  });
  return { [rule.mode === 'one' ? 'oneOf' : 'anyOf']: branches, 'x-problem': describeAlternatives(rule) };
}

function recordBounds(constraints: readonly RecordBounds[]): RecordBounds {
  const bounds = constraints[0];
  if (bounds === undefined)
    throw new TypeError('The rule for a record has no bounds. Pass its minimum and maximum as constraints.');
  return bounds;
}
