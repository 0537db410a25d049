import type { Json, JsonObject } from '@patchbay/core';

/** Returns true for a JSON object. Responses may come from a hub of any version, so every field is checked. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a string field, or undefined if the field is missing or has another type. */
export function textAt(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Returns a number field, or `?` if the field is missing or has another type. */
export function numberAt(object: JsonObject, name: string): number | '?' {
  const value = object[name];
  return typeof value === 'number' ? value : '?';
}

/** Returns a number field, or 0 if the field is missing or has another type. */
export function countAt(object: JsonObject, name: string): number {
  const value = object[name];
  return typeof value === 'number' ? value : 0;
}

/** Returns an object field, or undefined if the field is missing or has another type. */
export function objectAt(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name];
  return isJsonObject(value) ? value : undefined;
}

/** Returns the objects of a list field. Empty if the field is not a list. */
export function objectsAt(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  const value = object?.[name];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Returns the strings of a list field. Empty if the field is not a list. */
export function textsAt(object: JsonObject | undefined, name: string): readonly string[] {
  const value = object?.[name];
  return Array.isArray(value) ? value.filter((one: Json): one is string => typeof one === 'string') : [];
}
