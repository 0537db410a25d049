/** Zone in which times are shown: that of the brand, that of the browser, or UTC. */
export type ZoneChoice = 'brand' | 'browser' | 'utc';

/** Milliseconds of a day. */
const DAY = 86_400_000;

/** Formats a time for a list: `10:42:07`, or `29 Nov 10:42` if it is not on the day of `now` in this zone. */
export function listTime(at: Date, now: Date, zone: string, locale: string): string {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const sameDay = day.format(at) === day.format(now);
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone };
  if (sameDay) return new Intl.DateTimeFormat(locale, { ...clock, second: '2-digit' }).format(at);
  const year: Intl.DateTimeFormatOptions =
    Math.abs(now.getTime() - at.getTime()) > 300 * DAY ? { year: 'numeric' } : {};
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...year, ...clock }).format(at);
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', DAY],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** Formats the distance from `now` in the largest unit: `3 minutes ago`. */
export function relativeTime(at: Date, now: Date, locale: string): string {
  const distance = at.getTime() - now.getTime();
  const [unit, size] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? ['second', 1_000];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.round(distance / size), unit);
}

/** Formats a duration in milliseconds in at most two units: `18 min`, `2 h 5 min`. */
export function durationText(milliseconds: number, locale: string): string {
  const seconds = Math.round(milliseconds / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3_600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown
    .map(([value, unit]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value))
    .join(' ');
}
