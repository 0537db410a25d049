/** Any value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Whether a JSON value is an object (no array, no null). */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether JSON can hold a value as it is: plain data, finite numbers, no cycles, at most 100 levels deep. */
export function isJson(value: unknown, levels = 100): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levels === 0) return false;
  if (Array.isArray(value)) return value.every((entry) => isJson(entry, levels - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((entry) => isJson(entry, levels - 1));
}

/** A text as JSON. Undefined where it is none, nests deeper than {@link isJson} allows, or holds a number beyond all bounds. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The JSON object in a text, or in the bytes of one: an answer, the raw body of a callback. Undefined where it is none:
 * no UTF-8, no JSON by {@link parseJson}, or another value.
 */
export function jsonObjectIn(text: string | Uint8Array): JsonObject | undefined {
  const value = parseJson(typeof text === 'string' ? text : (utf8In(text) ?? ''));
  return isJsonObject(value) ? value : undefined;
}

/** Strict: bytes that are no UTF-8 must not be read as something else than what was signed. */
function utf8In(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
