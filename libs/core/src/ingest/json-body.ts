import { isUtf8 } from 'node:buffer';

/** Nesting beyond this is not an event; walking it would need a deep stack. */
export const MAX_JSON_DEPTH = 64;

/** A body, parsed, or why it could not be. */
export type ParsedBody =
  { readonly kind: 'parsed'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly reason: string };

/** Parses a request body. Never throws; the reason names no content of the body. */
export function parseJsonBody(raw: Uint8Array): ParsedBody {
  if (raw.length === 0) return { kind: 'unreadable', reason: 'The body is empty.' };
  if (!isUtf8(raw)) return { kind: 'unreadable', reason: 'The body is not UTF-8.' };
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', reason: 'The body is not valid JSON.' };
  }
  if (isDeeperThan(value, MAX_JSON_DEPTH)) {
    return { kind: 'unreadable', reason: `The body nests deeper than ${MAX_JSON_DEPTH} levels.` };
  }
  return { kind: 'parsed', value };
}

/** Level by level, so that no nesting can exhaust the stack. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let reached = 0; level.length > 0; reached += 1) {
    if (reached >= depth) return true;
    const below: object[] = [];
    for (const container of level) {
      for (const child of Object.values(container) as unknown[]) {
        if (typeof child === 'object' && child !== null) below.push(child);
      }
    }
    level = below;
  }
  return false;
}
