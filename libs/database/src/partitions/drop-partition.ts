import type { TaskLease } from '../locks/task-lease.js';
import type { Partition } from './find-partitions.js';
import { retentionClassTable } from './daily-partitions.js';

/**
 * Drops a partition without blocking other statements: detaches the partition concurrently, then drops it. `DROP TABLE`
 * alone would lock the parent table against all reads and writes, and would wait for the longest running statement.
 * If a call is interrupted, the next call finishes the work.
 * @param lease lease of the task; a process that was suspended and lost the lease drops nothing
 * @returns the partition's name
 */
export async function dropPartition(lease: TaskLease, partition: Partition): Promise<string> {
  const parent = retentionClassTable(partition.table, partition.retentionDays);
  if (partition.state === 'attached')
    await lease.query(`ALTER TABLE ${parent} DETACH PARTITION ${partition.name} CONCURRENTLY`);
  if (partition.state === 'detaching')
    await lease.query(`ALTER TABLE ${parent} DETACH PARTITION ${partition.name} FINALIZE`);
  await lease.transaction((manager) => manager.query(`DROP TABLE ${partition.name}`));
  return partition.name;
}
