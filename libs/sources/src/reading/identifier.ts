import { createHash } from 'node:crypto';
import type { Json } from '@patchbay/core';

/** Longest event type and identifier that is taken as it is; PostgreSQL's indexes stay small. */
export const MAX_IDENTIFIER_LENGTH = 200;

/** Text that any database column takes: without control characters (NUL among them), lone surrogates and outer blanks. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim();
}

/**
 * An identifier as text. One longer than 200 characters becomes `sha256:<hex>` of itself, so that it still tells duplicates apart.
 * @returns null for what is no identifier: not a number or text, or empty
 */
export function identifierOf(value: Json | undefined): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  const text = cleanText(value);
  if (text === '') return null;
  return text.length > MAX_IDENTIFIER_LENGTH ? `sha256:${createHash('sha256').update(text).digest('hex')}` : text;
}

/** As {@link identifierOf}, for a platform whose numbers are printed in many ways: `1000`, `"1000"`, `"1000.0"` are all `1000`. */
export function numberedIdentifierOf(value: Json | undefined): string | null {
  return identifierOf(value)?.replace(/^([+-]?\d+)\.0+$/, '$1') ?? null;
}

/** An event type as text; null for what is none, or is longer than 200 characters. */
export function eventTypeOf(value: Json | undefined): string | null {
  if (typeof value !== 'string') return null;
  const text = cleanText(value);
  return text === '' || text.length > MAX_IDENTIFIER_LENGTH ? null : text;
}
