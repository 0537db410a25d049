import type { Actor } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import type { ContractingMigration } from '../migrations/contracting/contracting-migration.js';
import { CONTRACTING_MIGRATIONS } from '../migrations/contracting/index.js';
import { createDataSource } from './data-source.js';
import { withMigrationLock } from './migration-lock.js';
import { findOlderProcesses, type OlderProcess } from './older-processes.js';
import { runMigrations } from './run-migrations.js';
import { readSchemaCompatibility, type SchemaCompatibility } from './schema-compatibility.js';
import type { SqlRunner } from './sql-runner.js';

/** Longest time that a contracting migration waits for a lock on a table, in milliseconds. */
const LOCK_TIMEOUT_MS = 2_000;
/** Number of attempts to get the locks, and the time between them in milliseconds. A person waits for the result. */
const MAX_ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/** State of the schema. */
export interface SchemaState extends SchemaCompatibility {
  /** Names of the contracting migrations that have not run. */
  readonly contracting: readonly string[];
  /** Running processes that these migrations would break. */
  readonly olderProcesses: readonly OlderProcess[];
}

/** Reads the state of the schema. */
export async function readSchemaState(runner: SqlRunner): Promise<SchemaState> {
  const pending = await pendingMigrations(runner);
  return {
    ...(await readSchemaCompatibility((text) => runner.query(text))),
    contracting: pending.map(({ name }) => name),
    olderProcesses: await findOlderProcesses(runner, oldestBuildAfter(pending)),
  };
}

/**
 * Runs the contracting migrations, unless an older process is running. While the lock for migrations is held, no process
 * can start. The lowest number of a build is committed before the first migration, so that no older process starts
 * afterwards.
 * @param url address of PostgreSQL itself
 * @returns the state before the migrations; they ran if it has no older processes
 * @throws the error of PostgreSQL, with the code 55P03 or 40P01 if other transactions held locks for too long
 */
export async function contractSchema(url: string, actor: Actor): Promise<SchemaState> {
  const dataSource = createDataSource({
    ...{ url, max: 2, statementTimeoutMs: 0, lockTimeoutMs: LOCK_TIMEOUT_MS, onError: () => undefined },
  });
  await dataSource.initialize();
  try {
    return await withMigrationLock(dataSource, {}, () => contractLocked(dataSource, actor));
  } finally {
    await dataSource.destroy();
  }
}

async function contractLocked(dataSource: DataSource, actor: Actor): Promise<SchemaState> {
  const state = await readSchemaState(dataSource);
  if (state.contracting.length === 0 || state.olderProcesses.length > 0) return state;
  await dataSource.transaction(async (manager) => {
    await raiseOldestBuild(manager, oldestBuildAfter(await pendingMigrations(manager)));
    await appendAuditEntries(manager, [
      {
        ...{ actor, action: 'schema.contract', brandId: null, target: 'hub', before: null },
        after: { migrations: [...state.contracting] },
      },
    ]);
  });
  await runMigrations(dataSource, { pauseMs: PAUSE_MS, maxAttempts: MAX_ATTEMPTS });
  return state;
}

/** Raises the lowest number of a build that may use the database. */
export async function raiseOldestBuild(runner: SqlRunner, oldestBuild: number): Promise<void> {
  await runner.query('UPDATE schema_compatibility SET oldest_build = greatest(oldest_build, $1::int)', [oldestBuild]);
}

/** Returns the lowest number of a build that works after the contracting migrations. */
export function oldestBuildAfter(migrations: readonly { readonly oldestBuild: number }[]): number {
  return Math.max(0, ...migrations.map(({ oldestBuild }) => oldestBuild));
}

/** Reads the contracting migrations that have run. The table of migrations must exist. */
export async function finishedContractingMigrations(runner: SqlRunner): Promise<readonly ContractingMigration[]> {
  return (await contractingMigrations(runner)).finished;
}

async function pendingMigrations(runner: SqlRunner): Promise<readonly ContractingMigration[]> {
  return (await contractingMigrations(runner)).pending;
}

async function contractingMigrations(
  runner: SqlRunner,
): Promise<Readonly<Record<'finished' | 'pending', readonly ContractingMigration[]>>> {
  const ran = await runner.query<{ name: string }[]>('SELECT name FROM migrations');
  const names = new Set(ran.map(({ name }) => name));
  const all = CONTRACTING_MIGRATIONS.map((Migration) => new Migration());
  return { finished: all.filter(({ name }) => names.has(name)), pending: all.filter(({ name }) => !names.has(name)) };
}
