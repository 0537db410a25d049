/** Instant with its wall-clock time in a zone. */
export interface WallTime {
  /** Date whose UTC fields hold the wall-clock time. */
  readonly wall: Date;
  readonly epochMs: number;
  readonly minutesEast: number;
  readonly zone: string;
}

/** Names of months from January and of days from Sunday. */
interface Names {
  readonly months: readonly string[];
  readonly shortMonths: readonly string[];
  readonly days: readonly string[];
  readonly shortDays: readonly string[];
}

type Field = (time: WallTime, names: Names) => string | number;

const DIRECTIVE = /%([-_0^#:]*)(\d{0,2})([A-Za-z%])/g;
const MAX_LOCALES = 200;
const namesByLocale = new Map<string, Names>();

/** Value, default width and fill character of each letter. */
const FIELDS: Readonly<Record<string, readonly [field: Field, width: number, fill: string]>> = {
  a: [({ wall }, { shortDays }) => shortDays[wall.getUTCDay()] ?? '', 0, ' '],
  A: [({ wall }, { days }) => days[wall.getUTCDay()] ?? '', 0, ' '],
  b: [({ wall }, { shortMonths }) => shortMonths[wall.getUTCMonth()] ?? '', 0, ' '],
  B: [({ wall }, { months }) => months[wall.getUTCMonth()] ?? '', 0, ' '],
  C: [({ wall }) => Math.floor(wall.getUTCFullYear() / 100), 2, '0'],
  d: [({ wall }) => wall.getUTCDate(), 2, '0'],
  e: [({ wall }) => wall.getUTCDate(), 2, ' '],
  H: [({ wall }) => wall.getUTCHours(), 2, '0'],
  I: [({ wall }) => wall.getUTCHours() % 12 || 12, 2, '0'],
  j: [({ wall }) => dayOfYear(wall), 3, '0'],
  k: [({ wall }) => wall.getUTCHours(), 2, ' '],
  l: [({ wall }) => wall.getUTCHours() % 12 || 12, 2, ' '],
  L: [({ wall }) => wall.getUTCMilliseconds(), 3, '0'],
  m: [({ wall }) => wall.getUTCMonth() + 1, 2, '0'],
  M: [({ wall }) => wall.getUTCMinutes(), 2, '0'],
  p: [({ wall }) => (wall.getUTCHours() < 12 ? 'AM' : 'PM'), 0, ' '],
  P: [({ wall }) => (wall.getUTCHours() < 12 ? 'am' : 'pm'), 0, ' '],
  q: [({ wall }) => ordinal(wall.getUTCDate()), 0, ' '],
  s: [({ epochMs }) => Math.floor(epochMs / 1_000), 0, '0'],
  S: [({ wall }) => wall.getUTCSeconds(), 2, '0'],
  u: [({ wall }) => wall.getUTCDay() || 7, 0, '0'],
  U: [({ wall }) => weekOfYear(wall, 0), 2, '0'],
  w: [({ wall }) => wall.getUTCDay(), 0, '0'],
  W: [({ wall }) => weekOfYear(wall, 1), 2, '0'],
  y: [({ wall }) => wall.getUTCFullYear() % 100, 2, '0'],
  Y: [({ wall }) => wall.getUTCFullYear(), 4, '0'],
  Z: [({ zone }) => zone, 0, ' '],
};
const SHORTHAND: Readonly<Record<string, string>> = {
  ...{ c: '%a %b %e %H:%M:%S %Y', D: '%m/%d/%y', F: '%Y-%m-%d', h: '%b', r: '%I:%M:%S %p', R: '%H:%M', T: '%H:%M:%S' },
  ...{ x: '%m/%d/%y', X: '%H:%M:%S' },
};
const PLAIN: Readonly<Record<string, string>> = { '%': '%', n: '\n', t: '\t' };

/**
 * Formats a time with the letters, flags (`-` no fill, `_` spaces, `0` zeros, `^` capitals, `:` in `%:z`) and widths of
 * Liquid's strftime. Replaces the implementation of LiquidJS, which uses the time zone of the machine and is wrong by one
 * hour when the machine changes its clocks. Unknown letters stay unchanged.
 * @param locale language tag for the names of months and days
 * @throws RangeError if the locale is not a language tag
 */
export function strftime(format: string, time: WallTime, locale: string): string {
  const names = namesOf(locale);
  const expanded = format.replace(/%([cDFhrRTxX%])/g, (written, letter: string) => SHORTHAND[letter] ?? written);
  return expanded.replace(DIRECTIVE, (written, flags: string, width: string, letter: string) => {
    const plain = PLAIN[letter];
    if (plain !== undefined) return plain;
    if (letter === 'z') return offsetText(time.minutesEast, flags.includes(':') ? ':' : '');
    const field = FIELDS[letter];
    if (!field) return written;
    const [read, defaultWidth, defaultFill] = field;
    const text = String(read(time, names));
    const fill = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : defaultFill;
    const filled = flags.includes('-') ? text : text.padStart(Number(width) || defaultWidth, fill);
    return flags.includes('^') ? filled.toUpperCase() : filled;
  });
}

function namesOf(locale: string): Names {
  let names = namesByLocale.get(locale);
  if (!names) {
    const spell = (options: Intl.DateTimeFormatOptions, count: number, at: (index: number) => number) => {
      const format = new Intl.DateTimeFormat([locale, 'en-US'], { ...options, timeZone: 'UTC', calendar: 'gregory' });
      return Array.from({ length: count }, (_, index) => format.format(at(index)));
    };
    // The year 2023 started on a Sunday.
    const month = (index: number): number => Date.UTC(2023, index, 1);
    const day = (index: number): number => Date.UTC(2023, 0, 1 + index);
    names = {
      months: spell({ month: 'long' }, 12, month),
      shortMonths: spell({ month: 'short' }, 12, month),
      days: spell({ weekday: 'long' }, 7, day),
      shortDays: spell({ weekday: 'short' }, 7, day),
    };
    if (namesByLocale.size >= MAX_LOCALES) namesByLocale.clear();
    namesByLocale.set(locale, names);
  }
  return names;
}

function dayOfYear(wall: Date): number {
  const midnight = new Date(wall.getTime());
  midnight.setUTCHours(0, 0, 0, 0);
  const newYear = new Date(midnight.getTime());
  newYear.setUTCMonth(0, 1);
  return Math.round((midnight.getTime() - newYear.getTime()) / 86_400_000) + 1;
}

/** Returns the week of the year. Days before the first `startDay` (0 Sunday, 1 Monday) are in week 0. */
function weekOfYear(wall: Date, startDay: number): number {
  const daysIntoWeek = (wall.getUTCDay() - startDay + 7) % 7;
  return Math.floor((dayOfYear(wall) + 6 - daysIntoWeek) / 7);
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
}

function offsetText(minutesEast: number, separator: string): string {
  const minutes = Math.abs(minutesEast);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${minutesEast < 0 ? '-' : '+'}${hours}${separator}${rest}`;
}
