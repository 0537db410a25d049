import { createTestDatabase } from '@patchbay/testing/services';
import { HotPool } from '../connections/hot-pool.js';

/** A hot pool of one connection, to a database of a spec's own that holds nothing. */
export interface TestPool {
  readonly pool: HotPool;
  /** Drops the database too. */
  close(): Promise<void>;
}

/** Opens one. */
export async function openTestPool(): Promise<TestPool> {
  const made = await createTestDatabase({ migrate: () => Promise.resolve() });
  const pool = new HotPool({ url: made.url, max: 1, onError: () => undefined });
  return {
    pool,
    close: async () => {
      await pool.close();
      await made.drop();
    },
  };
}
