import { isJsonObject, parseJson, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { AnswerTest } from './http-sms.dto.js';

const MOST_WORDS = 100;

/**
 * Values that the paths in settings read: of a response (`status`, `headers`, `body`, `words`) or of a callback
 * (`query`, `body`, `words`).
 */
export type View = JsonObject;

/**
 * Converts a text to the values that paths read. `body` is the parsed JSON; otherwise the form fields, if the text may
 * be a form; otherwise the text. `words` is the list of the text's words, for responses such as `OK: 4711`.
 */
export function textView(text: string, isForm = false): View {
  const words = text
    .slice(0, 10_000)
    .split(/[\s:=,;|&<>"]+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  const other = isForm ? Object.fromEntries(new URLSearchParams(text)) : text.trim();
  return { body: parseJson(text) ?? other, words };
}

/** Returns the value at a path; undefined if the path has no value. */
export function at(view: View, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((found, part) => {
    if (Array.isArray(found)) return /^\d{1,4}$/.test(part) ? found[Number(part)] : undefined;
    return isJsonObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }, view);
}

/** Returns the text, number or boolean at a path as text; undefined if the path has no value or an empty text. */
export function textAt(view: View, path: string | undefined): string | undefined {
  const found = path === undefined ? undefined : at(view, path);
  if (found === undefined || found === null || found === '' || typeof found === 'object') return undefined;
  return String(found);
}

/** Returns true if a path has a value. Null, empty texts, empty lists and empty objects do not count as values. */
export function isThere(view: View, path: string): boolean {
  const found = at(view, path) ?? null;
  return typeof found === 'object' && found !== null ? Object.keys(found).length > 0 : found !== null && found !== '';
}

/** Returns true if the response meets all conditions of a test. */
export function holds({ status, path, values }: AnswerTest, view: View): boolean {
  if (status !== undefined && !status.some((one) => one === view.status)) return false;
  if (path === undefined) return true;
  return values === undefined ? isThere(view, path) : values.includes(textAt(view, path) ?? '');
}
