import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import pg from 'pg';
import { runCli, type CliRun } from '../../apps/cli/src/testing/run-cli.js';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

describe('the data of a hub on another server', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let moved: TestHub | undefined;
  let copy: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    receiver = await startReceiver();
    copy = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'patchbay-moved-'));
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
    await hub.ingest('acme/capillary', pointsIssued('before'), ACME_AUTH);
    await receiver.atLeast(1);
    const suppression = { kind: 'phone', address: '+919000000009', reason: 'complaint' };
    const added = await hub.admin('POST', '/v1/brands/acme/suppressions', { suppressions: [suppression] });
    expect(added.status).toBeLessThan(300);
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause', { reason: 'the hub moves' });
    await hub.ingest('acme/capillary', pointsIssued('waiting'), ACME_AUTH);
    await hub.stop();
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await moved?.close();
    await hub.close();
    await receiver.close();
    await copy.drop();
    await rm(folder, { recursive: true });
  });

  const run = (args: string[], url: string, key = MASTER_KEY): Promise<CliRun> =>
    runCli(args, { env: { DATABASE_URL: url, PATCHBAY_MASTER_KEY: key } });

  async function sql(url: string, text: string): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(text);
    await client.end();
  }

  it('is complete, and its secrets can be opened', async () => {
    expect((await run(['data', 'export', folder], hub.databaseUrl)).err).toBe('');
    expect((await run(['data', 'import', folder], copy.url)).err).toBe('');
    const { code, out } = await run(['backup-check', '--export', folder], copy.url);
    expect(out).toMatch(/1 credentials of destinations, 1 authentication of sources, 1 suppressions, 2 newest events/);
    expect(code).toBe(0);
  });

  it('continues with the waiting deliveries, and knows the earlier events', async () => {
    moved = await startTestHub({ databaseUrl: copy.url, brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
    const repeated = await moved.ingest('acme/capillary', pointsIssued('before'), ACME_AUTH);
    expect(repeated.events).toMatchObject([{ status: 'duplicate' }]);
    await moved.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    await receiver.atLeast(2);
    await moved.stop();
  });

  it('is refused with another master key, or if rows are missing', async () => {
    const problemsWith = async (options: string[] = [], key?: string): Promise<string> => {
      const { code, out } = await run(['backup-check', ...options], hub.databaseUrl, key);
      expect(code).toBe(1);
      return out
        .split('\n')
        .filter((line) => !line.startsWith('ok'))
        .join('\n');
    };
    expect(await problemsWith([], Buffer.alloc(32, 8).toString('base64'))).toMatch(
      /^problem {2}secrets: .*master key/i,
    );
    await sql(
      hub.databaseUrl,
      "UPDATE destinations SET sealed_credentials = overlay(sealed_credentials PLACING '\\x00' FROM 30)",
    );
    expect(await problemsWith()).toMatch(/secrets: The stored value of destination\/.* cannot be opened/);
    await sql(hub.databaseUrl, 'DELETE FROM events');
    const problems = await problemsWith(['--export', folder]);
    expect(problems).toContain('1 waiting deliveries without their event');
    expect(problems).toMatch(/events_d30_\d+ has 0 rows and the export 2/);
    await sql(hub.databaseUrl, "DELETE FROM migrations WHERE name LIKE 'Series%'");
    expect(await problemsWith()).toContain('An earlier version made this database (Series');
  });
});
