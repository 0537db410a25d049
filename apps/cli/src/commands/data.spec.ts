import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@patchbay/database';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { runCli } from '../testing/run-cli.js';

async function migrated(url: string): Promise<void> {
  await migrate(url);
}

describe('patchbay data', () => {
  let source: TestDatabase;
  let target: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    source = await createTestDatabase({ migrate: migrated });
    target = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'patchbay-data-'));
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await source.drop();
    await target.drop();
    await rm(folder, { recursive: true });
  });

  it('exports one database and imports into another', async () => {
    const [from, to] = [{ env: { DATABASE_URL: source.url } }, { env: { DATABASE_URL: target.url } }];
    const early = await runCli(['data', 'import', folder], to);
    expect([early.code, early.err]).toEqual([1, expect.stringContaining('Run "patchbay data export" first')]);
    expect(await runCli(['data', 'export', folder], from)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /configuration: 1 rows\n.*\nDone: 3 rows in \d+ tables and partitions, all compared\.\n$/s,
      ),
    });
    expect((await runCli(['data', 'import', folder], to)).code).toBe(0);
    const again = await runCli(['data', 'import', folder, '--json'], to);
    expect(JSON.parse(again.out)).toMatchObject({ rows: 3 });
    const other = await runCli(['data', 'export', folder, '--brand', 'acme'], from);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('There is no brand acme')]);
  });

  it('refuses an address that is not a PostgreSQL URL', async () => {
    const { code, err } = await runCli(['data', 'export', folder], { env: { DATABASE_URL: 'mysql://db/hub' } });
    expect([code, err]).toEqual([1, expect.stringContaining('DATABASE_URL is not valid')]);
  });
});
