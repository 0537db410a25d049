import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { pointsIssued } from './support/acme.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-pager';
const AUTH = { 'x-acme-token': 'invented-source-token' };

const brand = `
brand: acme
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
destinations:
  pager:
    type: acme-pager
    credentials: { apiKey: "\${env:PAGER_KEY}" }
    settings: { url: "\${env:PAGER_URL}", number: "77" }
  stuck:
    type: acme-pager
    credentials: { apiKey: "\${env:PAGER_KEY}" }
    settings: { url: "\${env:PAGER_URL}", number: none }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: pager }
`;

/** The plugin's second version renames a setting, and requires digits. */
describe('an upgrade of a plugin with another version of its settings', () => {
  const here = process.cwd();
  const installed: InstalledPackage[] = [];
  let receiver: Receiver;
  let env: Readonly<Record<string, string>>;
  let first: TestHub;
  let hub: TestHub;

  /** Installs a version of the package in a folder of its own, from which the hub then resolves packages. */
  async function install(version: string): Promise<void> {
    const one = await packAndInstall(join(ROOT, 'test', 'fixtures', 'versioned-plugin', version), NAME);
    installed.push(one);
    process.chdir(one.folder);
  }

  beforeAll(async () => {
    receiver = await startReceiver();
    env = { ACME_TOKEN: AUTH['x-acme-token'], PAGER_KEY: 'invented-key', PAGER_URL: receiver.url };
    await install('v1');
    first = await startTestHub({ hubFile: `plugins: ["${NAME}"]\n`, brands: { acme: brand }, env });
    expect(await first.ingest('acme/capillary', pointsIssued('before'), AUTH)).toMatchObject({ status: 202 });
    await receiver.atLeast(1);
    await first.stop();
    await install('v2');
    hub = await startTestHub({ databaseUrl: first.databaseUrl, configDirectory: first.configDirectory, env });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await first.close();
    await receiver.close();
    process.chdir(here);
    for (const one of installed) one.remove();
  }, SERVICE_TIMEOUT_MS);

  const destination = async (name: string): Promise<unknown> =>
    (await hub.admin('GET', `/v1/brands/acme/destinations/${name}`)).body;

  it('migrates the stored settings, and delivers with them', async () => {
    expect(await destination('pager')).toMatchObject({ paused: false, settings: { url: receiver.url, line: '77' } });
    await hub.ingest('acme/capillary', pointsIssued('after'), AUTH);
    const received = await receiver.atLeast(2);
    expect(received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { number: '77', text: 'pointsIssued' },
      { line: '77', text: 'pointsIssued' },
    ]);
  });

  it('pauses a destination whose settings do not migrate, with the reason', async () => {
    await until(async () => at(await destination('stuck'), 'paused') === true, { what: 'the pause' });
    expect(await destination('stuck')).toMatchObject({
      pausedBy: 'hub',
      pausedReason: expect.stringMatching(
        /^The stored settings have version 1, but the plugin acme-pager needs version 2, and the migrated settings do not fit: settings\.line: /,
      ),
    });
  });
});
