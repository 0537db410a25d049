import { filters as builtIn } from 'liquidjs';
import type { FilterHandler } from '../liquid/filter-handler.js';
import { RenderProblem } from '../render-problem.js';
import { isBlank, textArgument } from './text-input.js';
import { isTimeZone, minutesEastOfUtc } from './time-zone.js';

/** `2026-03-04`, with or without a time of day and an offset. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const EPOCH_MS = /^-?\d{9,15}$/;
/** Years 0 to 9999. */
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_999;
const DEFAULT_FORMAT = '%Y-%m-%d';
const MAX_FORMAT = 200;

/**
 * A date for people: `data.expiryDate | date: "%d %b %Y", "Asia/Kolkata"`, with strftime's letters. It takes epoch
 * milliseconds, ISO 8601 and `YYYY-MM-DD`; what has no offset is meant in the zone itself, so that a plain date stays that
 * day everywhere. Format left out: `%Y-%m-%d`. Zone left out: the mapping's.
 */
export function dateFilter(timezone: string): FilterHandler {
  const strftime = builtIn['date' as keyof typeof builtIn] as FilterHandler;
  return function date(value: unknown, format: unknown, zone: unknown): unknown {
    if (isBlank(value)) return value;
    const pattern = textArgument('date', 'format', format) ?? DEFAULT_FORMAT;
    if (pattern.length > MAX_FORMAT)
      throw new RenderProblem(`the format of "date" has at most ${MAX_FORMAT} characters.`);
    const zoneName = textArgument('date', 'time zone', zone) ?? timezone;
    if (!isTimeZone(zoneName)) {
      throw new RenderProblem('the time zone of "date" is an IANA name, such as "Asia/Kolkata".');
    }
    const epochMs = instantOf(value, zoneName);
    // Liquid counts minutes west of UTC, and numbers as seconds.
    return strftime.call(this, epochMs / 1_000, pattern, -offsetAt(zoneName, epochMs));
  };
}

function instantOf(value: unknown, zone: string): number {
  if (typeof value === 'number') return inRange(value);
  const text = typeof value === 'string' ? value.trim() : '';
  if (EPOCH_MS.test(text)) return inRange(Number(text));
  const match = text.length <= 64 ? ISO.exec(text) : null;
  if (!match) return inRange(Number.NaN);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match;
  const wall = new Date(0);
  wall.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (wall.getUTCMonth() !== Number(month) - 1 || Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) {
    return inRange(Number.NaN);
  }
  wall.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  const wallMs = inRange(wall.getTime());
  if (offset) return wallMs - statedOffset(offset) * 60_000;
  // The offset at the wall time taken as UTC is right but near a change of the clocks; once more settles that.
  const guess = wallMs - offsetAt(zone, wallMs) * 60_000;
  return wallMs - offsetAt(zone, guess) * 60_000;
}

function statedOffset(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -minutes : minutes;
}

function offsetAt(zone: string, epochMs: number): number {
  return minutesEastOfUtc(zone, epochMs) ?? 0;
}

function inRange(epochMs: number): number {
  if (epochMs >= FIRST_MS && epochMs <= LAST_MS) return epochMs;
  throw new RenderProblem(
    '"date" takes epoch milliseconds, an ISO 8601 time or YYYY-MM-DD; what it got is none of these.',
  );
}
