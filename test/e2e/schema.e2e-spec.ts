import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { runCli } from '../../apps/cli/src/testing/run-cli.js';
import { ADMIN_KEY, at, startTestHub, type TestHub } from './support/test-hub.js';

const NAME = 'DropFormerPauses1797000000410';

describe('the end of an upgrade', () => {
  let hub: TestHub;
  let database: pg.Client;
  beforeAll(async () => {
    hub = await startTestHub();
    database = new pg.Client({ connectionString: hub.databaseUrl, application_name: 'patchbay-listen' });
    await database.connect();
    // As if a contracting migration had not run yet.
    await database.query('DELETE FROM migrations WHERE name = $1', [NAME]);
    await database.query('UPDATE schema_compatibility SET oldest_build = 0');
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.end();
    await hub.close();
  });

  const cli = (...args: string[]) => runCli(args, { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: ADMIN_KEY } });

  it('is refused while a process of an older version is running, whose address it shows', async () => {
    const status = await cli('schema', 'status');
    expect(status).toMatchObject({ code: 0, err: '' });
    expect(status.out).toMatch(
      new RegExp(`contracting +${NAME}\nolder process +127\\.0\\.0\\.1, schema number 0, since `),
    );
    const refused = await cli('schema', 'contract');
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('1 processes of an older version are running: 127.0.0.1 (schema number 0). Stop them'),
    ]);
  });

  it('makes a process that is too old not ready', async () => {
    await database.query('UPDATE schema_compatibility SET oldest_build = 1000');
    const { status, body } = await hub.admin('GET', '/health/ready');
    await database.query('UPDATE schema_compatibility SET oldest_build = 0');
    expect([status, at(body, 'detail')]).toEqual([
      503,
      expect.stringMatching(/too old: .*schema number 1000 or higher/),
    ]);
    expect((await hub.admin('GET', '/health/ready')).status).toBe(200);
  });
});
