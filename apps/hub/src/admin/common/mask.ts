import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** What a secret is shown as: whether it is set, nothing else. */
export const MASK = '••••';

/** Every value masked; the names that are set remain. */
export function maskAll(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, masked(value)]));
}

/**
 * What stands at or below the paths masked, the rest as it is.
 * @param paths as a plugin's `secretPaths`: `auth.password`, `keys.*.secret`, `*` for every entry of a list
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

/** A value of which only its shape remains: null stays null, since nothing is set. */
export function masked(value: Json): Json {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(masked);
  return isJsonObject(value) ? maskAll(value) : MASK;
}
