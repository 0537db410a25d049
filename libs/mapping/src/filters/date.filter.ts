import { RenderProblem } from '../render-problem.js';
import { namedArguments } from './named-arguments.js';
import { strftime } from './strftime.js';
import { isBlank, localeArgument, textArgument } from './text-input.js';
import { isTimeZone, minutesEastOfUtc } from './time-zone.js';

/** Date such as `2026-03-04`, with an optional time of day and offset. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const EPOCH_MS = /^-?\d{9,15}$/;
/**
 * Limits for the years 0 to 9999 in milliseconds since the epoch, with one day less at each end because of time zones.
 */
const FIRST_MS = -62_167_132_800_000;
const LAST_MS = 253_402_214_400_000;
const DEFAULT_FORMAT = '%Y-%m-%d';
const MAX_FORMAT = 200;

/**
 * Formats a date with strftime letters: `data.expiryDate | date: "%d %b %Y", "Asia/Kolkata", "es"`. Accepts epoch
 * milliseconds, ISO 8601 and `YYYY-MM-DD`. If a value has no offset, its time is a time in the given zone, so a plain
 * date stays the same day. Defaults: `%Y-%m-%d`, and the zone and language of the mapping.
 */
export function date(
  value: unknown,
  given: readonly unknown[],
  defaults: { timezone: string; locale: string },
): unknown {
  if (isBlank(value)) return value;
  const { format, zone, locale } = namedArguments('date', given);
  const pattern = textArgument('date', 'format', format) ?? DEFAULT_FORMAT;
  if (pattern.length > MAX_FORMAT)
    throw new RenderProblem(`the format of "date" can have at most ${MAX_FORMAT} characters: shorten it.`);
  const zoneName = textArgument('date', 'time zone', zone) ?? defaults.timezone;
  if (!isTimeZone(zoneName)) {
    throw new RenderProblem('the time zone of "date" must be an IANA name, such as "Asia/Kolkata".');
  }
  const epochMs = instantOf(value, zoneName);
  const minutesEast = minutesEastOfUtc(zoneName, epochMs);
  const wall = new Date(epochMs + minutesEast * 60_000);
  const language = localeArgument('date', locale) ?? defaults.locale;
  try {
    return strftime(pattern, { wall, epochMs, minutesEast, zone: zoneName }, language);
  } catch {
    throw new RenderProblem('the locale of "date" must be a language tag, such as "es".');
  }
}

function instantOf(value: unknown, zone: string): number {
  if (typeof value === 'number') return inRange(value);
  const text = typeof value === 'string' ? value.trim() : '';
  if (EPOCH_MS.test(text)) return inRange(Number(text));
  const match = text.length <= 64 ? ISO.exec(text) : null;
  if (!match) throw notADate();
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match;
  const wall = new Date(0);
  wall.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (wall.getUTCMonth() !== Number(month) - 1 || Number(day) < 1) throw notADate();
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) throw notADate();
  wall.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  const wallMs = inRange(wall.getTime());
  if (offset) return wallMs - statedOffset(offset) * 60_000;
  return instantOfWallTime(wallMs, zone);
}

/**
 * Returns the instant of a wall-clock time. If clocks skip this time, uses the offset before the change of the clocks.
 */
function instantOfWallTime(wallMs: number, zone: string): number {
  const guess = wallMs - minutesEastOfUtc(zone, wallMs) * 60_000;
  const offset = minutesEastOfUtc(zone, guess);
  const instant = wallMs - offset * 60_000;
  return minutesEastOfUtc(zone, instant) === offset ? instant : Math.max(guess, instant);
}

function statedOffset(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -minutes : minutes;
}

function inRange(epochMs: number): number {
  if (epochMs >= FIRST_MS && epochMs <= LAST_MS) return Math.floor(epochMs);
  throw notADate();
}

function notADate(): RenderProblem {
  return new RenderProblem(
    '"date" needs epoch milliseconds, an ISO 8601 time or YYYY-MM-DD, but the value is none of these. For the current time, use event.receivedAt.',
  );
}
