import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { runCli } from '../../apps/cli/src/testing/run-cli.js';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { ADMIN_KEY, at, startTestHub, type TestHub } from './support/test-hub.js';

describe('the health of a hub', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let database: pg.Client;
  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({
      brands: { acme: acmeBrand() },
      env: acmeEnv(receiver.url),
      environment: { PATCHBAY_PUBLIC_URL: 'http://127.0.0.1:9' },
    });
    database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.end();
    await hub.close();
    await receiver.close();
  });

  const ready = () => hub.admin('GET', '/health/ready');

  it('shows a backlog with the status 200', async () => {
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause', {});
    expect((await hub.ingest('acme/capillary', pointsIssued('held-1'), ACME_AUTH)).status).toBe(202);
    const { status, body } = await ready();
    expect([status, at(body, 'status'), at(body, 'backlog.due')]).toEqual([200, 'ok', 1]);
    expect(at(body, 'databaseConnections.available')).toEqual(expect.any(Number));
  });

  it('is live, and shows for how long the event loop was blocked', async () => {
    const { status, body } = await hub.admin('GET', '/health/live');
    expect([status, body]).toEqual([200, { status: 'ok', eventLoopStallSeconds: expect.any(Number) }]);
  });

  it('is not ready if the database lacks a migration, and says which one and what to do', async () => {
    const name = 'CapillaryDays1796990000000';
    const { rows } = await database.query<{ timestamp: string }>('DELETE FROM migrations WHERE name = $1 RETURNING *', [
      name,
    ]);
    const { status, headers, body } = await ready();
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(at(body, 'detail')).toMatch(new RegExp(`lacks 1 migration.*${name}.*restart this process`));
    const diagnosis = await hub.admin('GET', '/v1/diagnosis');
    expect(at(diagnosis.body, 'checks.1.problems')).toEqual([expect.stringContaining(name)]);
    await database.query('INSERT INTO migrations (name, timestamp) VALUES ($1, $2)', [name, rows[0]?.timestamp]);
    expect((await ready()).status).toBe(200);
  });

  it('is diagnosed by patchbay doctor, without secrets', async () => {
    const environment = {
      PATCHBAY_URL: hub.url,
      PATCHBAY_ADMIN_KEY: ADMIN_KEY,
      PATCHBAY_CONFIG: hub.configDirectory,
      ...acmeEnv(receiver.url),
    };
    const run = await runCli(['doctor'], { env: environment });
    const lines = run.out.split('\n');
    const versions = lines.find((line) => line.includes('versions'));
    expect(versions).toMatch(/^ok +versions: hub ([\d.]+), this command \1$/);
    for (const expected of [
      /^ok +database: PostgreSQL \d+\.\d+, \d+ of \d+ connections in use$/,
      /^ok +schema: has what this version needs$/,
      /^ok +workers: 1 live$/,
      /^ok +queue: on PostgreSQL, available$/,
      /^ok +master key: id [0-9a-f]{16}, opens 2 of 2 data keys$/,
      /^problem +public URL: No hub answers at http:\/\/127\.0\.0\.1:9 .*PATCHBAY_PUBLIC_URL/,
      /^ok +destinations: 1 of 1 work$/,
    ])
      expect(lines).toContainEqual(expect.stringMatching(expected));
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('One check failed.')]);
    expect(run.out + run.err).not.toContain(ADMIN_KEY);
  });
});
