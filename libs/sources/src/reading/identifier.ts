import { createHash } from 'node:crypto';
import type { Json } from '@patchbay/core';

/** Maximum length of an event type or identifier, which keeps PostgreSQL's indexes small. */
export const MAX_IDENTIFIER_LENGTH = 200;

/**
 * Removes control characters (including NUL), lone surrogates and outer blanks, so that any database column can hold
 * the text.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim();
}

/**
 * Returns an identifier as text. An identifier longer than 200 characters becomes its `sha256:<hex>`, so that
 * duplicates are still detected.
 * @returns null if the value is empty, or neither a number nor text
 */
export function identifierOf(value: Json | undefined): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  const text = cleanText(value);
  if (text === '') return null;
  return text.length > MAX_IDENTIFIER_LENGTH ? `sha256:${createHash('sha256').update(text).digest('hex')}` : text;
}

/**
 * Returns an identifier like {@link identifierOf}, for platforms that print numbers in different ways: `1000`, `"1000"`
 * and `"1000.0"` all become `1000`.
 */
export function numberedIdentifierOf(value: Json | undefined): string | null {
  return identifierOf(value)?.replace(/^([+-]?\d+)\.0+$/, '$1') ?? null;
}

/** Returns an event type as text; null if it is invalid or longer than 200 characters. */
export function eventTypeOf(value: Json | undefined): string | null {
  if (typeof value !== 'string') return null;
  const text = cleanText(value);
  return text === '' || text.length > MAX_IDENTIFIER_LENGTH ? null : text;
}
