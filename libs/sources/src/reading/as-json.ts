import { MAX_EVENT_VALUES, type Json, type JsonObject } from '@patchbay/core';

/**
 * Maximum nesting of a readable body. It limits the depth for all code that traverses the body. The hub's own limit is
 * lower.
 */
const MAX_DEPTH = 128;

/**
 * Converts a parsed body to valid JSON with renamed keys. Copies it only if something changes. Keys such as `__proto__`
 * stay plain keys and set no prototype. If two keys would get the same name, the key that already has this name keeps
 * it. The other key keeps its old name, so nothing is dropped.
 * @returns null if the body is nested deeper than 128, or has more than 20,000 values
 */
export function asJson(body: unknown, nameOf: (key: string) => string = (key) => key): Json | null {
  try {
    return isUnchangedJson(body, nameOf, 0, { values: 0 }) ? body : copy(body, nameOf, 0, { values: 0 });
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

/** Returns true if a value is a JSON object, not null or an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at a path of own keys and array indices; undefined if the path does not exist. */
export function valueAt(value: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = value;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = Array.isArray(current) ? current[Number(segment)] : current[segment];
  }
  return current;
}

class TooLarge extends Error {}

/** Counter of the values that a traversal has visited. */
interface Walk {
  values: number;
}

function visit(value: unknown, depth: number, walk: Walk): void {
  walk.values += 1;
  if (walk.values > MAX_EVENT_VALUES) throw new TooLarge();
  if (depth >= MAX_DEPTH && typeof value === 'object' && value !== null) throw new TooLarge();
}

/** Returns true if a copy would be identical. This is the case for nearly all bodies. */
function isUnchangedJson(value: unknown, nameOf: (key: string) => string, depth: number, walk: Walk): value is Json {
  visit(value, depth, walk);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((child: unknown) => isUnchangedJson(child, nameOf, depth + 1, walk));
  if (!isRecord(value)) return false;
  // Runs for every key of every event. `Object.entries` would cause most of the garbage created while reading.
  for (const key of Object.keys(value)) {
    if (nameOf(key) !== key || !isUnchangedJson(value[key], nameOf, depth + 1, walk)) return false;
  }
  return true;
}

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

function copy(value: unknown, nameOf: (key: string) => string, depth: number, walk: Walk): Json {
  visit(value, depth, walk);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map((child: unknown) => copy(child, nameOf, depth + 1, walk));
  const result: JsonObject = {};
  const renamed: [string, string, Json][] = [];
  for (const [key, child] of Object.entries(value)) {
    const name = nameOf(key);
    if (name === key) setOwn(result, key, copy(child, nameOf, depth + 1, walk));
    else renamed.push([key, name, copy(child, nameOf, depth + 1, walk)]);
  }
  for (const [key, name, child] of renamed) setOwn(result, Object.hasOwn(result, name) ? key : name, child);
  return result;
}

/** Sets an own key. A plain assignment to `__proto__` would change the object's prototype. */
function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
