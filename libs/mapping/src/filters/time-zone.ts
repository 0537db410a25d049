const MAX_ZONES = 700;
const zones = new Map<string, Intl.DateTimeFormat>();

/**
 * Length of the interval for which an offset is cached, in milliseconds. Time zones change their clocks only at
 * quarters of an hour.
 */
const QUARTER_MS = 900_000;
const MAX_OFFSETS = 10_000;
const offsets = new Map<string, number>();

/** Returns true for an IANA name of a time zone, such as `Asia/Kolkata`. */
export function isTimeZone(name: string): boolean {
  return zones.has(name) || (name.length <= 64 && /^[A-Za-z]/.test(name) && canFormat(name));
}

/** Returns the offset of a zone at this instant, in minutes to add to UTC. */
export function minutesEastOfUtc(zone: string, epochMs: number): number {
  const quarter = Math.floor(epochMs / QUARTER_MS);
  const key = `${quarter} ${zone}`;
  let minutes = offsets.get(key);
  if (minutes === undefined) {
    minutes = lookUp(zone, quarter * QUARTER_MS);
    if (offsets.size >= MAX_OFFSETS) offsets.clear();
    offsets.set(key, minutes);
  }
  return minutes;
}

function lookUp(zone: string, epochMs: number): number {
  const fields: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(epochMs)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second);
  return Math.round((wall.getTime() - epochMs) / 60_000);
}

function canFormat(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = zones.get(zone);
  if (!format) {
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
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(zone, format);
  }
  return format;
}
