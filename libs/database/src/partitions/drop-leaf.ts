import type { SqlRunner } from '../connections/sql-runner.js';
import type { Leaf } from './find-leaves.js';
import { classTable } from './partition-names.js';

/**
 * Drops a leaf while everything else goes on: `DROP TABLE` alone would lock the parent against all reads and writes,
 * and queue behind the longest of them. Not in a transaction. An interruption leaves what the next call finishes.
 * @returns its name
 */
export async function dropLeaf(runner: SqlRunner, leaf: Leaf): Promise<string> {
  const parent = classTable(leaf.table, leaf.retentionDays);
  if (leaf.state === 'attached') await runner.query(`ALTER TABLE ${parent} DETACH PARTITION ${leaf.name} CONCURRENTLY`);
  if (leaf.state === 'detaching') await runner.query(`ALTER TABLE ${parent} DETACH PARTITION ${leaf.name} FINALIZE`);
  await runner.query(`DROP TABLE ${leaf.name}`);
  return leaf.name;
}
