/**
 * JSON value. This type is structurally equal to the type of the plugin SDK, but declared again, because this library
 * imports no other library.
 */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Returns true for a plain JSON object. Returns false for null, lists and class instances such as Date. */
export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // Compares the prototype of the prototype, so that objects of another JavaScript realm are accepted too.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Returns the kind of a value, as error messages name it: `text`, `number`, `boolean`, `null`, `list`, `object` or
 * `missing`.
 */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

/**
 * Returns an own property of an object or list. Never returns a property of a prototype. Undefined for other values.
 */
export function ownProperty(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}

/** Returns true for a text, a number, a boolean or null. */
export function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
