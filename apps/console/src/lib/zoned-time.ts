/** Milliseconds of a day. */
const DAY = 86_400_000;

/**
 * Returns the time of day that an instant has in a zone, in the format of `<input type="datetime-local">`. A whole
 * minute has no seconds: `2026-11-30T10:42`, else `2026-11-30T10:42:07`. Returns an empty text for an invalid instant.
 */
export function zonedInput(instant: string, zone: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '';
  return wallClock(at.getTime(), zone).replace(/:00$/, '');
}

/**
 * Returns the instant of a local time in a zone, in ISO 8601 UTC. A local time that a change of the clock skips is moved
 * by the change; of a local time that occurs twice, the first is meant. Returns null for an invalid text.
 */
export function instantOf(local: string, zone: string): string | null {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return null;
  // Zones change their offset at most once within two days, so one of these two offsets is right.
  const early = asUtc - offsetAt(asUtc - DAY, zone);
  const late = asUtc - offsetAt(asUtc + DAY, zone);
  const found = [early, late].sort((a, b) => a - b).find((at) => at + offsetAt(at, zone) === asUtc);
  return new Date(found ?? early).toISOString();
}

/** Returns an instant in ISO 8601 with the time of day and the offset of a zone: `2026-11-30T10:42:07.112+05:30`. */
export function zonedIso(at: Date, zone: string): string {
  const minutes = Math.round(offsetAt(at.getTime(), zone) / 60_000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return `${wallClock(at.getTime(), zone)}.${String(at.getUTCMilliseconds()).padStart(3, '0')}${offset}`;
}

/** Returns the distance of a zone from UTC at an instant, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  return Date.parse(`${wallClock(at, zone)}Z`) - Math.floor(at / 1_000) * 1_000;
}

function wallClock(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '00';
  // While a person types a year, its first digits are a year with fewer than four digits.
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
}
