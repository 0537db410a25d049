import { RETENTION_DAYS, timeOfUuidV7, type RetentionDays } from '@patchbay/core';

const DAY_MS = 86_400_000;
/** Largest time that a UUIDv7 can contain, because it has 48 bits for the milliseconds. */
const LATEST_MS = 2 ** 48 - 1;

/** Range of one partition: one UTC day of one retention class. */
export interface PartitionDay {
  readonly retentionDays: RetentionDays;
  /** Number of whole days since the epoch, in UTC. */
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

/** Returns the lowest UUIDv7 of a millisecond. No UUIDv7 that is generated at that time or later is lower. */
export function lowestIdAt(ms: number): string {
  const hex = Math.min(Math.max(Math.floor(ms), 0), LATEST_MS)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Returns the retention class and day of the partition that contains an id. */
export function partitionDayOf(id: string, retentionDays: RetentionDays): PartitionDay {
  return { retentionDays, day: Math.floor(timeOfUuidV7(id) / DAY_MS) };
}

/**
 * Returns the time at which the last event of a day reaches the end of its retention, in milliseconds since the epoch.
 */
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

/** Tables with one partition per day, and the column whose UUIDv7 determines the day. */
export const DAILY_TABLES = [
  { table: 'events', column: 'id' },
  { table: 'event_customers', column: 'event_id' },
  { table: 'deliveries_ended', column: 'id' },
  { table: 'attempts', column: 'delivery_id' },
] as const;
export type DailyTable = (typeof DAILY_TABLES)[number]['table'];

/** Returns the storage options of a table's partitions, to append to `CREATE TABLE …`. */
export function partitionStorage(table: DailyTable): string {
  // Every status callback updates a row. Free space on the row's page lets the update be HOT, so that no index changes.
  return table === 'deliveries_ended' ? 'WITH (fillfactor = 85)' : '';
}

const PARTITION_NAME = /^(events|event_customers|deliveries_ended|attempts)_d(\d+)_(\d{4,6})(\d{2})(\d{2})$/;

/** Returns the name of the table that holds all days of a retention class, such as `events_d30`. */
export function retentionClassTable(table: DailyTable, retentionDays: RetentionDays): string {
  return `${table}_d${retentionDays}`;
}

/**
 * Returns the name of a partition, which holds one UTC day, such as `events_d30_20261124`. The name is safe in SQL
 * without quotes.
 */
export function partitionTable(table: DailyTable, { retentionDays, day }: PartitionDay): string {
  const date = new Date(day * DAY_MS);
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  const dayOfMonth = String(date.getUTCDate()).padStart(2, '0');
  return `${table}_d${retentionDays}_${date.getUTCFullYear()}${month}${dayOfMonth}`;
}

/** Parses the name of a partition. Returns undefined for the name of any other table. */
export function parsePartitionName(name: string): (PartitionDay & { readonly table: DailyTable }) | undefined {
  const match = PARTITION_NAME.exec(name);
  const daily = DAILY_TABLES.find(({ table }) => table === match?.[1]);
  const retentionDays = RETENTION_DAYS.find((days) => String(days) === match?.[2]);
  if (match === null || daily === undefined || retentionDays === undefined) return undefined;
  const day = dayOf(Date.UTC(Number(match[3]), Number(match[4]) - 1, Number(match[5])));
  return { table: daily.table, retentionDays, day };
}
