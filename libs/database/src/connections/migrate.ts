import { setTimeout as delay } from 'node:timers/promises';
import { MigrationExecutor, type DataSource } from 'typeorm';
import { isLockTimeout } from '../query/sql-error.js';
import { createDataSource } from './data-source.js';
import { withMigrationLock, type MigrationLockOptions } from './migration-lock.js';

/** Options of {@link migrate}. Times are in milliseconds. */
export interface MigrateOptions extends MigrationLockOptions {
  /** Longest time that a migration waits for a lock on a table; default 3 seconds. */
  readonly lockTimeoutMs?: number;
  /** Time between two attempts, in which the statements that waited behind the migration run; default 2 seconds. */
  readonly pauseMs?: number;
  /** Number of attempts; default 40. */
  readonly maxAttempts?: number;
  /** Called if another transaction held a lock for too long and a further attempt follows. */
  readonly onLockTimeout?: () => void;
}

/**
 * Brings the schema up to date. If two hubs start together, the second hub waits and finds nothing to do.
 *
 * While a migration waits for a lock on a table, every later statement on the table waits behind it. The wait is
 * therefore short. If another transaction does not release the lock in time, the migration is attempted again.
 * @param url address of PostgreSQL itself, because the lock belongs to a session
 * @returns the names of the migrations that ran
 * @throws the error of PostgreSQL, with the code 55P03 if the last attempt got no lock on a table
 * @throws ConfigurationError if another session holds the lock for migrations for too long
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const { lockTimeoutMs = 3_000 } = options;
  const dataSource = createDataSource({ url, max: 2, statementTimeoutMs: 0, lockTimeoutMs, onError: () => undefined });
  await dataSource.initialize();
  try {
    return await withMigrationLock(dataSource, options, () => runMigrations(dataSource, options));
  } finally {
    await dataSource.destroy();
  }
}

/** Runs the migrations that have not run. After a lock timeout, continues with the migration that failed. */
async function runMigrations(
  dataSource: DataSource,
  { pauseMs = 2_000, maxAttempts = 40, onLockTimeout }: MigrateOptions,
): Promise<readonly string[]> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dataSource.runMigrations({ transaction: 'each' });
      return pending.map(({ name }) => name);
    } catch (error) {
      if (!isLockTimeout(error) || attempt >= maxAttempts) throw error;
      onLockTimeout?.();
      await delay(pauseMs);
    }
  }
}
