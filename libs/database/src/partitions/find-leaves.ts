import type { SqlRunner } from '../connections/sql-runner.js';
import type { PartitionDay } from './partition-day.js';
import { readLeafName, type DailyTable } from './partition-names.js';

/** A leaf partition that exists. */
export interface Leaf extends PartitionDay {
  readonly table: DailyTable;
  readonly name: string;
  /** `detaching`: an earlier detach was interrupted. `detached`: it was detached and not dropped yet. */
  readonly state: 'attached' | 'detaching' | 'detached';
}

/** All leaves of the schema, in order of day. */
export async function findLeaves(runner: SqlRunner): Promise<readonly Leaf[]> {
  const rows = await runner.query<{ readonly name: string; readonly state: Leaf['state'] }[]>(
    `SELECT leaf.relname AS name,
        CASE WHEN i.inhrelid IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'detaching' ELSE 'attached' END AS state
      FROM pg_class leaf LEFT JOIN pg_inherits i ON i.inhrelid = leaf.oid
      WHERE leaf.relkind = 'r' AND leaf.relnamespace = current_schema()::regnamespace
        AND leaf.relname ~ '_d[0-9]+_[0-9]{8,10}$'`,
  );
  return rows
    .flatMap(({ name, state }) => {
      const read = readLeafName(name);
      return read === undefined ? [] : [{ ...read, name, state }];
    })
    .sort((a, b) => a.day - b.day);
}
