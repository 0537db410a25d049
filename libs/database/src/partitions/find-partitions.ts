import type { SqlRunner } from '../connections/sql-runner.js';
import { type PartitionDay, parsePartitionName, type DailyTable } from './daily-partitions.js';

/** Existing partition of a daily table. */
export interface Partition extends PartitionDay {
  readonly table: DailyTable;
  readonly name: string;
  /**
   * State of the partition. `attached`: in use. `detaching`: an earlier detach was interrupted. `detached`: detached,
   * but not dropped yet.
   */
  readonly state: 'attached' | 'detaching' | 'detached';
}

/** Finds all partitions of the schema, ordered by day. */
export async function findPartitions(runner: SqlRunner): Promise<readonly Partition[]> {
  const rows = await runner.query<{ readonly name: string; readonly state: Partition['state'] }[]>(
    `SELECT child.relname AS name,
        CASE WHEN i.inhrelid IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'detaching' ELSE 'attached' END AS state
      FROM pg_class child LEFT JOIN pg_inherits i ON i.inhrelid = child.oid
      WHERE child.relkind = 'r' AND child.relnamespace = current_schema()::regnamespace
        AND child.relname ~ '_d[0-9]+_[0-9]{8,10}$'`,
  );
  return rows
    .flatMap(({ name, state }) => {
      const read = parsePartitionName(name);
      return read === undefined ? [] : [{ ...read, name, state }];
    })
    .sort((a, b) => a.day - b.day);
}
