import { RETENTION_DAYS, type RetentionDays } from '@patchbay/core';
import { dayOf, dayStart, type PartitionDay } from './partition-day.js';

/** Tables with one partition per day, and the column whose UUIDv7 decides the day. */
export const DAILY_TABLES = [
  { table: 'events', column: 'id' },
  { table: 'event_customers', column: 'event_id' },
  { table: 'deliveries_ended', column: 'id' },
  { table: 'attempts', column: 'delivery_id' },
] as const;
export type DailyTable = (typeof DAILY_TABLES)[number]['table'];

/** Returns the storage options of a table's partitions, to append to `CREATE TABLE …`. */
export function partitionStorage(table: DailyTable): string {
  // Every status callback updates a row. With free space on its page the update is HOT, so no index changes.
  return table === 'deliveries_ended' ? 'WITH (fillfactor = 85)' : '';
}

const PARTITION_NAME = /^(events|event_customers|deliveries_ended|attempts)_d(\d+)_(\d{4,6})(\d{2})(\d{2})$/;

/** Returns the name of a retention class's table, which holds all its days: `events_d30`. */
export function retentionClassTable(table: DailyTable, retentionDays: RetentionDays): string {
  return `${table}_d${retentionDays}`;
}

/** Returns the name of a partition, which holds one UTC day: `events_d30_20261124`. Safe in SQL without quotes. */
export function partitionTable(table: DailyTable, { retentionDays, day }: PartitionDay): string {
  const date = new Date(dayStart(day));
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  const dayOfMonth = String(date.getUTCDate()).padStart(2, '0');
  return `${retentionClassTable(table, retentionDays)}_${date.getUTCFullYear()}${month}${dayOfMonth}`;
}

/** Parses a partition's name. Returns undefined for any other table. */
export function parsePartitionName(name: string): (PartitionDay & { readonly table: DailyTable }) | undefined {
  const match = PARTITION_NAME.exec(name);
  const daily = DAILY_TABLES.find(({ table }) => table === match?.[1]);
  const retentionDays = RETENTION_DAYS.find((days) => String(days) === match?.[2]);
  if (match === null || daily === undefined || retentionDays === undefined) return undefined;
  const day = dayOf(Date.UTC(Number(match[3]), Number(match[4]) - 1, Number(match[5])));
  return { table: daily.table, retentionDays, day };
}
