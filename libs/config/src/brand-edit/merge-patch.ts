import { isJsonObject, type Json, type JsonObject } from '@patchbay/core';

/** Returns true if the value at a path is replaced as a whole. Null inside such a value is kept as null. */
export type IsAtomic = (path: readonly string[]) => boolean;

/**
 * Applies a JSON Merge Patch (RFC 7396): omitted keys stay, null removes a key, objects are merged, and other values
 * are replaced.
 * @param target current value; null if there is none
 */
export function mergePatch(target: JsonObject | null, patch: JsonObject, isAtomic: IsAtomic): JsonObject {
  return merged(target ?? undefined, patch, isAtomic, []);
}

function merged(target: Json | undefined, patch: JsonObject, isAtomic: IsAtomic, at: readonly string[]): JsonObject {
  const result = new Map(Object.entries(isJsonObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    const path = [...at, name];
    if (value === null) result.delete(name);
    else if (isJsonObject(value) && !isAtomic(path)) result.set(name, merged(result.get(name), value, isAtomic, path));
    else result.set(name, value);
  }
  return Object.fromEntries(result);
}
