import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Shorter values would blacken half of every text, and say nothing about anyone. */
export const MIN_SENSITIVE_LENGTH = 4;
const MOST_VALUES = 500;

/**
 * The texts (and long numbers) at these paths, as `secretPaths` and `personalPaths` write them: `*` is every entry, and
 * a path stands for everything below it.
 */
export function sensitiveValues(value: JsonObject, paths: readonly string[]): readonly string[] {
  const found = new SensitiveValues();
  found.addAt(value, paths);
  return [...found.values];
}

/** Texts (and long numbers) out of several places, each one once: of every call to add, at most 500 new ones. */
export class SensitiveValues {
  readonly values = new Set<string>();
  private most = 0;

  /** Those at these paths, as `sensitiveValues` has them. */
  addAt(value: JsonObject, paths: readonly string[]): void {
    this.most = this.values.size + MOST_VALUES;
    for (const path of paths) this.collectAt(value, path.split('.'), 0);
  }

  /** All that are anywhere in these. */
  addAll(values: readonly Json[]): void {
    this.most = this.values.size + MOST_VALUES;
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
    if (this.values.size >= this.most) return;
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
