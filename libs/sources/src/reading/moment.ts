import type { Json } from '@patchbay/core';

const EARLIEST_SECONDS = 1_000_000_000; // 2001: a smaller number is more likely a counter than a time.
const EARLIEST_MS = 100_000_000_000; // 1973
const LATEST_MS = Date.UTC(2100, 0, 1);
const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Converts a time to ISO 8601 in UTC. Accepts epoch milliseconds or seconds, as a number or text, and ISO 8601 (UTC if
 * no zone is given).
 * @returns null for anything else, and for times before 1973 or after 2099, which loyalty events never have
 */
export function isoMoment(value: Json | undefined): string | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{1,17}(\.\d{1,9})?$/.test(text)) return fromEpoch(Number(text));
  const written = WRITTEN.exec(text);
  if (written === null) return null;
  const [, date, time = '00:00', zone = 'Z'] = written;
  return inRange(Date.parse(`${date}T${time}${zone.toUpperCase()}`));
}

function fromEpoch(value: number): string | null {
  if (value >= EARLIEST_MS) return inRange(value);
  return value >= EARLIEST_SECONDS ? inRange(value * 1000) : null;
}

function inRange(ms: number): string | null {
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms).toISOString() : null;
}
