import type { DeliveryMessage } from '@patchbay/core';
import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Minimum length of a value. Shorter values identify nobody, and redacting them would remove half of every text. */
export const MIN_SENSITIVE_LENGTH = 4;
const MAX_NEW_VALUES = 500;

/** Steps of a path to values; see {@link sensitiveValues}. */
export type SplitPath = readonly string[];

/** Splits a path once, because a path serves all deliveries of a plugin. */
export function splitPath(path: string): SplitPath {
  return path.split('.');
}

/**
 * Returns the texts and the long numbers at these paths. The paths have the format of `secretPaths` and
 * `personalPaths`: `*` is every entry, and a path includes everything below it.
 */
export function sensitiveValues(value: JsonObject, paths: readonly string[]): readonly string[] {
  const found = new SensitiveValues();
  found.addAt(value, paths.map(splitPath));
  return [...found.values];
}

/** Set of texts and long numbers from several objects. Each call of an add function adds at most 500 new values. */
export class SensitiveValues {
  readonly values = new Set<string>();
  private maxSize = 0;

  /** Adds the values at these paths; see {@link sensitiveValues}. */
  addAt(value: JsonObject, paths: readonly SplitPath[]): void {
    this.maxSize = this.values.size + MAX_NEW_VALUES;
    for (const path of paths) this.collectAt(value, path, 0);
  }

  /** Adds all values anywhere in these objects. */
  addAll(values: readonly Json[]): void {
    this.maxSize = this.values.size + MAX_NEW_VALUES;
    for (const value of values) this.collect(value);
  }

  private collectAt(value: Json, path: SplitPath, depth: number): void {
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

/** Returns the values of a delivery that its outcome and log lines must not contain, besides the destination's secrets. */
export function deliveryValues(
  { lookedUp, personal = [], delivery }: Pick<DeliveryMessage, 'lookedUp' | 'personal' | 'delivery'>,
  message: JsonObject,
  personalPaths: readonly SplitPath[],
): readonly string[] {
  const { enriched = {}, recipient = {} } = lookedUp ?? {};
  // A single set removes duplicates, so a value that occurs in both the message and the lookups is searched for once.
  const found = new SensitiveValues();
  found.addAt(message, personalPaths);
  found.addAll([recipient, enriched]);
  found.addAll(personal);
  return [...found.values, ...callbackToken(delivery.statusCallbackUrl)];
}

/**
 * Returns the token at the end of the path of a callback URL. If a vendor does not sign its calls, the token alone
 * authenticates them. With the token, a person who reads an attempt could forge status updates. The rest of the URL is
 * not secret and occurs in many responses.
 */
function callbackToken(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return [path.slice(path.lastIndexOf('/') + 1)];
}
