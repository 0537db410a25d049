/** JSON object. */
export type JsonObject = Record<string, unknown>;

/** Returns true if a value is an object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns true if two JSON values are equal. The order of keys does not matter. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/**
 * Returns the JSON Merge Patch that turns `before` into `after`: a key that is gone is null. Objects at the paths in
 * `whole` are replaced, not merged.
 */
export function mergePatch(before: JsonObject, after: JsonObject, whole: readonly string[] = []): JsonObject {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, next] = [before[key], after[key]];
    if (isSame(old, next)) continue;
    if (next === undefined) patch[key] = null;
    else if (isObject(old) && isObject(next) && !whole.includes(key)) patch[key] = mergePatch(old, next);
    else patch[key] = next;
  }
  return patch;
}
