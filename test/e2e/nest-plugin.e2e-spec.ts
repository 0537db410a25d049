import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jsonObjectIn } from '@patchbay/plugin-sdk';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-ledger';
const destination = `{ type: acme-ledger, credentials: { apiKey: "\${env:LEDGER_KEY}" }, settings: { url: "\${env:LEDGER_URL}" } }`;

/** Brand with two destinations of the plugin. */
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  first: ${destination}
  second: ${destination}
subscriptions:
  first: { source: capillary, events: ["*"], destination: first }
  second: { source: capillary, events: ["*"], destination: second }
`;

describe('a plugin with a Nest module', () => {
  const here = process.cwd();
  let installed: InstalledPackage;
  let vendor: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'nest-plugin'), NAME, ['@nestjs/common']);
    vendor = await startReceiver();
    // The hub resolves packages from its working directory, so the test changes this directory.
    process.chdir(installed.folder);
    hub = await startTestHub({
      hubFile: `plugins: ["${NAME}"]\n`,
      brands: { acme: brand },
      env: { ACME_TOKEN, LEDGER_KEY: 'invented-ledger-key-0001', LEDGER_URL: vendor.url },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await vendor.close();
    process.chdir(here);
    installed.remove();
  });

  const numbers = () => vendor.received.map(({ body }) => jsonObjectIn(body)?.number).sort();

  it('delivers with providers that all destinations of the process share', async () => {
    expect(await hub.ingest('acme/capillary', pointsIssued('nest-1'), ACME_AUTH)).toMatchObject({ status: 202 });
    await vendor.atLeast(2);
    expect(numbers()).toEqual([1, 2]);
  });

  it('keeps its providers until the last delivery has ended', async () => {
    const release = vendor.hold();
    expect(await hub.ingest('acme/capillary', pointsIssued('nest-2'), ACME_AUTH)).toMatchObject({ status: 202 });
    await vendor.atLeast(4);
    const closed = hub.close();
    await until(() => isStopped(hub.url), { what: 'the hub takes no calls' });
    release();
    await closed;
    expect(numbers()).toEqual([1, 2, 3, 4]);
    expect(hub.log.filter((line) => line.includes('entries closed'))).toEqual([
      expect.stringContaining('{\\"count\\":4,\\"finished\\":4}'),
    ]);
  });
});

function isStopped(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`).then(
    () => false,
    () => true,
  );
}
