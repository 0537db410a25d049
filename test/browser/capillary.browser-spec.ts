import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { textOf, type JsonObject } from '@patchbay/plugin-sdk';
import {
  CAPILLARY_KEY,
  CAPILLARY_LOGS,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  type StartedSandbox,
} from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { pointsIssued } from '../e2e/support/acme.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

const capillary = capillarySandbox();
let api: StartedSandbox;
let console: TestConsole;

beforeAll(async () => {
  api = await startSandbox(capillary.definition);
  console = await startConsole({ environment: { PATCHBAY_PUBLIC_URL: 'https://hub.localhost' } });
  const created = async (path: string, body: object): Promise<void> => {
    expect(await console.hub.admin('POST', `/v1/brands${path}`, body)).toMatchObject({ status: 201 });
  };
  const access = { baseUrl: api.sandbox.baseUrl, key: CAPILLARY_KEY, secret: CAPILLARY_SECRET, ratePerMinute: 60_000 };
  const platform = { capillary: { ...access, logs: CAPILLARY_LOGS.numbered } };
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
  await panel.getByText('https://hub.localhost/v1/ingest/shop/capillary').waitFor();
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

it('shows the missing events per day and those of the log, after a comparison', async () => {
  expect(await console.hub.admin('POST', '/v1/brands/shop/capillary/register', {})).toMatchObject({ status: 200 });
  const { page, close } = await openAs(console, ADMIN_KEY, '/b/shop/sources/capillary');
  await page.getByRole('tab', { name: 'Missing events' }).click();
  await page.getByText('No day was compared yet.').waitFor();
  await page.getByText("Capillary's log was not checked yet.", { exact: false }).waitFor();

  const [webhook] = capillary.webhooks.byId.values();
  const at = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
  const lost = { ...(pointsIssued('lost-1') as JsonObject), createdAt: at };
  const entry = { event: lost, status: 'FAILED', httpStatus: 400, at } as const;
  capillary.events.logs.set(textOf(webhook?.['consumerGroupId']) ?? '', [entry]);
  await page.getByRole('button', { name: 'Compare now' }).click();

  const day = new Date(at).toISOString().slice(0, 10);
  const days = page.getByRole('region', { name: 'Comparison per day', exact: true }).getByRole('table');
  await days.getByRole('row', { name: `${day} 1 0 0 1` }).waitFor();
  const log = page.getByRole('region', { name: 'Last check of the log' });
  await log.getByText('done, 1 entries.', { exact: false }).waitFor();
  await log.getByRole('row', { name: 'pointsIssued 1 0 0 1 0' }).waitFor();
  await page
    .getByRole('region', { name: 'Missing events' })
    .getByRole('row', { name: /pointsIssued lost-1 .*FAILED/ })
    .waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await close();
});
