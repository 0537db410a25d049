import { RETENTION_DAYS } from '@patchbay/core';
import type { SqlRunner } from '../connections/sql-runner.js';
import { dayStart, lowestIdAt, parsePartitionName, retentionClassTable } from './daily-partitions.js';

const PARENTS = (['events', 'deliveries_ended'] as const).flatMap((table) =>
  RETENTION_DAYS.map((days) => retentionClassTable(table, days)),
);

/** The last digits of a partition's name are its day. */
const OLDEST = `
SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = ANY ($1::text[]::regclass[])
ORDER BY lpad(substring(c.relname FROM '[0-9]+$'), 10, '0') LIMIT 1`;

/**
 * Returns the lowest id that the oldest partition of events and deliveries can contain. A search that begins there needs
 * no statement for each month in which nothing is stored.
 */
export async function oldestPartitionId(runner: SqlRunner): Promise<string> {
  const [row] = await runner.query<{ readonly name: string }[]>(OLDEST, [PARENTS]);
  const oldest = row === undefined ? undefined : parsePartitionName(row.name);
  return lowestIdAt(oldest === undefined ? 0 : dayStart(oldest.day));
}
