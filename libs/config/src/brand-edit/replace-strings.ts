import { isJson, type Json } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';

/** Returns the content with the texts at the given fields replaced. */
export function replaceStrings(content: unknown, texts: ReadonlyMap<string, string>, at: FieldPath = []): Json {
  const text = texts.get(formatField(at));
  if (text !== undefined) return text;
  if (Array.isArray(content)) {
    return content.map((entry: unknown, index) => replaceStrings(entry, texts, [...at, index]));
  }
  if (typeof content !== 'object' || content === null) return isJson(content) ? content : null;
  return Object.fromEntries(
    Object.entries(content).map(([key, child]) => [key, replaceStrings(child, texts, [...at, key])]),
  );
}
