import { createHash } from 'node:crypto';
import type { Json } from '@patchbay/core';

/** Maximum number of customers by which an event is indexed. */
export const MAX_CUSTOMERS = 20;

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
  const id = identifierOf(value);
  return typeof value === 'string' && id !== null ? id.replace(/^([+-]?\d+)\.0+$/, '$1') : id;
}

/** Returns an event type as text. Null if the type is invalid or longer than 200 characters. */
export function eventTypeOf(value: Json | undefined): string | null {
  if (typeof value !== 'string') return null;
  const text = cleanText(value);
  return text === '' || text.length > MAX_IDENTIFIER_LENGTH ? null : text;
}

/** Returns the first twenty distinct ids in their given order. Skips nulls. */
export function distinctCustomers(ids: Iterable<string | null>): string[] {
  const distinct = new Set<string>();
  for (const id of ids) {
    if (distinct.size >= MAX_CUSTOMERS) break;
    if (id !== null) distinct.add(id);
  }
  return [...distinct];
}

const EARLIEST_SECONDS = 1_000_000_000; // Year 2001: a smaller number is more likely a counter than a time.
const EARLIEST_MS = 100_000_000_000; // Year 1973
const LATEST_MS = Date.UTC(2100, 0, 1);
const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Converts a time to ISO 8601 in UTC. Accepts epoch milliseconds or seconds, as a number or text, and ISO 8601. A time
 * without a zone is read as UTC.
 * @returns null for anything else, and for times before 1973 or after 2099, because loyalty events never have such
 *   times
 */
export function isoMoment(value: Json | undefined): string | null {
  const time = typeof value === 'string' ? timeIn(value) : value;
  if (typeof time !== 'number' || !(time >= EARLIEST_SECONDS)) return null;
  const ms = time >= EARLIEST_MS ? time : time * 1000;
  return ms < LATEST_MS ? new Date(ms).toISOString() : null;
}

/**
 * Returns the epoch milliseconds or seconds in a text. NaN for any other text, and for an ISO 8601 time before 1973.
 */
function timeIn(text: string): number {
  const trimmed = text.trim();
  if (/^\d{1,17}(\.\d{1,9})?$/.test(trimmed)) return Number(trimmed);
  const written = WRITTEN.exec(trimmed);
  if (written === null) return Number.NaN;
  const [, date, time = '00:00', zone = 'Z'] = written;
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return ms >= EARLIEST_MS ? ms : Number.NaN;
}
