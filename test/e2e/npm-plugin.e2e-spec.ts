import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-fax';
const AUTH = { 'x-acme-token': 'invented-source-token' };
const KEY = 'invented-fax-key-0001';

const brand = `
brand: acme
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
destinations:
  fax:
    type: acme-fax
    credentials: { apiKey: "\${env:FAX_KEY}" }
    settings: { url: "\${env:FAX_URL}" }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: fax }
`;

describe('a plugin from an npm package', () => {
  const here = process.cwd();
  let installed: InstalledPackage;
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'npm-plugin'), NAME);
    receiver = await startReceiver();
    // The hub resolves packages from its working directory, so the test changes this directory.
    process.chdir(installed.folder);
    hub = await startTestHub({
      hubFile: `plugins: ["${NAME}"]\n`,
      brands: { acme: brand },
      env: { ACME_TOKEN: AUTH['x-acme-token'], FAX_KEY: KEY, FAX_URL: receiver.url },
    });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
    process.chdir(here);
    installed.remove();
  });

  it('contains only the published files of the package, outside the tree', () => {
    const files = readdirSync(join(installed.folder, 'node_modules', NAME)).sort();
    expect(files).toEqual(['index.js', 'logo.svg', 'mappings', 'package.json']);
    expect(existsSync(join(ROOT, 'node_modules', NAME))).toBe(false);
    expect(existsSync(join(ROOT, 'plugins', 'acme-fax'))).toBe(false);
  });

  it('is in the catalogue with the bundled plugins', async () => {
    const answer = await hub.admin('GET', '/v1/destination-types/acme-fax');
    expect(answer).toMatchObject({
      status: 200,
      body: { type: 'acme-fax', label: 'Acme Fax', category: 'fax', messaging: null },
    });
    const all = at((await hub.admin('GET', '/v1/destination-types')).body, 'data');
    expect(Array.isArray(all) && all.length).toBeGreaterThan(1);
  });

  it('delivers with its own preset and the hub’s HTTP client', async () => {
    const event = {
      eventName: 'pointsIssued',
      eventId: 'e-1',
      orgId: 100001,
      createdAt: 1_795_544_400_000,
      data: { customerIdentifiers: { customerId: 700100200 }, totalPointsIssued: 120 },
    };
    expect(await hub.ingest('acme/capillary', event, AUTH)).toMatchObject({ status: 202 });
    const [request] = await receiver.atLeast(1);
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      page: '120 points for customer 700100200.',
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(hub.log.join('\n')).not.toContain(KEY);
  });
});
