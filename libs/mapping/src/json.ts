/** Any value that JSON can hold. Structurally the same as the plugin contract's: this library imports no other. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** True for a plain JSON object: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a person calls the kind of a value: `text`, `number`, `boolean`, `null`, `list`, `object` or `missing`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

/** The own property of an object or list; undefined for anything else. Nothing of a prototype is ever seen. */
export function ownProperty(value: unknown, key: string | number): unknown {
  return isKeyed(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isKeyed(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
