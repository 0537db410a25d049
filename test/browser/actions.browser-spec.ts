import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_TOKEN } from '../e2e/support/acme.js';
import { callAs, makeKey } from '../e2e/support/admin-routes.js';
import { ADMIN_KEY, at, type Answer } from '../e2e/support/test-hub.js';
import { openAs } from './support/console.js';
import { ingest, listAt, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';

/** Mobile number of each customer of {@link ingest}. */
const MOBILE = '15005550006';

let console: OperatorConsole;
beforeAll(async () => {
  console = await startOperatorConsole();
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

async function get(path: string): Promise<unknown> {
  const { status, body, text } = await console.hub.admin('GET', path);
  if (status !== 200) throw new Error(`${path}: ${text}`);
  return body;
}

/** Returns the entries of the audit log about an action of a key in the console. */
async function audit(action: string, name: string): Promise<unknown[]> {
  const actor = encodeURIComponent(`${name} (console)`);
  return listAt(await get(`/v1/audit?action=${action}&actor=${actor}`), 'data');
}

/** Returns the delivery that a subscription made of an event. */
async function deliveryOf(event: string, subscription: string): Promise<unknown> {
  const outcomes = listAt(await get(`/v1/brands/acme/events/${event}`), 'subscriptions');
  const own = outcomes.find((one) => at(one, 'name') === subscription);
  return at(own, 'delivery');
}

describe('a test message', () => {
  it('goes to the typed number only, and leaves no delivery', async () => {
    const event = await ingest(console.hub, 'pointsIssued', 31, '"totalPointsIssued":60');
    await settled(console.hub, event, { delivered: 2 });
    const countDeliveries = async (): Promise<number> => listAt(await get('/v1/brands/acme/deliveries'), 'data').length;
    const [before, sent] = [await countDeliveries(), console.sms.received.length];
    const key = await makeKey(console.hub, { role: 'operator', brands: ['acme'] });
    const { page, close } = await openAs(console, key.key, `/b/acme/subscriptions/points-sms?event=${event}`);
    await page.getByRole('button', { name: 'Send a test…' }).click();
    const dialog = page.getByRole('dialog');
    const send = dialog.getByRole('button', { name: 'Send the test' });
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByLabel('Phone number').fill('+15005550099');
    await send.click();
    await dialog.getByText(/^Accepted by the vendor in \d+ ms$/).waitFor();

    const messages = (await console.sms.atLeast(sent + 1)).slice(sent).map(({ body }): unknown => JSON.parse(body));
    expect(messages).toEqual([{ to: '+15005550099', text: 'points' }]);
    expect(await countDeliveries()).toBe(before);
    const entries = await audit('destination.testSend', key.name);
    expect(entries).toMatchObject([{ brand: 'acme', target: 'acme/sms' }]);
    expect(JSON.stringify(entries)).not.toContain('15005550099');

    console.sms.answer(422, { 'x-code': '21211' });
    await dialog.getByRole('button', { name: 'Send it again' }).click();
    await dialog.getByText(/^Refused by the vendor after \d+ ms$/).waitFor();
    await dialog.getByText('rejected · 21211').waitFor();
    console.sms.answer(204);
    await close();
  });
});

describe('an older version of a subscription', () => {
  it('is restored as the newest version with the same content', async () => {
    const post = (path: string, body: object): Promise<Answer> => console.hub.admin('POST', `/v1/brands${path}`, body);
    const auth = { headers: { 'x-acme-token': [ACME_TOKEN] } };
    const hooks = { credentials: { bearer: 'invented-bearer-token' }, settings: { url: console.crm.url } };
    const old = { source: 'capillary', events: ['points*'], destination: 'hooks', mapping: { body: { text: 'old' } } };
    const answers = [
      await post('', { name: 'tour' }),
      await post('/tour/sources', { name: 'capillary', adapter: 'capillary', auth }),
      await post('/tour/destinations', { name: 'hooks', type: 'webhook', ...hooks }),
      await post('/tour/subscriptions', { name: 'points', ...old }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const path = '/v1/brands/tour/subscriptions/points';
    const change = { mapping: { body: { text: 'new' } }, when: { 'data.points': { $gte: 5 } } };
    expect((await console.hub.admin('PATCH', path, change)).status).toBe(200);

    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour/subscriptions/points?tab=versions');
    await page.getByRole('button', { name: 'Show the changes of v2' }).click();
    const diff = page.getByRole('region', { name: 'Changes of v2' });
    await diff.getByText('− old').waitFor();
    const { changes } = Object(await get(`${path}/versions/2/diff`)) as { changes: readonly { field: string }[] };
    for (const { field } of changes) expect(await diff.getByText(field, { exact: true }).count()).toBe(1);
    await diff.getByText('+ new').waitFor();

    expect(await page.getByRole('button', { name: 'Restore v2' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Restore v1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore v1' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Restore v2' }).waitFor();
    const [first, third] = [await get(`${path}/versions/1`), await get(`${path}/versions/3`)];
    expect(at(third, 'content')).toEqual(at(first, 'content'));
    expect(await get(path)).toMatchObject({ version: 3, when: null, ...old });
    // The editor continues with the restored content, so it has nothing to save.
    await page.getByRole('tab', { name: 'Edit' }).click();
    expect(await page.getByRole('button', { name: 'Save as v4' }).isDisabled()).toBe(true);
    await close();
  });
});

describe('the list of subscriptions', () => {
  it('shows the deliveries of the last 24 hours by outcome, as the API counts them', async () => {
    for (const outcome of ['delivered', 'notSent']) {
      const event = await ingest(console.hub, 'pointsIssued', 36, '"totalPointsIssued":60');
      await settled(console.hub, event, outcome === 'delivered' ? { delivered: 2 } : { delivered: 1, notSent: 1 });
    }
    const counts = listAt(await get('/v1/brands/acme/stats/subscriptions'), 'data');
    expect(counts).toHaveLength(5);
    const [own, unused] = ['points-sms', 'spent-digest'].map((name) =>
      counts.find((one) => at(one, 'subscription') === name),
    );
    expect(unused).toMatchObject({ delivered: 0, merged: 0, countIsExact: true });
    const [delivered, notSent] = [Number(at(own, 'delivered')), Number(at(own, 'notSent'))];
    expect([delivered > 0, notSent > 0]).toEqual([true, true]);
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/subscriptions');
    const row = page.locator('[data-row="points-sms"]');
    await row.getByText(`${delivered} delivered`, { exact: true }).waitFor();
    await row.getByText(`${notSent} not sent`, { exact: true }).waitFor();
    expect(await page.locator('[data-row="spent-digest"]').innerText()).toContain('none');
    await close();
  });
});

describe('a delivery that waits', () => {
  it('is cancelled after a confirmation, and the customer gets no message', async () => {
    const event = await ingest(console.hub, 'tierUpgraded', 32);
    await settled(console.hub, event, { waiting: 1, delivered: 1 });
    const id = String(at(await deliveryOf(event, 'night-sms'), 'id'));
    const sent = console.sms.received.length;
    const { page, close } = await openAs(console, ADMIN_KEY, `/b/acme/deliveries/${id}`);
    await page.getByRole('button', { name: 'Cancel …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The hub does not send this message any more.').waitFor();
    expect(await deliveryOf(event, 'night-sms')).toMatchObject({ status: 'scheduled' });
    await dialog.getByRole('button', { name: 'Cancel the delivery' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('main [data-state="cancelled"]').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel …' }).count()).toBe(0);
    expect(await get(`/v1/brands/acme/deliveries/${id}`)).toMatchObject({ status: 'cancelled', attempts: [] });
    expect(console.sms.received).toHaveLength(sent);
    await close();
  });
});

describe('a customer', () => {
  it('is erased after the id is typed, with all events and what waits', async () => {
    const event = await ingest(console.hub, 'tierUpgraded', 33, '"note":"for 33 only"');
    await settled(console.hub, event, { waiting: 1, delivered: 1 });
    const other = await ingest(console.hub, 'tierUpgraded', 34);
    const operator = await makeKey(console.hub, { role: 'operator' });
    const refused = await openAs(console, operator.key, '/b/acme/customers/33');
    await refused.page.locator(`[data-event="${event}"]`).waitFor();
    expect(await refused.page.getByRole('button', { name: 'Forget this customer …' }).count()).toBe(0);
    await refused.close();

    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/customers/33');
    await page.getByRole('button', { name: 'Forget this customer …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Forget customer 33' });
    const forget = dialog.getByRole('button', { name: 'Forget this customer' });
    await dialog.getByLabel('Type 33 to confirm').fill('34');
    expect(await forget.isDisabled()).toBe(true);
    await dialog.getByLabel('Type 33 to confirm').fill('33');
    await forget.click();
    await page.getByRole('heading', { name: 'Erasures', level: 1 }).waitFor();
    await page.locator('main [data-state="done"]').waitFor();

    const receipts = listAt(await get('/v1/brands/acme/erasures'), 'data');
    const requestedBy = 'PATCHBAY_ADMIN_KEY (console)';
    expect(receipts).toMatchObject([{ state: 'done', events: 1, deliveries: 1, requestedBy }]);
    expect(listAt(await get('/v1/brands/acme/customers/33/timeline'), 'data')).toEqual([]);
    expect(await get(`/v1/brands/acme/events/${event}`)).toMatchObject({ data: {}, customerIds: [] });
    expect(await deliveryOf(event, 'night-sms')).toMatchObject({ status: 'cancelled' });
    expect(await get(`/v1/brands/acme/events/${other}`)).toMatchObject({ erasedAt: null, customerIds: ['34'] });
    await page.goto(`${console.hub.url}/console/b/acme/customers/33`);
    await page.getByText('No stored event names this customer.').waitFor();
    await close();
  });
});

describe('personal values', () => {
  it('are shown to a key with the right after a click, which is audited, and to no other key', async () => {
    const event = await ingest(console.hub, 'pointsRedeemed', 35);
    const path = `/b/acme/events/${event}`;
    const viewer = await makeKey(console.hub, { role: 'viewer' });
    const masked = await openAs(console, viewer.key, path);
    await masked.page.locator('.cm-content').getByText('"mobile"').waitFor();
    expect(await masked.page.getByRole('button', { name: 'Show personal values' }).count()).toBe(0);
    expect(await masked.page.content()).not.toContain(MOBILE);
    await masked.close();
    const byHand = await callAs(console.hub, viewer.key, 'GET', `/v1/brands/acme/events/${event}?reveal=true`);
    expect(byHand.status).toBe(403);

    const person = await makeKey(console.hub, { role: 'viewer', reveal: true });
    const { page, close } = await openAs(console, person.key, path);
    const content = page.locator('.cm-content');
    await content.getByText('"mobile"').waitFor();
    expect(await page.content()).not.toContain(MOBILE);
    expect(await audit('event.reveal', person.name)).toEqual([]);
    await page.getByRole('button', { name: 'Show personal values' }).click();
    await content.getByText(MOBILE).waitFor();
    expect(await audit('event.reveal', person.name)).toMatchObject([{ brand: 'acme', target: event }]);
    await page.getByRole('button', { name: 'Hide personal values' }).click();
    await content.getByText(MOBILE).waitFor({ state: 'detached' });
    await content.getByText('"mobile"').waitFor();
    expect(await page.content()).not.toContain(MOBILE);
    expect(page.url()).toBe(`${console.hub.url}/console${path}`);
    await close();
  });
});

describe('a new brand', () => {
  it('has the chosen zone, and opens the wizard that connects it', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/brands');
    await page.getByRole('button', { name: 'Make a brand' }).click();
    const dialog = page.getByRole('dialog', { name: 'New brand' });
    const make = dialog.getByRole('button', { name: 'Make a brand' });
    await dialog.getByLabel('Name').fill('acme');
    await dialog.getByLabel('Time zone').selectOption('Asia/Kolkata');
    await make.click();
    await dialog.getByText(/already exists/).waitFor();
    await dialog.getByLabel('Name').fill('made-here');
    await make.click();
    await page.getByRole('heading', { name: 'Where do the events come from?' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/console\/b\/made-here\/connect/);
    expect(await get('/v1/brands/made-here')).toMatchObject({ timezone: 'Asia/Kolkata', managedBy: 'api' });
    await close();
  });
});

describe('an API key', () => {
  it('has the chosen rights, is shown once, and stops working when revoked', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('made in the browser');
    await dialog.getByLabel('Role').selectOption('operator');
    const brands = dialog.getByRole('combobox', { name: 'Brands' });
    await brands.focus();
    await brands.press('ArrowDown');
    const choices = page.getByRole('listbox', { name: 'Brands' });
    await choices.getByRole('option', { name: 'acme' }).click();
    await brands.press('Escape');
    await choices.waitFor({ state: 'hidden' });
    await dialog.getByLabel('Sees personal values').check();
    await dialog.getByRole('button', { name: 'Make a key' }).click();
    await dialog.getByText('Copy the key now.').waitFor();
    const secret = await dialog.locator('bdi.pb-code').innerText();
    expect(secret).toMatch(/^pbk_\S{20,}$/);
    for (const key of ['Escape', 'Enter']) await page.keyboard.press(key);
    expect(await dialog.getByRole('button').allTextContents()).toEqual(['', 'Done']);
    expect(await dialog.innerText()).toContain(secret);
    const me = await callAs(console.hub, secret, 'GET', '/v1/me');
    const rights = { name: 'made in the browser', role: 'operator', brands: ['acme'], reveal: true };
    expect(me.body).toMatchObject(rights);

    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
    const revoke = page.getByRole('button', { name: 'Revoke made in the browser' });
    await revoke.waitFor();
    const shown = await page.evaluate(() =>
      [
        document.documentElement.outerHTML,
        location.href,
        JSON.stringify(localStorage),
        JSON.stringify(sessionStorage),
        JSON.stringify(history.state),
      ].join('\n'),
    );
    expect(shown).not.toContain(secret);
    await page.reload();
    await revoke.waitFor();
    expect(await page.content()).not.toContain(secret);

    await revoke.click();
    await page.getByRole('dialog').getByText('“made in the browser” stops working at once').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await revoke.waitFor({ state: 'detached' });
    expect((await callAs(console.hub, secret, 'GET', '/v1/me')).status).toBe(401);
    expect(await audit('key.revoke', 'PATCHBAY_ADMIN_KEY')).toHaveLength(1);
    await close();
  });
});
