import { MigrationExecutor, type DataSource } from 'typeorm';
import { finishedContractingMigrations, oldestBuildAfter, raiseOldestBuild } from './contract-schema.js';
import { createDataSource, type MigrationSet } from './data-source.js';
import { withMigrationLock, type MigrationLockOptions } from './migration-lock.js';
import { runMigrations } from './run-migrations.js';
import { readSchemaCompatibility, refuseIncompatible, SCHEMA_NUMBER } from './schema-compatibility.js';

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

const DEFAULT_ATTEMPTS = { pauseMs: 2_000, maxAttempts: 40 };

/**
 * Runs the expanding migrations that have not run. Processes of the previous version continue to work beside them. An
 * empty database also gets the contracting migrations. If two hubs start together, the second hub waits and finds
 * nothing to do. If a newer version has migrated the database and this version can still use it, nothing runs.
 *
 * While a migration waits for a lock on a table, every later statement on the table waits behind it. The wait is
 * therefore short. If another transaction does not release the lock in time, the migration is attempted again.
 * @param url address of PostgreSQL itself, because the lock belongs to a session
 * @returns the names of the migrations that ran
 * @throws the error of PostgreSQL, with the code 55P03 if the last attempt got no lock on a table
 * @throws ConfigurationError if another session holds the lock for migrations for too long, or if the database needs a
 *   newer version
 */
export function migrate(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  return withDataSource(url, options, 'all', (dataSource) =>
    withMigrationLock(dataSource, options, () => migrateLocked(url, dataSource, options)),
  );
}

/**
 * Runs only the migrations with these names, so that the schema is the one of another version. Leaves out names that this
 * version does not know.
 * @throws like {@link migrate}
 */
export function migrateTo(url: string, names: readonly string[]): Promise<readonly string[]> {
  return withDataSource(url, {}, names, (dataSource) =>
    withMigrationLock(dataSource, {}, () => runMigrations(dataSource, DEFAULT_ATTEMPTS)),
  );
}

async function migrateLocked(url: string, dataSource: DataSource, options: MigrateOptions): Promise<readonly string[]> {
  const compatibility = await readSchemaCompatibility((text) => dataSource.query(text));
  refuseIncompatible(compatibility, SCHEMA_NUMBER);
  if (compatibility.newestBuild > SCHEMA_NUMBER) return [];
  const { pauseMs, maxAttempts } = { ...DEFAULT_ATTEMPTS, ...options };
  const attempts = { pauseMs, maxAttempts, onLockTimeout: options.onLockTimeout };
  const ran = (await isEmpty(dataSource))
    ? await runMigrations(dataSource, attempts)
    : await withDataSource(url, options, 'expanding', (expanding) => runMigrations(expanding, attempts));
  await recordBuild(dataSource);
  // Earlier versions stored the number after the contractions of an empty database, and a crash could prevent it.
  await raiseOldestBuild(dataSource, oldestBuildAfter(await finishedContractingMigrations(dataSource)));
  return ran;
}

async function isEmpty(dataSource: DataSource): Promise<boolean> {
  return (await new MigrationExecutor(dataSource).getExecutedMigrations()).length === 0;
}

async function recordBuild(dataSource: DataSource): Promise<void> {
  await dataSource.query('UPDATE schema_compatibility SET newest_build = greatest(newest_build, $1::int)', [
    SCHEMA_NUMBER,
  ]);
}

async function withDataSource<T>(
  url: string,
  { lockTimeoutMs = 3_000 }: MigrateOptions,
  migrations: MigrationSet,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = createDataSource({
    ...{ url, migrations, max: 2, statementTimeoutMs: 0, lockTimeoutMs, onError: () => undefined },
  });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
