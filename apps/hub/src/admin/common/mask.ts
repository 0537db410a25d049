import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Text that replaces a secret. It shows only that a value is set. */
export const MASK = '••••';

/** Masks every value of an object and keeps the names of its fields. */
export function maskAll(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, masked(value)]));
}

/**
 * Masks the values at or below the given paths, and keeps all other values.
 * @param paths in the format of a plugin's `secretPaths`: `auth.password`, `keys.*.secret`; `*` stands for every
 *   entry of a list
 */
export function maskPaths(values: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce<JsonObject>((result, path) => {
    const changed = maskAt(result, path.split('.'));
    return isJsonObject(changed) ? changed : result;
  }, values);
}

function maskAt(value: Json, [segment, ...rest]: readonly string[]): Json {
  if (segment === undefined) return masked(value);
  if (Array.isArray(value)) {
    return value.map((entry, index) => (segment === '*' || segment === String(index) ? maskAt(entry, rest) : entry));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      segment === '*' || segment === name ? maskAt(child, rest) : child,
    ]),
  );
}

/** Masks a value and keeps its structure. Null stays null, because it means that nothing is set. */
export function masked(value: Json): Json {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(masked);
  return isJsonObject(value) ? maskAll(value) : MASK;
}
