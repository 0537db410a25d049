import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Shorter values would blacken half of every text, and say nothing about anyone. */
export const SHORTEST_SENSITIVE = 4;
const MOST_VALUES = 500;

/**
 * The texts (and long numbers) at these paths, as `secretPaths` and `personalPaths` write them: `*` is every entry, and
 * a path stands for everything below it.
 */
export function sensitiveValues(value: JsonObject, paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) collectAt(value, path.split('.'), found);
  return [...found];
}

function collectAt(value: Json, path: readonly string[], found: Set<string>): void {
  const [head, ...rest] = path;
  if (head === undefined) return collectAll(value, found);
  if (head === '*' && Array.isArray(value)) for (const entry of value) collectAt(entry, rest, found);
  if (!isJsonObject(value) || !Object.hasOwn(value, head)) return;
  const next = value[head];
  if (next !== undefined) collectAt(next, rest, found);
}

function collectAll(value: Json, found: Set<string>): void {
  if (found.size >= MOST_VALUES) return;
  if (typeof value === 'string') {
    if (value.trim().length >= SHORTEST_SENSITIVE) found.add(value.trim());
  } else if (typeof value === 'number') {
    if (Math.abs(value) >= 10_000) found.add(String(value));
  } else if (typeof value === 'object' && value !== null) {
    for (const entry of Array.isArray(value) ? value : Object.values(value)) collectAll(entry, found);
  }
}
