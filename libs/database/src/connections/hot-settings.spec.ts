import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { PgPool } from '../query/pg-pool.js';
import { readHotConnection } from './hot-connection.js';
import { hotRoleStatements } from './hot-settings.js';
import { probeDatabase } from './probe-database.js';

const PAGE = new URL('../../../../docs/deployment.md', import.meta.url);

describe('settings of the hot paths', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.drop());

  async function read(isPooled: boolean): Promise<Awaited<ReturnType<typeof readHotConnection>>> {
    const pool = new PgPool({ url: database.url, isPooled, max: 1, onError: () => undefined });
    try {
      return await readHotConnection(pool);
    } finally {
      await pool.close();
    }
  }

  it('take effect on each connection to PostgreSQL itself', async () => {
    const role = new URL(database.url).username;
    expect(await read(false)).toEqual({ wrongSettings: [], keepsStatementNames: true, role });
  });

  it('are left to the role of a pooled connection, and reported if they are missing', async () => {
    const { wrongSettings } = await read(true);
    expect(wrongSettings).toHaveLength(9);
    expect(wrongSettings).toContain('plan_cache_mode is auto instead of force_generic_plan');
  });

  it('are the same in docs/deployment.md', () => {
    const statements = readFileSync(PAGE, 'utf8').match(/^ALTER ROLE patchbay_hot SET (?!role ).*$/gm);
    expect(statements).toEqual(hotRoleStatements('patchbay_hot'));
  });

  it('need no pooler to be found at the address of PostgreSQL itself', async () => {
    const [one, other] = await Promise.all([probeDatabase(database.url), probeDatabase(database.url)]);
    expect(one).toEqual({ isPooled: false, identity: other.identity });
    const another = await createTestDatabase();
    expect((await probeDatabase(another.url)).identity).not.toBe(one.identity);
    await another.drop();
  });
});
