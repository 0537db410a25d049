import { createTestDatabase } from '@patchbay/testing/services';
import { PgPool } from '../query/pg-pool.js';

/** Pool with one connection to an empty database, for one spec. */
export interface TestPool {
  readonly pool: PgPool;
  readonly url: string;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

/** Opens a pool on a new, empty database. */
export async function openTestPool(): Promise<TestPool> {
  const made = await createTestDatabase({ migrate: () => Promise.resolve() });
  const pool = new PgPool({ url: made.url, max: 1, onError: () => undefined });
  return {
    pool,
    url: made.url,
    close: async () => {
      await pool.close();
      await made.drop();
    },
  };
}
