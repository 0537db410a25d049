import { MAX_EVENT_VALUES, type Json, type JsonObject, type ReadResult } from '@patchbay/core';

/** Result of an element that cannot be read. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** Result of reading one element: an event, or the reason why it is unreadable. */
export type ElementReading = Extract<ReadResult, { kind: 'event' }> | Unreadable;

/** Rule for the keys of a body. */
export interface KeyNames {
  /** Pattern of keys that may get a new name. Keys that do not match keep their name. */
  readonly unusual: RegExp;
  /** Returns the new name of an unusual key. */
  readonly nameOf: (key: string) => string;
}

/**
 * Maximum nesting of a readable body. The maximum protects all code that traverses the body. The hub's own limit is
 * lower.
 */
const MAX_DEPTH = 128;
const TOO_LARGE = `more than ${MAX_EVENT_VALUES} values, or nested too deeply`;

/** Creates the result for an input that cannot be read. The reason is written for people and never quotes the body. */
export function unreadable(reason: string): Unreadable {
  return { kind: 'unreadable', reason };
}

/** Returns the result for an element that {@link asJson} cannot convert. */
export function unreadableJson(raw: unknown): Unreadable {
  return unreadable(raw === null ? 'the event is null' : TOO_LARGE);
}

/**
 * Creates the reader of a body with one event or an array of events. The reader returns unreadable elements unchanged.
 */
export function readerOf(read: (element: Json) => ElementReading): (body: unknown) => readonly ReadResult[] {
  return (body) => {
    const elements: readonly unknown[] = Array.isArray(body) ? body : [body];
    const results: ReadResult[] = [];
    for (const raw of elements) {
      const element = asJson(raw);
      const reading = element === null ? unreadableJson(raw) : read(element);
      results.push(reading.kind === 'event' ? reading : { ...reading, raw });
    }
    return results;
  };
}

/**
 * Converts a parsed body to valid JSON with renamed keys. Copies the body only if something changes. Keys such as
 * `__proto__` stay plain keys and set no prototype. If two keys would get the same name, the key that already has this
 * name keeps it. The other key keeps its old name, so nothing is dropped.
 * @returns null if the body is nested deeper than 128, or has more than 20,000 values
 */
export function asJson(body: unknown, names?: KeyNames): Json | null {
  if (isUnchangedJson(body, names)) return body;
  try {
    return copy(body, names, 0, { values: 0 });
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

/**
 * Returns true if a body is small enough and a copy would be identical, which is the case for nearly all bodies. Visits
 * one level of nesting after the other.
 */
function isUnchangedJson(body: unknown, names: KeyNames | undefined): body is Json {
  let level: readonly object[] = [[body]];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    const next: object[] = [];
    for (const parent of level) {
      if (names !== undefined && !Array.isArray(parent)) {
        for (const key of Object.keys(parent)) if (names.unusual.test(key) && names.nameOf(key) !== key) return false;
      }
      const children: readonly unknown[] = Array.isArray(parent) ? parent : Object.values(parent);
      values += children.length;
      if (values > MAX_EVENT_VALUES) return false;
      for (const child of children) {
        if (typeof child === 'object' && child !== null) next.push(child);
        else if (child !== null && typeof child !== 'string' && typeof child !== 'boolean' && !Number.isFinite(child))
          return false;
      }
    }
    if (depth === MAX_DEPTH && next.length > 0) return false;
    level = next;
  }
  return true;
}

class TooLarge extends Error {}

/** Counter of the values that were visited while a body was copied. */
interface Walk {
  values: number;
}

function copy(value: unknown, names: KeyNames | undefined, depth: number, walk: Walk): Json {
  walk.values += 1;
  if (walk.values > MAX_EVENT_VALUES) throw new TooLarge();
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= MAX_DEPTH) throw new TooLarge();
  if (Array.isArray(value)) return value.map((child: unknown) => copy(child, names, depth + 1, walk));
  const result: JsonObject = {};
  const renamed: [string, string, Json][] = [];
  for (const [key, child] of Object.entries(value)) {
    const name = names?.unusual.test(key) ? names.nameOf(key) : key;
    if (name === key) setOwn(result, key, copy(child, names, depth + 1, walk));
    else renamed.push([key, name, copy(child, names, depth + 1, walk)]);
  }
  for (const [key, name, child] of renamed) setOwn(result, Object.hasOwn(result, name) ? key : name, child);
  return result;
}

/** Sets an own key. A plain assignment to `__proto__` would change the object's prototype. */
function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Returns true if a value is a JSON object, not null or an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at a path of own keys and array indexes. Undefined if the path does not exist. */
export function valueAt(value: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = value;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = Array.isArray(current) ? current[Number(segment)] : current[segment];
  }
  return current;
}
