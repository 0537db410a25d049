import type { Json, JsonObject } from '@patchbay/core';

/** Deeper bodies are unreadable: a bound for everything that walks them. The hub's own limit is lower. */
const MAX_DEPTH = 128;

/**
 * A copy of a parsed body that is surely JSON, with its keys renamed. Keys such as `__proto__` stay keys and change no prototype.
 * Where two keys get the same name, the one that had it before keeps it and the other keeps its old name: nothing is dropped.
 * @returns null where the body is nested deeper than 128
 */
export function copyJson(body: unknown, nameOf: (key: string) => string = (key) => key): Json | null {
  return isTooDeep(body) ? null : copy(body, nameOf);
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

function isTooDeep(body: unknown): boolean {
  let level = containersIn([body]);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_DEPTH) return true;
    level = level.flatMap((container) => containersIn(Object.values(container)));
  }
  return false;
}

function containersIn(values: readonly unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}

function copy(value: unknown, nameOf: (key: string) => string): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map((child: unknown) => copy(child, nameOf));
  const entries = new Map<string, Json>();
  const renamed: [string, string, Json][] = [];
  for (const [key, child] of Object.entries(value)) {
    const name = nameOf(key);
    if (name === key) entries.set(key, copy(child, nameOf));
    else renamed.push([key, name, copy(child, nameOf)]);
  }
  for (const [key, name, child] of renamed) entries.set(entries.has(name) ? key : name, child);
  return Object.fromEntries(entries);
}
