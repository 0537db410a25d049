import { isMembers } from '../../../lib/merge-patch';
import type { JsonObject } from '../model/json';

/** Returns the mapping with an unknown path replaced by the suggested one, in all of its templates. */
export function fixPath(
  mapping: JsonObject | null,
  { path, suggestion }: { readonly path: string; readonly suggestion: string | null },
): JsonObject | null {
  if (mapping === null || suggestion === null) return mapping;
  const pattern = new RegExp(`(?<![\\w.])${escaped(path)}(?![\\w])`, 'g');
  const fixed = replaceTexts(mapping, (text) => text.replace(pattern, () => suggestion));
  return isMembers(fixed) ? fixed : mapping;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function replaceTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => replaceTexts(one, change));
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceTexts(inner, change)]));
}
