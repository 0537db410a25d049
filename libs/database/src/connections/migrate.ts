import { ADVISORY_LOCKS } from './advisory-locks.js';
import { createDataSource } from './data-source.js';

/**
 * Brings the schema up to date. If two hubs start together, the second hub waits and finds nothing to do.
 * @returns the names of the migrations that ran
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const dataSource = createDataSource({ url, max: 2, statementTimeoutMs: 0, onError: () => undefined });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    try {
      await lock.query(`SELECT pg_advisory_lock(${ADVISORY_LOCKS.migrate})`);
      const ran = await dataSource.runMigrations({ transaction: 'each' });
      return ran.map(({ name }) => name);
    } finally {
      // The session holds the lock until the pool closes the connection.
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
