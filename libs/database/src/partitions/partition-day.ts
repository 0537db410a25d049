import { timeOfUuidV7, type RetentionDays } from '@patchbay/core';

const DAY_MS = 86_400_000;
/** Largest timestamp of a UUIDv7, which holds 48 bits of milliseconds. */
const LATEST_MS = 2 ** 48 - 1;

/** Range of one partition: one UTC day of one retention class. */
export interface PartitionDay {
  readonly retentionDays: RetentionDays;
  /** Whole days since the epoch, UTC. */
  readonly day: number;
}

/** Returns the UTC day of a time in milliseconds since the epoch. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** Returns the start of a day in milliseconds since the epoch. */
export function dayStart(day: number): number {
  return day * DAY_MS;
}

/** Returns the lowest UUIDv7 of a millisecond. UUIDv7s generated at that time or later are not lower. */
export function lowestIdAt(ms: number): string {
  const hex = Math.min(Math.max(Math.floor(ms), 0), LATEST_MS)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Returns the partition of an id. */
export function partitionDayOf(id: string, retentionDays: RetentionDays): PartitionDay {
  return { retentionDays, day: dayOf(timeOfUuidV7(id)) };
}

/** Returns the time at which a day's last event reaches the end of its retention, in milliseconds since the epoch. */
export function expiryOf({ retentionDays, day }: PartitionDay): number {
  return dayStart(day + 1 + retentionDays);
}

/** Returns the days that need partitions at `now`: from yesterday to a week ahead, for each retention class. */
export function daysAhead(now: number, classes: readonly RetentionDays[]): PartitionDay[] {
  const today = dayOf(now);
  return classes.flatMap((retentionDays) =>
    Array.from({ length: 9 }, (_, i) => ({ retentionDays, day: today - 1 + i })),
  );
}
