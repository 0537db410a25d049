import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  type StartedSandbox,
} from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

const capillary = capillarySandbox();
let api: StartedSandbox;
let console: TestConsole;

beforeAll(async () => {
  api = await startSandbox(capillary.definition);
  console = await startConsole({ environment: { PATCHBAY_PUBLIC_URL: 'https://hub.example.com' } });
  const created = async (path: string, body: object): Promise<void> => {
    expect(await console.hub.admin('POST', `/v1/brands${path}`, body)).toMatchObject({ status: 201 });
  };
  const platform = { capillary: { baseUrl: api.sandbox.baseUrl, key: CAPILLARY_KEY, secret: CAPILLARY_SECRET } };
  await created('', { name: 'shop', platform });
  await created('/shop/sources', { name: 'capillary', adapter: 'capillary', auth: { generated: true } });
  const destination = { type: 'webhook', credentials: { bearer: 'invented' }, settings: { url: 'http://127.0.0.1:9' } };
  await created('/shop/destinations', { name: 'hook', ...destination });
  const subscription = { source: 'capillary', events: ['pointsIssued'], destination: 'hook', mapping: { body: 'x' } };
  await created('/shop/subscriptions', { name: 'points', ...subscription });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await api.stop();
});

it('shows the changes, registers the brand, and shows what somebody changed at Capillary', async () => {
  const { page, close } = await openAs(console, ADMIN_KEY, '/b/shop/sources/capillary');
  const panel = page.getByRole('region', { name: 'Registration at Capillary' });
  await panel.getByText('Not registered yet.').waitFor();
  await panel.getByRole('button', { name: 'Show the changes' }).click();
  await panel.getByText('https://hub.example.com/v1/ingest/shop/capillary').waitFor();
  expect(capillary.webhooks.byId.size).toBe(0);
  await panel.getByRole('button', { name: 'Register', exact: true }).click();
  await panel.getByText('Compared with Capillary').waitFor();
  const [[id, webhook] = ['', {}]] = capillary.webhooks.byId;
  capillary.webhooks.byId.set(id, { ...webhook, active: false });

  await panel.getByRole('button', { name: 'Compare now' }).click();
  await panel.getByText('Somebody changed the webhook at Capillary').waitFor();
  await panel.getByText('Active:').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await panel.getByRole('button', { name: 'Unregister' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unregister' }).click();
  await panel.getByText('Not registered yet.').waitFor();
  expect(capillary.webhooks.byId.size).toBe(0);
  await close();
});
