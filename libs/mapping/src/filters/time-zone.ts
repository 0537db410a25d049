const MAX_ZONES = 700;
const zones = new Map<string, Intl.DateTimeFormat>();

/** Whether this is a time zone by its IANA name, such as `Asia/Kolkata`. */
export function isTimeZone(name: string): boolean {
  return name.length <= 64 && !/^[+-]/.test(name) && formatOf(name) !== undefined;
}

/** Minutes to add to UTC for the wall clock of a zone at this instant; undefined for a zone nobody knows. */
export function minutesEastOfUtc(zone: string, epochMs: number): number | undefined {
  const format = formatOf(zone);
  if (!format) return undefined;
  const fields: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(epochMs)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second);
  return Math.round((wall.getTime() - Math.floor(epochMs / 1_000) * 1_000) / 60_000);
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  let format = zones.get(zone);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      return undefined;
    }
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(zone, format);
  }
  return format;
}
