const HOUR_MS = 3_600_000;
/** Largest accepted difference between the host's clock and PostgreSQL's clock, in milliseconds. */
const MAX_CLOCK_DIFFERENCE_MS = HOUR_MS;
/** Largest accepted difference between the time of the newest event and PostgreSQL's time, in milliseconds. */
const MAX_EVENT_AGE_MS = 36 * HOUR_MS;

/** Times to compare before data is deleted because of its age, in milliseconds since the epoch. */
export interface ComparedClocks {
  readonly database: number;
  readonly host: number;
  /** Time of the newest stored event. Null if no event is stored. */
  readonly newestEvent: number | null;
}

/**
 * Returns the reason why the clocks cannot be trusted to delete data by age; null if the clocks can be trusted. If only
 * one of the two clocks is wrong, it differs from the other clock. If both clocks are wrong in the same way, as on a
 * single machine, they differ from the time of the newest event.
 */
export function clockMismatch({ database, host, newestEvent }: ComparedClocks): string | null {
  const difference = host - database;
  if (Math.abs(difference) > MAX_CLOCK_DIFFERENCE_MS) {
    return `the clock of this host is ${hours(difference)} ${difference > 0 ? 'ahead of' : 'behind'} the clock of PostgreSQL: synchronise both with NTP`;
  }
  const eventAge = newestEvent === null ? 0 : database - newestEvent;
  if (Math.abs(eventAge) > MAX_EVENT_AGE_MS) {
    return eventAge > 0
      ? `the newest event is ${hours(eventAge)} older than the time of PostgreSQL: check both clocks; if they are right, deletion resumes with the next event`
      : `the newest event is ${hours(eventAge)} younger than the time of PostgreSQL: check both clocks. If they are right, the event was stored while PostgreSQL's clock was ahead, and deletion resumes when that time is reached. To resume earlier, delete the event (docs/health.md, patchbay_retention_blocked)`;
  }
  return null;
}

function hours(milliseconds: number): string {
  return `${Math.floor(Math.abs(milliseconds) / HOUR_MS)} h`;
}
