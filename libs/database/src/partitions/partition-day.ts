import { timeOfUuidV7, type RetentionDays } from '@patchbay/core';

const DAY_MS = 86_400_000;
/** UUIDv7 holds 48 bits of milliseconds. */
const LATEST_MS = 2 ** 48 - 1;

/** One UTC day of one retention class: what a partition holds. */
export interface PartitionDay {
  readonly retentionDays: RetentionDays;
  /** Whole days since the epoch, UTC. */
  readonly day: number;
}

/** The UTC day of a time in milliseconds since the epoch. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** The start of a day in milliseconds since the epoch. */
export function dayStart(day: number): number {
  return day * DAY_MS;
}

/** The least UUID of a millisecond: every UUIDv7 made then or later is at least this. */
export function lowestIdAt(ms: number): string {
  const hex = Math.min(Math.max(Math.floor(ms), 0), LATEST_MS)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The partition an id falls into. */
export function partitionDayOf(id: string, retentionDays: RetentionDays): PartitionDay {
  return { retentionDays, day: dayOf(timeOfUuidV7(id)) };
}

/** When the last event of a day has been kept for its whole retention: milliseconds since the epoch. */
export function expiryOf({ retentionDays, day }: PartitionDay): number {
  return dayStart(day + 1 + retentionDays);
}

/** The days that have to be there at `now`: from yesterday to a week ahead, for each retention class. */
export function daysAhead(now: number, classes: readonly RetentionDays[]): PartitionDay[] {
  const today = dayOf(now);
  return classes.flatMap((retentionDays) =>
    Array.from({ length: 9 }, (_, i) => ({ retentionDays, day: today - 1 + i })),
  );
}
