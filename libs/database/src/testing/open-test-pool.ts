import { createTestDatabase } from '@patchbay/testing/services';
import { PgPool } from '../connections/pg-pool.js';

/** A pg pool of one connection, to a database of a spec's own that holds nothing. */
export interface TestPool {
  readonly pool: PgPool;
  /** Drops the database too. */
  close(): Promise<void>;
}

/** Opens one. */
export async function openTestPool(): Promise<TestPool> {
  const made = await createTestDatabase({ migrate: () => Promise.resolve() });
  const pool = new PgPool({ url: made.url, max: 1, onError: () => undefined });
  return {
    pool,
    close: async () => {
      await pool.close();
      await made.drop();
    },
  };
}
