import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
let hook: Receiver;
let crm: Receiver;
const SURVEY = '/v1/brands/shop/destinations/survey';

beforeAll(async () => {
  [hook, crm] = [await startReceiver(), await startReceiver()];
  console = await startConsole();
  const created = async (path: string, body: object): Promise<void> => {
    expect((await console.hub.admin('POST', `/v1/brands${path}`, body)).status).toBe(201);
  };
  const resolver = { type: 'http', url: crm.url, mapping: { phone: '{{ body.mobile }}' }, cacheSeconds: 0 };
  await created('', { name: 'shop', recipients: { resolver } });
  const auth = { headers: { 'x-acme-token': [ACME_TOKEN] } };
  await created('/shop/sources', { name: 'capillary', adapter: 'capillary', auth });
  const destination = { type: 'webhook', credentials: { bearer: 'invented-bearer' }, settings: { url: hook.url } };
  await created('/shop/destinations', { name: 'survey', ...destination });
  await created('/shop/subscriptions', {
    ...{ name: 'ask', source: 'capillary', events: ['pointsIssued'], destination: 'survey' },
    mapping: { body: { device: '{{ recipient.pushToken }}' } },
  });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await hook.close();
  await crm.close();
});

it('sets delay, contact interval and quota of a destination, and shows what is wrong beside the field', async () => {
  const { page, close } = await openAs(console, ADMIN_KEY, '/b/shop/destinations/survey?tab=settings');
  const interval = page.getByLabel('Contact interval');
  // The form appears again, closed, when the destination type is loaded.
  await until(
    async () => {
      if (!(await interval.isVisible())) await page.locator('summary', { hasText: 'Messaging rules' }).click();
      return interval.isVisible();
    },
    { what: 'the fields of the messaging rules' },
  );
  await interval.fill('30d');
  await page.getByLabel('Quota', { exact: true }).fill('1000');
  await page.getByLabel('Period of the quota').fill('7h');
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await save.click();
  await page.getByText('has to be whole days, or a duration that divides a day').waitFor();
  await page.getByLabel('Period of the quota').fill('1d');
  await save.click();
  await page.getByTestId('quota-used').waitFor();
  expect(at((await console.hub.admin('GET', SURVEY)).body, 'messaging')).toMatchObject({
    ...{ sendAfter: null, contactInterval: '30d' },
    quota: { max: 1_000, per: '1d', excess: 'wait', used: 0 },
  });
  await page.goto(`${console.hub.url}/console/b/shop/messaging`);
  await page.getByText('A customer gets at most one message in 30 days.').waitFor();
  await page.goto(`${console.hub.url}/console/b/shop/destinations/survey?tab=settings`);
  await page.getByLabel('Contact interval').fill('');
  await save.click();
  await until(async () => at((await console.hub.admin('GET', SURVEY)).body, 'messaging.contactInterval') === null, {
    what: 'the removed interval',
  });
  await close();
});

it('shows why a lookup is paused and how many deliveries wait, and resumes it after a passed test', async () => {
  crm.answer(401);
  await console.hub.ingest('shop/capillary', pointsIssued('lookup-1'), ACME_AUTH);
  const { page, close } = await openAs(console, ADMIN_KEY, '/b/shop');
  await page.getByText('The lookup recipients.resolver is paused').waitFor();
  const notice = page.getByRole('region', { name: 'Paused lookups' });
  await notice.getByRole('link', { name: 'Show what waits' }).click();
  const waiting = page.locator('[data-state="held"]');
  await waiting.waitFor();
  await page.getByRole('button', { name: 'Waits for: recipients.resolver' }).waitFor();
  await page.getByText('the lookup recipients.resolver is paused').waitFor();
  await page.goto(`${console.hub.url}/console/b/shop/deliveries?status=held`);
  await waiting.waitFor();
  expect(await waiting.count()).toBe(1);
  await page.goto(`${console.hub.url}/console/b/shop`);
  await notice.getByRole('link', { name: 'Open' }).click();
  const lookups = page.getByRole('region', { name: 'State of the lookups' });
  await lookups.getByText('it answered 401').waitFor();
  await lookups.getByText('1 delivery waits for it.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await lookups.getByRole('button', { name: 'Verify' }).click();
  await lookups.getByText('The test failed.').waitFor();
  // A CRM that answers with nothing does not know the customer.
  crm.answer(204);
  await lookups.getByRole('button', { name: 'Verify' }).click();
  await lookups.getByText('The system accepted the credentials.').waitFor();
  await lookups.getByText('Active', { exact: true }).waitFor();
  await hook.atLeast(1);
  // The result of the test is older than the next pause.
  crm.answer(401);
  await console.hub.ingest('shop/capillary', pointsIssued('lookup-2'), ACME_AUTH);
  await lookups.getByText('it answered 401').waitFor();
  expect(await lookups.getByText('The system accepted the credentials.').count()).toBe(0);
  // A failed test is over when the lookup is resumed in another way.
  await lookups.getByRole('button', { name: 'Verify' }).click();
  await lookups.getByText('The test failed.').waitFor();
  crm.answer(204);
  await console.hub.admin('POST', '/v1/brands/shop/lookups/recipients.resolver/resume');
  await lookups.getByText('Active', { exact: true }).waitFor();
  expect(await lookups.getByText('The test failed.').count()).toBe(0);
  await close();
});
