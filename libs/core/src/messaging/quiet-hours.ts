import { isTimeZone, minutesEastOfUtc } from '@patchbay/mapping';
import type { QuietHoursSpec } from '../configuration/brand-definition.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Maximum offset of a time zone from UTC. No zone changes its offset twice within this time before and after an instant. */
const MAX_OFFSET_MS = 15 * HOUR_MS;

/** Returns the recipient's time zone if it is valid, else the brand's time zone. */
export function zoneOf(recipientZone: unknown, brandZone: string): string {
  return typeof recipientZone === 'string' && isTimeZone(recipientZone) ? recipientZone : brandZone;
}

/**
 * Returns the end of the quiet hours at `now`; null if `now` is outside quiet hours. Quiet hours begin and end by the
 * local time of the zone. If the clock change skips the begin or end time, the moment of the change counts. If the
 * begin or end time occurs twice, its first occurrence counts. If the clock change skips all the time between two
 * periods of quiet hours, the result is the end of the second period.
 * @param now milliseconds since the epoch
 */
export function quietUntil(hours: QuietHoursSpec, zone: string, now: number): number | null {
  const end = endOfSpan(hours, zone, now);
  return end === null ? null : (quietUntil(hours, zone, end) ?? end);
}

/** Returns the end of the period of quiet hours that contains an instant; null if no period contains the instant. */
function endOfSpan({ from, to }: QuietHoursSpec, zone: string, now: number): number | null {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const today = localDayOf(zone, now);
  // A period of quiet hours that began yesterday may still last. When clocks are put back, a period of the next date
  // may already have begun.
  for (const day of [today - 1, today, today + 1]) {
    const startsAt = instantOf(day, begin, zone);
    const endsAt = instantOf(end > begin ? day : day + 1, end, zone);
    if (startsAt <= now && now < endsAt) return endsAt;
  }
  return null;
}

/** Formats an instant as local time of a zone with its offset: `2026-03-01T09:00+04:00`. */
export function formatInZone(instant: number, zone: string): string {
  const offset = minutesEastOfUtc(zone, instant);
  const sign = offset < 0 ? '-' : '+';
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${new Date(instant + offset * MINUTE_MS).toISOString().slice(0, 16)}${sign}${hours}:${minutes}`;
}

/** Returns the date in a zone at an instant, as days since 1970-01-01. */
export function localDayOf(zone: string, now: number): number {
  return Math.floor((now + minutesEastOfUtc(zone, now) * MINUTE_MS) / DAY_MS);
}

/** Returns the first instant at which clocks in the zone show the given time of a day, or skip this time. */
export function instantOf(day: number, minutes: number, zone: string): number {
  const wall = day * DAY_MS + minutes * MINUTE_MS;
  const [before, after] = [minutesEastOfUtc(zone, wall - MAX_OFFSET_MS), minutesEastOfUtc(zone, wall + MAX_OFFSET_MS)];
  const candidates = [wall - before * MINUTE_MS, wall - after * MINUTE_MS].sort((a, b) => a - b);
  const shows = candidates.find((instant) => instant + minutesEastOfUtc(zone, instant) * MINUTE_MS === wall);
  return shows ?? offsetChangeBetween(wall - MAX_OFFSET_MS, wall + MAX_OFFSET_MS, zone);
}

/**
 * Returns the minute in which the offset of a zone changes. The offset must change exactly once between the two
 * instants.
 */
function offsetChangeBetween(from: number, to: number, zone: string): number {
  const before = minutesEastOfUtc(zone, from);
  let [low, high] = [Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (minutesEastOfUtc(zone, middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
