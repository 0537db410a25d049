import { setTimeout as delay } from 'node:timers/promises';
import { MigrationExecutor, type DataSource } from 'typeorm';
import { isConflict, isLockTimeout } from '../query/sql-error.js';

/** Attempts to get the locks on tables. */
export interface LockAttempts {
  /** Time between two attempts in milliseconds, in which the statements that waited behind the migration run. */
  readonly pauseMs: number;
  readonly maxAttempts: number;
  /** Called if a migration got no lock, because of a timeout or a deadlock, and a further attempt follows. */
  readonly onLockTimeout?: (() => void) | undefined;
}

/**
 * Runs the migrations of the data source that have not run. After a lock timeout or a deadlock, continues with the
 * migration that failed. A migration that locks two tables can end in a deadlock with statements that use both.
 * @returns the names of the migrations that ran
 */
export async function runMigrations(
  dataSource: DataSource,
  { pauseMs, maxAttempts, onLockTimeout }: LockAttempts,
): Promise<readonly string[]> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dataSource.runMigrations({ transaction: 'each' });
      return pending.map(({ name }) => name);
    } catch (error) {
      const gotNoLock = isLockTimeout(error) || isConflict(error);
      if (!gotNoLock || attempt >= maxAttempts) throw error;
      onLockTimeout?.();
      await delay(pauseMs);
    }
  }
}
