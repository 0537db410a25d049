const HOUR_MS = 3_600_000;
/** Host and database may disagree by this much. */
const MOST_APART_MS = HOUR_MS;
/** The newest event may be this far from now. */
const MOST_QUIET_MS = 36 * HOUR_MS;

/** Times to compare before data is deleted by age, in milliseconds since the epoch. */
export interface ComparedClocks {
  readonly database: number;
  readonly host: number;
  /** Null if no event is stored. */
  readonly newestEvent: number | null;
}

/**
 * Why the clocks cannot be trusted to delete data by age; null if they can. One wrong clock of the two shows in their
 * difference. Two that are wrong together, as on one machine, show in the age of the newest event.
 */
export function clockMismatch({ database, host, newestEvent }: ComparedClocks): string | null {
  const apart = host - database;
  if (Math.abs(apart) > MOST_APART_MS) {
    return `the clock of this host is ${hours(apart)} ${apart > 0 ? 'ahead of' : 'behind'} the clock of PostgreSQL: set both by NTP`;
  }
  const quiet = newestEvent === null ? 0 : database - newestEvent;
  if (Math.abs(quiet) > MOST_QUIET_MS) {
    return quiet > 0
      ? `the newest event is ${hours(quiet)} older than the time of PostgreSQL: check both clocks; if they are right, deletion resumes with the next event`
      : `the newest event is ${hours(quiet)} younger than the time of PostgreSQL: check both clocks; if they are right, it was stored while PostgreSQL's clock was ahead, and deletion resumes when its time has come; to resume earlier, delete its dedupe key (README.md, patchbay_retention_blocked)`;
  }
  return null;
}

function hours(milliseconds: number): string {
  return `${Math.floor(Math.abs(milliseconds) / HOUR_MS)} h`;
}
