import { durationText } from './time';

const UNITS: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60, d: 1_440 };

/** Returns the minutes of a duration such as `10m`. Null if the text is not a duration. */
export function minutesOf(duration = ''): number | null {
  const match = /^([1-9][0-9]*|0)(s|m|h|d)$/.exec(duration);
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}

/** Returns a duration such as `1d` in the words of a language. Another text is returned as it is. */
export function wordedDuration(duration: string, locale: string): string {
  const minutes = minutesOf(duration);
  return minutes === null ? duration : durationText(minutes * 60_000, locale);
}

/** Values of a text of the hub that are durations. */
const DURATIONS = ['duration', 'period'];

/** Returns the values of a text of the hub with its durations in the words of a language: `1 day` for `1d`. */
export function withDurations(values: Readonly<Record<string, string | number>>, locale: string) {
  const worded = DURATIONS.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, wordedDuration(String(value), locale)] as const];
  });
  return { ...values, ...Object.fromEntries(worded) };
}
