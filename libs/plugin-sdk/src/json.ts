/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Returns true if a JSON value is an object (not an array, not null). */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns true if JSON can represent the value unchanged: plain data, finite numbers, no cycles, at most 100 levels
 * deep.
 */
export function isJson(value: unknown, levels = 100): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levels === 0) return false;
  if (Array.isArray(value)) return value.every((entry) => isJson(entry, levels - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((entry) => isJson(entry, levels - 1));
}

/**
 * Parses JSON. Returns undefined if the text is invalid, nests deeper than {@link isJson} allows, or has a number out
 * of range.
 */
export function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Parses a JSON object from text or bytes, for example from a response or the raw body of a callback. Returns undefined
 * for bytes that are not UTF-8, for invalid JSON (see {@link parseJson}) and for any other value.
 */
export function jsonObjectIn(text: string | Uint8Array): JsonObject | undefined {
  const value = parseJson(typeof text === 'string' ? text : (utf8In(text) ?? ''));
  return isJsonObject(value) ? value : undefined;
}

/** Returns a text that is not empty; undefined for any other value. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns an object; an empty object for any other value. */
export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Converts a value for a vendor that accepts only text: a text stays, any other value becomes JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Converts the values of an object with {@link asText}. Leaves out null. */
export function textsIn(values: JsonObject): Record<string, string> {
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, asText(value)]));
}

/** Returns the objects in a list; none if the value is not a list. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Decodes strictly: invalid UTF-8 fails instead of becoming a text that differs from the signed bytes. */
function utf8In(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
