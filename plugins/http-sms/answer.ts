import { isJsonObject, parseJson, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { AnswerTest } from './http-sms.dto.js';

const MOST_WORDS = 100;

/** What paths look into: an answer (`status`, `headers`, `body`, `words`) or a callback (`query`, `body`, `words`). */
export type View = JsonObject;

/**
 * A text as paths see it: `body` is the JSON in it, else the pairs of a form where it may be one, else the text; `words`
 * are its words, for answers such as `OK: 4711`.
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

/** What stands at a path, undefined where nothing does. */
export function at(view: View, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((found, part) => {
    if (Array.isArray(found)) return /^\d{1,4}$/.test(part) ? found[Number(part)] : undefined;
    return isJsonObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }, view);
}

/** The text, number or truth value at a path, as text; undefined where there is none, or an empty one. */
export function textAt(view: View, path: string | undefined): string | undefined {
  const found = path === undefined ? undefined : at(view, path);
  if (found === undefined || found === null || found === '' || typeof found === 'object') return undefined;
  return String(found);
}

/** Whether something stands at a path: null, empty texts, lists and objects are nothing. */
export function isThere(view: View, path: string): boolean {
  const found = at(view, path) ?? null;
  return typeof found === 'object' && found !== null ? Object.keys(found).length > 0 : found !== null && found !== '';
}

/** Whether everything that a test says holds. */
export function holds({ status, path, values }: AnswerTest, view: View): boolean {
  if (status !== undefined && !status.some((one) => one === view.status)) return false;
  if (path === undefined) return true;
  return values === undefined ? isThere(view, path) : values.includes(textAt(view, path) ?? '');
}
