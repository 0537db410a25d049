import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@patchbay/embedded';
import { startSandbox, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { ACME_TOKEN } from '../e2e/support/acme.js';
import { makeKey } from '../e2e/support/admin-routes.js';
import { packAndInstall, type InstalledPackage } from '../e2e/support/installed-package.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { CLIENT, contactsSandbox } from '../fixtures/contacts-plugin/sandbox.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

const NAME = '@acme/patchbay-contacts';
const PAGE = '/b/acme/destinations/contacts';
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  contacts:
    type: acme-contacts
    credentials: { clientId: "\${env:CLIENT_ID}", clientSecret: "\${env:CLIENT_SECRET}" }
    settings: { url: "\${env:VENDOR_URL}" }
subscriptions: {}
`;

let console: TestConsole;
let installed: InstalledPackage;
let vendor: StartedSandbox;

beforeAll(async () => {
  const here = process.cwd();
  installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'contacts-plugin'), NAME);
  vendor = await startSandbox(contactsSandbox());
  // The hub resolves packages from its working directory, so the test changes this directory.
  process.chdir(installed.folder);
  const port = String(await freePort());
  console = await startConsole({
    hubFile: `plugins: ["${NAME}"]\n`,
    brands: { acme: brand },
    env: {
      ...{ ACME_TOKEN, CLIENT_ID: CLIENT.clientId, CLIENT_SECRET: CLIENT.clientSecret },
      VENDOR_URL: vendor.sandbox.baseUrl,
    },
    environment: { PORT: port, PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}` },
  });
  process.chdir(here);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await vendor.stop();
  installed.remove();
});

describe('the connection of a destination', () => {
  it('is made at the vendor, which leads back to the page, and ended by an admin', async () => {
    const { page, faults, close } = await openAs(console, ADMIN_KEY, PAGE);
    await page.getByText('The destination is not connected.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Connect at the vendor' }).click();
    await page.getByText('The destination is connected to an account at the vendor.').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console${PAGE}`);
    await page.getByText('contacts.write').waitFor();
    expect(faults).toEqual([expect.stringContaining(`foreign request: ${vendor.sandbox.baseUrl}/authorize`)]);
    faults.length = 0;
    expect(await accessibilityFaults(page)).toEqual([]);

    await page.getByRole('button', { name: 'Disconnect …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('The destination is not connected.').waitFor();
    await close();
  });

  it('is shown to operators, who cannot change it', async () => {
    const { key } = await makeKey(console.hub, { role: 'operator' });
    const { page, close } = await openAs(console, key, PAGE);
    await page.getByText('Only admins connect a destination.').waitFor();
    expect(await page.getByRole('button', { name: 'Connect at the vendor' }).count()).toBe(0);
    await close();
  });
});
