import { isJsonObject, type Json, type JsonObject } from '@patchbay/core';

/** Whether what stands at a path is one value: replaced as a whole, null inside of it meaning null. */
export type IsAtomic = (path: readonly string[]) => boolean;

/**
 * JSON Merge Patch (RFC 7396): what is left out stays, null removes, objects are merged, everything else is replaced.
 * @param target null: there is nothing yet
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
