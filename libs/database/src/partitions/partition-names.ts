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

/** The storage options of a table's partitions, to follow `CREATE TABLE …`. */
export function partitionStorage(table: DailyTable): string {
  // Each status callback rewrites a row: with room on its page no index has to hear of it.
  return table === 'deliveries_ended' ? 'WITH (fillfactor = 85)' : '';
}

const PARTITION_NAME = /^(events|event_customers|deliveries_ended|attempts)_d(\d+)_(\d{4,6})(\d{2})(\d{2})$/;

/** `events_d30`: all days of a retention class. */
export function retentionClassTable(table: DailyTable, retentionDays: RetentionDays): string {
  return `${table}_d${retentionDays}`;
}

/** `events_d30_20261124`: one UTC day of a retention class. Safe to stand in SQL unquoted. */
export function partitionTable(table: DailyTable, { retentionDays, day }: PartitionDay): string {
  const date = new Date(dayStart(day));
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  const dayOfMonth = String(date.getUTCDate()).padStart(2, '0');
  return `${retentionClassTable(table, retentionDays)}_${date.getUTCFullYear()}${month}${dayOfMonth}`;
}

/** Reads a partition's name back; undefined for any other table. */
export function parsePartitionName(name: string): (PartitionDay & { readonly table: DailyTable }) | undefined {
  const match = PARTITION_NAME.exec(name);
  const daily = DAILY_TABLES.find(({ table }) => table === match?.[1]);
  const retentionDays = RETENTION_DAYS.find((days) => String(days) === match?.[2]);
  if (match === null || daily === undefined || retentionDays === undefined) return undefined;
  const day = dayOf(Date.UTC(Number(match[3]), Number(match[4]) - 1, Number(match[5])));
  return { table: daily.table, retentionDays, day };
}
