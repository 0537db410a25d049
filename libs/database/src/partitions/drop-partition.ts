import type { SqlRunner } from '../connections/sql-runner.js';
import type { Partition } from './find-partitions.js';
import { retentionClassTable } from './daily-partitions.js';

/**
 * Drops a partition without blocking other statements: detaches the partition concurrently, then drops it. `DROP TABLE`
 * alone would lock the parent table against all reads and writes, and would wait for the longest running statement.
 * Must not run in a transaction. If a call is interrupted, the next call finishes the work.
 * @returns the partition's name
 */
export async function dropPartition(runner: SqlRunner, partition: Partition): Promise<string> {
  const parent = retentionClassTable(partition.table, partition.retentionDays);
  if (partition.state === 'attached')
    await runner.query(`ALTER TABLE ${parent} DETACH PARTITION ${partition.name} CONCURRENTLY`);
  if (partition.state === 'detaching')
    await runner.query(`ALTER TABLE ${parent} DETACH PARTITION ${partition.name} FINALIZE`);
  await runner.query(`DROP TABLE ${partition.name}`);
  return partition.name;
}
