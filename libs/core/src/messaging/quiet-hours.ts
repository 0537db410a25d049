import { isTimeZone, minutesEastOfUtc } from '@patchbay/mapping';
import type { QuietHoursSpec } from '../configuration/brand-definition.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** No zone is further from UTC than this, and none changes its clocks twice within as much on either side. */
const MAX_OFFSET_MS = 15 * HOUR_MS;

/** The zone of a recipient where it is one, else the brand's. */
export function zoneOf(recipientZone: unknown, brandZone: string): string {
  return typeof recipientZone === 'string' && isTimeZone(recipientZone) ? recipientZone : brandZone;
}

/**
 * When quiet hours that hold at `now` end; null where none hold. A span begins and ends by the wall clock of the zone: at
 * a time that its clocks skip, it is the moment of the jump, and at one that comes twice, the first. Where clocks skip all
 * that lies between two spans, the one goes on in the other.
 * @param now milliseconds since the epoch
 */
export function quietUntil(hours: QuietHoursSpec, zone: string, now: number): number | null {
  const end = endOfSpan(hours, zone, now);
  return end === null ? null : (quietUntil(hours, zone, end) ?? end);
}

/** When the span that holds at a moment ends; null where none does. */
function endOfSpan({ from, to }: QuietHoursSpec, zone: string, now: number): number | null {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const today = Math.floor((now + minutesEastOfUtc(zone, now) * MINUTE_MS) / DAY_MS);
  // A span that began yesterday may still hold; where clocks are put back, so may one of the day that has just begun.
  for (const day of [today - 1, today, today + 1]) {
    const startsAt = instantOf(day, begin, zone);
    const endsAt = instantOf(end > begin ? day : day + 1, end, zone);
    if (startsAt <= now && now < endsAt) return endsAt;
  }
  return null;
}

/** `2026-03-01T09:00+04:00`, as a clock in the zone shows it. */
export function formatInZone(instant: number, zone: string): string {
  const offset = minutesEastOfUtc(zone, instant);
  const sign = offset < 0 ? '-' : '+';
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${new Date(instant + offset * MINUTE_MS).toISOString().slice(0, 16)}${sign}${hours}:${minutes}`;
}

/** The first instant at which clocks in the zone show a time of a day, or jump over it. */
function instantOf(day: number, minutes: number, zone: string): number {
  const wall = day * DAY_MS + minutes * MINUTE_MS;
  const [before, after] = [minutesEastOfUtc(zone, wall - MAX_OFFSET_MS), minutesEastOfUtc(zone, wall + MAX_OFFSET_MS)];
  const candidates = [wall - before * MINUTE_MS, wall - after * MINUTE_MS].sort((a, b) => a - b);
  const shows = candidates.find((instant) => instant + minutesEastOfUtc(zone, instant) * MINUTE_MS === wall);
  return shows ?? offsetChangeBetween(wall - MAX_OFFSET_MS, wall + MAX_OFFSET_MS, zone);
}

/** When the clocks of a zone change, to the minute; they do so once in between. */
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
