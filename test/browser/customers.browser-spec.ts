import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { openAs } from './support/console.js';
import { ingest, listAt, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';

let console: OperatorConsole;
beforeAll(async () => {
  console = await startOperatorConsole();
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

describe('the timeline of a customer', () => {
  it('13 says why customer 7 did not get a message, and links the digest', async () => {
    const { hub } = console;
    await settled(hub, await ingest(hub, 'pointsIssued', 7, '"totalPointsIssued":60'), { delivered: 2 });
    const capped = await ingest(hub, 'pointsIssued', 7, '"totalPointsIssued":70');
    await settled(hub, capped, { delivered: 1, notSent: 1 });
    const night = await ingest(hub, 'tierUpgraded', 7);
    const digest = await ingest(hub, 'pointsRedeemed', 7);
    const merged = await ingest(hub, 'pointsRedeemed', 7);
    await settled(hub, merged, { delivered: 1, merged: 1 });
    await settled(hub, digest, { delivered: 2 });
    await settled(hub, night, { delivered: 1, waiting: 1 });

    // From the overview: the link to the customers, the id, and Enter.
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme');
    await page.getByRole('link', { name: 'Customers' }).click();
    await page.getByLabel('Customer id').fill('7');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Customer 7' }).waitFor();
    const lineOf = (event: string, subscription: string) =>
      page.locator(`[data-event="${event}"] [data-subscription="${subscription}"]`);
    await lineOf(capped, 'points-sms').waitFor();
    expect(await lineOf(capped, 'points-sms').innerText()).toMatch(/Not sent[^]*cap: 1 SMS message in 1 day/);

    // The zone of the brand is half an hour beside all zones of this test's computer and of UTC.
    const waiting = lineOf(night, 'night-sms');
    expect(await waiting.innerText()).toMatch(/Waiting[^]*quiet hours/);
    const { body } = await hub.admin('GET', '/v1/brands/acme/customers/7/timeline?subscription=night-sms');
    const until = Date.parse(String(at(body, 'data.2.subscriptions.0.until')));
    const inBrand = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kolkata', timeStyle: 'short' }).format(until);
    expect(await waiting.innerText()).toContain(inBrand);

    const found = await hub.admin('GET', `/v1/brands/acme/events/${digest}`);
    const outcome = listAt(found.body, 'subscriptions').find((one) => at(one, 'name') === 'spent-digest');
    const digestDelivery = String(at(outcome, 'delivery.id'));
    await lineOf(merged, 'spent-digest')
      .getByRole('link', { name: digestDelivery.slice(-8) })
      .click();
    await page.getByRole('heading', { name: 'spent-digest to sms' }).waitFor();
    expect(page.url()).toBe(`${hub.url}/console/b/acme/deliveries/${digestDelivery}`);
    await close();
  });
});

describe('a customer whose source picks another identifier', () => {
  it('is found by the mobile number and by the id of the platform', async () => {
    const { hub } = console;
    const secret = 'invented-till-secret';
    const till = { name: 'till', adapter: 'json', auth: { bearer: [secret] } };
    expect((await hub.admin('POST', '/v1/brands/acme/sources', till)).status).toBe(201);
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/sources/till?tab=settings');
    const field = page.getByLabel('Identifier of the customer');
    await field.fill('{{ data.mobile | upcase }}');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('has to be one output with a path of the data').waitFor();
    await field.fill('{{ data.mobile }}');
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect((await saved).status()).toBe(200);
    const { body } = await hub.admin('GET', '/v1/brands/acme/sources/till');
    expect(at(body, 'customer')).toBe('{{ data.mobile }}');

    const mobile = '+15005550019';
    const sold = [{ customerId: 'C-9', data: { mobile } }, { data: { mobile } }, { customerId: 'C-9', data: {} }];
    const sent = sold.map((event, index) => ({ type: 'sold', id: `sold-${index}`, ...event }));
    const answer = await hub.ingest('acme/till', sent, { authorization: `Bearer ${secret}` });
    expect(answer.status).toBe(202);
    for (const id of ['C-9', mobile]) {
      await page.goto(`${hub.url}/console/b/acme/customers`);
      await page.getByLabel('Customer id').fill(id);
      await page.keyboard.press('Enter');
      for (const event of answer.events) await page.locator(`[data-event="${event.id}"]`).first().waitFor();
    }

    await page.goto(`${hub.url}/console/b/acme/sources/till?tab=settings`);
    await field.fill('{{ data.mobil }}');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved with 1 warning').waitFor();
    await page.getByText('Did you mean "data.mobile"?').waitFor();
    await close();
  });
});
