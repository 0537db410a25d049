/** Any value that JSON can hold. Structurally the same as the plugin contract's: this library imports no other. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** True for a plain JSON object: not null, not a list, no instance of a class such as the dates some YAML readers make. */
export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // By its own prototype's prototype, so that objects of another realm count too.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
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

/** True for what JSON has besides objects and lists. */
export function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
