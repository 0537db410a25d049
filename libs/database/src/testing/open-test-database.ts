import { createTestDatabase, olderPostgres, type PostgresServer } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';

/**
 * Returns the servers on which a spec runs: the embedded PostgreSQL and, if installed, the oldest supported version.
 */
export async function testServers(): Promise<readonly (readonly [name: string, server?: PostgresServer])[]> {
  const older = await olderPostgres();
  return [['embedded'], ...('skipped' in older ? [] : [['older', older] as const])];
}

/** Opens a migrated database for one spec. When the database is closed, it is dropped. */
export async function openTestDatabase(server?: PostgresServer): Promise<Database & { readonly url: string }> {
  const made = await createTestDatabase({ migrate: migrated, ...(server && { server }) });
  const database = await openDatabase({ url: made.url, onError: () => undefined });
  return {
    url: made.url,
    dataSource: database.dataSource,
    pgPool: database.pgPool,
    clock: database.clock,
    close: async () => {
      await database.close();
      await made.drop();
    },
  };
}

async function migrated(url: string): Promise<void> {
  await migrate(url);
}
