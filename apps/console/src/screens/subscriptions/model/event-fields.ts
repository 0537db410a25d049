import { isMembers } from '../../../lib/merge-patch';
import type { JsonObject } from './json';
import type { ValueType } from '../filter/rules';

/** Field of an event or of another root of a mapping. */
export interface EventField {
  /** Name within its parent: `totalPointsIssued`. */
  readonly name: string;
  /** Complete path: `data.totalPointsIssued`. */
  readonly path: string;
  /** JSON type: `string`, `number`, `integer`, `boolean`, `object`, `array`, or empty if unknown. */
  readonly type: string;
  /** Value of the example event, as short text. Empty if there is none. */
  readonly example: string;
}

/** Fields of `event`, `brand`, `recipient` and `digest`, which do not depend on the type of the event. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  event: ['id', 'type', 'occurredAt', 'receivedAt', 'customerId', 'brand', 'source'],
  brand: ['name', 'timezone'],
  recipient: ['phone', 'email', 'pushToken', 'locale', 'timezone'],
  digest: ['count', 'events'],
};

/** Roots that a mapping can read. */
export const ROOTS = ['data', 'event', 'recipient', 'brand', 'digest', 'enriched'] as const;

/** Schemas and an example of the data of a subscription's events. */
export interface EventShape {
  /** JSON Schemas of `data`, one per event type. */
  readonly schemas: readonly JsonObject[];
  /** `data` of an event, for examples. */
  readonly sample: JsonObject | null;
}

/** Returns the fields directly below a path, such as `data` or `data.customerIdentifiers`. Sorted by name. */
export function fieldsBelow(path: string, { schemas, sample }: EventShape): EventField[] {
  const [root = '', ...rest] = path.split('.');
  if (root !== 'data') {
    return (rest.length === 0 ? (FIXED[root] ?? []) : []).map((name) => ({
      name,
      path: `${path}.${name}`,
      type: '',
      example: '',
    }));
  }
  const at = rest.reduce<unknown>((value, name) => (isMembers(value) ? value[name] : undefined), sample);
  const found = new Map<string, EventField>();
  for (const schema of schemas) {
    for (const [name, child] of Object.entries(propertiesAt(schema, rest))) {
      if (found.has(name)) continue;
      const value = isMembers(at) ? at[name] : undefined;
      found.set(name, { name, path: `${path}.${name}`, type: typeOf(child), example: exampleOf(value) });
    }
  }
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** Returns all paths of `data` with a single value, for the filter builder. At most `limit`. */
export function leafFields(shape: EventShape, limit = 500): EventField[] {
  const leaves: EventField[] = [];
  const open = ['data'];
  while (open.length > 0 && leaves.length < limit) {
    for (const field of fieldsBelow(open.shift() ?? '', shape)) {
      if (field.type === 'object') open.push(field.path);
      else leaves.push(field);
    }
  }
  return leaves.slice(0, limit);
}

/** Returns the type of the values at a path as the filter builder needs it. */
export function valueTypeOf(type: string): ValueType {
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'unknown';
}

function propertiesAt(schema: JsonObject, path: readonly string[]): JsonObject {
  let here: unknown = schema;
  for (const name of path) {
    const properties = propertiesOf(here);
    here = properties[name];
    if (isMembers(here) && here['type'] === 'array') here = here['items'];
  }
  return propertiesOf(here);
}

function propertiesOf(schema: unknown): JsonObject {
  if (!isMembers(schema)) return {};
  const { properties } = schema;
  return isMembers(properties) ? properties : {};
}

function typeOf(schema: unknown): string {
  if (!isMembers(schema)) return '';
  const { type } = schema;
  const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string' && one !== 'null');
  if (types.length === 0) return Object.keys(propertiesOf(schema)).length > 0 ? 'object' : '';
  return types.join(' or ');
}

function exampleOf(value: unknown): string {
  if (value === undefined || isMembers(value) || Array.isArray(value)) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
