import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { createDataSource } from './data-source.js';

const GATE = 4_712;

describe('TypeORM’s connections', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.drop());

  it('release their locks if the process stays idle within a transaction', async () => {
    const still = createDataSource({ url: database.url, statementTimeoutMs: 300, onError: () => undefined });
    const other = createDataSource({ url: database.url, onError: () => undefined });
    await Promise.all([still.initialize(), other.initialize()]);
    const runner = still.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query('SELECT pg_advisory_xact_lock($1)', [GATE]);
      // Wait for the lock of the other transaction. That transaction never commits, but the server ends it.
      const got = await other.query<{ got: number }[]>('SELECT 1 AS got FROM pg_advisory_lock($1)', [GATE]);
      expect(got).toEqual([{ got: 1 }]);
    } finally {
      await runner.release().catch(() => undefined);
      await Promise.all([still.destroy(), other.destroy()]);
    }
  });
});
