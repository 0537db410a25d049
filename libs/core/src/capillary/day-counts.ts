/** Duration of a UTC day, in milliseconds. */
export const DAY_MS = 86_400_000;

/** Counts of Capillary for the events of one consumer group and UTC day. */
export interface CapillaryCounts {
  readonly total: number;
  readonly delivered: number;
  /** Events that Capillary does not send again. */
  readonly failed: number;
  readonly retrying: number;
  readonly pending: number;
}

/** Counts of the events of one source and UTC day that the hub has. A repeated event is stored once, so duplicates are not in them. */
export interface StoredCounts {
  readonly accepted: number;
  readonly quarantined: number;
}

/** Comparison of one UTC day. */
export interface DayComparison extends CapillaryCounts, StoredCounts {
  /** Day: `2026-11-30`. */
  readonly day: string;
  /** Number of events that the hub should have and does not have. */
  readonly missing: number;
}

/**
 * Compares the counts of a day. Events that Capillary is still going to send are not missing. If the hub has more events
 * than Capillary counts, nothing is missing, because events may also come from files and other senders.
 */
export function compareDay(day: string, counts: CapillaryCounts, stored: StoredCounts): DayComparison {
  const due = counts.total - counts.retrying - counts.pending;
  const missing = Math.max(0, due - stored.accepted - stored.quarantined);
  return { day, ...counts, ...stored, missing };
}

/** Returns the start of a day such as `2026-11-30`, in milliseconds since the epoch. */
export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`);
}

/** Returns the UTC day of a time in milliseconds since the epoch: `2026-11-30`. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** Returns all days from `from` to `to`, both included, oldest first. Empty if `to` is before `from`. */
export function daysBetween(from: string, to: string): readonly string[] {
  const days: string[] = [];
  for (let at = startOfDay(from); at <= startOfDay(to); at += DAY_MS) days.push(dayOf(at));
  return days;
}
