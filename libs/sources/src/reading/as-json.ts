import { MAX_EVENT_VALUES, type Json, type JsonObject } from '@patchbay/core';

/** Deeper bodies are unreadable: a bound for everything that walks them. The hub's own limit is lower. */
const MAX_DEPTH = 128;

/**
 * A parsed body as what is surely JSON, with its keys renamed; a copy only where something in it has to be another. Keys
 * such as `__proto__` stay keys and change no prototype. Where two keys get the same name, the one that had it before keeps
 * it and the other keeps its old name: nothing is dropped.
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

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value by its own keys, array indices among them; undefined where the way ends earlier. */
export function valueAt(value: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = value;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = Array.isArray(current) ? current[Number(segment)] : current[segment];
  }
  return current;
}

class TooLarge extends Error {}

/** Values that a walk has seen. */
interface Walk {
  values: number;
}

function visit(value: unknown, depth: number, walk: Walk): void {
  walk.values += 1;
  if (walk.values > MAX_EVENT_VALUES) throw new TooLarge();
  if (depth >= MAX_DEPTH && typeof value === 'object' && value !== null) throw new TooLarge();
}

/** Whether a copy would be the same: nearly all bodies are as they should be. */
function isUnchangedJson(value: unknown, nameOf: (key: string) => string, depth: number, walk: Walk): value is Json {
  visit(value, depth, walk);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((child: unknown) => isUnchangedJson(child, nameOf, depth + 1, walk));
  if (!isRecord(value)) return false;
  // Every key of every event comes by here: its entries would be most of what reading it throws away.
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

/** A plain assignment to `__proto__` would change the object's prototype instead of setting a key. */
function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
