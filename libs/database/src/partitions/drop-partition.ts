import type { SqlRunner } from '../connections/sql-runner.js';
import type { Partition } from './find-partitions.js';
import { retentionClassTable } from './partition-names.js';

/**
 * Drops a partition while everything else goes on: `DROP TABLE` alone would lock the parent against all reads and writes,
 * and queue behind the longest of them. Not in a transaction. An interruption leaves what the next call finishes.
 * @returns its name
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
