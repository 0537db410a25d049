import { ADVISORY_LOCKS } from '../connections/advisory-locks.js';
import {
  dayStart,
  lowestIdAt,
  type PartitionDay,
  retentionClassTable,
  DAILY_TABLES,
  partitionStorage,
  partitionTable,
} from './daily-partitions.js';

/** Runner of the statements: a transaction of a pool or of TypeORM. */
interface TransactionRunner {
  query(text: string, values?: unknown[]): Promise<readonly unknown[]>;
}

/**
 * Creates the missing partitions of the given days in all four tables. Each partition is created as a table and then
 * attached, so that inserts continue meanwhile. `CREATE TABLE … PARTITION OF` would lock the parent table exclusively.
 *
 * Must run in a transaction, because the advisory lock lasts until the transaction ends. Outside a transaction, the
 * call fails if another process creates the same partition meanwhile.
 * @returns the names of the created partitions
 */
export async function ensurePartitions(
  runner: TransactionRunner,
  days: readonly PartitionDay[],
): Promise<readonly string[]> {
  const wanted = days.flatMap((day) =>
    DAILY_TABLES.map(({ table }) => ({ table, day, partition: partitionTable(table, day) })),
  );
  if (wanted.length === 0) return [];
  await runner.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.partitions})`);
  const existing = await existingTables(
    runner,
    wanted.map(({ partition }) => partition),
  );
  const created = new Set<string>();
  for (const { table, day, partition } of wanted) {
    if (existing.has(partition) || created.has(partition)) continue;
    created.add(partition);
    const parent = retentionClassTable(table, day.retentionDays);
    const from = lowestIdAt(dayStart(day.day));
    const to = lowestIdAt(dayStart(day.day + 1));
    await runner.query(`CREATE TABLE ${partition} (LIKE ${parent} INCLUDING ALL) ${partitionStorage(table)}`);
    await runner.query(`ALTER TABLE ${parent} ATTACH PARTITION ${partition} FOR VALUES FROM ('${from}') TO ('${to}')`);
  }
  return [...created];
}

async function existingTables(runner: TransactionRunner, names: string[]): Promise<ReadonlySet<string>> {
  const rows = await runner.query(
    `SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(current_schema() || '.' || name) IS NOT NULL`,
    [names],
  );
  return new Set(rows.flatMap((row) => (hasName(row) ? [row.name] : [])));
}

function hasName(row: unknown): row is { readonly name: string } {
  return typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string';
}
