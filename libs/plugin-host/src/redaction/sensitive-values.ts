import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Minimum length of a value. Shorter values identify nobody, and redacting them would remove half of every text. */
export const MIN_SENSITIVE_LENGTH = 4;
const MAX_NEW_VALUES = 500;

/**
 * Returns the texts (and long numbers) at these paths, in the format of `secretPaths` and `personalPaths`. `*` is every
 * entry, and a path includes everything below it.
 */
export function sensitiveValues(value: JsonObject, paths: readonly string[]): readonly string[] {
  const found = new SensitiveValues();
  found.addAt(value, paths);
  return [...found.values];
}

/** Set of texts (and long numbers) from several objects. Each call of an add function adds at most 500 new values. */
export class SensitiveValues {
  readonly values = new Set<string>();
  private maxSize = 0;

  /** Adds the values at these paths; see {@link sensitiveValues}. */
  addAt(value: JsonObject, paths: readonly string[]): void {
    this.maxSize = this.values.size + MAX_NEW_VALUES;
    for (const path of paths) this.collectAt(value, path.split('.'), 0);
  }

  /** Adds all values anywhere in these objects. */
  addAll(values: readonly Json[]): void {
    this.maxSize = this.values.size + MAX_NEW_VALUES;
    for (const value of values) this.collect(value);
  }

  private collectAt(value: Json, path: readonly string[], depth: number): void {
    const step = path[depth];
    if (step === undefined) return this.collect(value);
    if (step === '*' && Array.isArray(value)) for (const entry of value) this.collectAt(entry, path, depth + 1);
    if (!isJsonObject(value) || !Object.hasOwn(value, step)) return;
    const next = value[step];
    if (next !== undefined) this.collectAt(next, path, depth + 1);
  }

  private collect(value: Json | undefined): void {
    if (this.values.size >= this.maxSize) return;
    if (typeof value === 'string') {
      const text = value.trim();
      if (text.length >= MIN_SENSITIVE_LENGTH) this.values.add(text);
    } else if (typeof value === 'number') {
      if (Math.abs(value) >= 10_000) this.values.add(String(value));
    } else if (Array.isArray(value)) {
      for (const entry of value) this.collect(entry);
    } else if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) this.collect(value[key]);
    }
  }
}
