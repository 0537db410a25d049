import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { completed } from './support/completed.js';
import { openAs } from './support/console.js';
import { Keyboard } from './support/keyboard.js';
import { ingest, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';

let console: OperatorConsole;
const events: string[] = [];

beforeAll(async () => {
  console = await startOperatorConsole();
  const made = await console.hub.admin('POST', '/v1/brands', { name: 'shop', timezone: 'Asia/Kolkata' });
  expect(made.status).toBe(201);
  console.sms.answer(422, { 'x-code': '21211' });
  for (const customer of [101, 102, 103]) events.push(await ingest(console.hub, 'customerUpdated', customer));
  for (const id of events) await settled(console.hub, id, { failed: 1 });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Returns the second month from now, such as `2027-01`. A pause ends within a year. */
function inTwoMonths(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2)).toISOString().slice(0, 7);
}

describe('20: a person with a keyboard alone', () => {
  it('connects a brand and delivers the first event', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/shop');
    const keyboard = new Keyboard(page);
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    await keyboard.press(page.getByRole('link', { name: 'Connect a source' }));
    await keyboard.press(button('Create the source'));
    await button('I have copied the secret').waitFor();
    await page.getByRole('heading', { name: 'Where do the events come from?' }).and(page.locator(':focus')).waitFor();
    await keyboard.press(button('I have copied the secret'));
    await keyboard.press(button(/^Webhook /));
    await page.getByLabel(/^URL/).waitFor();
    await page.getByRole('heading', { name: 'Where do the messages go?' }).and(page.locator(':focus')).waitFor();
    await keyboard.fill(page.getByLabel(/^URL/), console.crm.url);
    await keyboard.fill(page.getByLabel(/^Bearer token/), 'invented-bearer');
    await keyboard.press(button('Create the destination'));
    await keyboard.press(button('Next'));
    await keyboard.fill(page.getByRole('combobox', { name: 'Event types' }), 'pointsIssued');
    await page.keyboard.press('Enter');
    await keyboard.press(button('Create the subscription'));
    await page.getByText('Waiting for the first event').waitFor();
    await keyboard.press(button('Send a sample event'));
    await page.getByText('Delivered with the first attempt.').waitFor();
    expect(await keyboard.focused()).not.toBe('nothing');
    expect([...keyboard.faults]).toEqual([]);
    await close();
  });

  it('sends the deliveries of a cause again', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme');
    const keyboard = new Keyboard(page);
    await keyboard.press(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Failures' }));
    const row = page.locator('[data-row="sms 21211"]');
    await row.waitFor();
    await page.keyboard.press('j');
    const opener = row.getByRole('button', { name: 'Redeliver …' });
    await keyboard.press(opener);
    const dialog = page.getByRole('dialog');
    await dialog.locator('[data-count="3"]').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Redeliver …');
    await page.keyboard.press('Enter');
    console.sms.answer(204);
    await dialog.locator('[data-count="3"]').waitFor();
    const before = console.sms.received.length;
    await keyboard.fill(dialog.getByLabel('Type 3 to go on'), '3');
    await keyboard.press(dialog.getByRole('button', { name: 'Redeliver 3 deliveries' }));
    await dialog.waitFor({ state: 'detached' });
    await console.sms.atLeast(before + 3);
    expect([...keyboard.faults]).toEqual([]);
    await close();
  });

  it('pauses a destination to a time, and resumes it', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme', { colorScheme: 'dark' });
    const keyboard = new Keyboard(page);
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Destinations', level: 1 }).waitFor();
    await page.locator('[data-row="crm"]').waitFor();
    await page.keyboard.press('j');
    expect(await keyboard.focused()).toBe('crm');
    await page.keyboard.press('Enter');
    await keyboard.press(page.getByRole('button', { name: 'Pause …' }));
    const dialog = page.getByRole('dialog');
    const [year = '', month = ''] = inTwoMonths().split('-');
    await keyboard.fill(dialog.getByLabel('Reason'), 'the vendor moves');
    await keyboard.tabTo(dialog.getByLabel('when a person resumes it'));
    await page.keyboard.press('ArrowUp');
    expect(await dialog.getByLabel('at a time').isChecked()).toBe(true);
    await keyboard.tabTo(dialog.getByLabel('Time (Asia/Kolkata)'));
    await page.keyboard.type(`${month}${month}${year}`);
    await page.keyboard.press('ArrowRight');
    // The last key is for browsers that show 12 hours. Day and month are equal, because their order depends on the browser.
    await page.keyboard.type('1000a');
    await dialog.getByText(`${year}-${month}-${month}T04:30:00Z`).waitFor();
    await keyboard.press(dialog.getByRole('button', { name: 'Pause the destination' }));
    await dialog.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.closest('button') !== null);
    const stored = await console.hub.admin('GET', '/v1/brands/acme/destinations/crm');
    expect(at(stored.body, 'pausedUntil')).toBe(`${year}-${month}-${month}T04:30:00.000Z`);
    const resume = page.getByRole('button', { name: 'Resume' });
    await keyboard.tabTo(resume, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await resume.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Pause …');
    expect([...keyboard.faults]).toEqual([]);
    await close();
  });

  it.each([
    ['light', '/b/acme/deliveries'],
    ['dark', '/b/acme/destinations/crm?tab=settings'],
    ['light', '/b/acme/subscriptions/points-sms'],
    ['dark', '/b/acme/replays/new'],
    ['light', '/b/acme/settings'],
  ] as const)('sees the focus on every control and can leave each: %s, %s', async (colorScheme, path) => {
    const { page, close } = await openAs(console, ADMIN_KEY, path, { colorScheme });
    await completed(page);
    const keyboard = new Keyboard(page);
    expect(await keyboard.tour()).toBeGreaterThan(20);
    expect([...keyboard.faults]).toEqual([]);
    await close();
  });
});

describe('the keys', () => {
  it('move through filters, rows and entries, but not while the person types', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/events');
    const keyboard = new Keyboard(page);
    const row = (index: number) => page.locator('[data-row]').nth(index);
    await row(2).waitFor();
    const ids = await page.locator('[data-row]').evaluateAll((rows) => rows.map((one) => one.dataset['row'] ?? ''));
    const focusedRow = (): Promise<string | undefined> =>
      page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset['row']);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focusedRow()).toBe(ids[1]);
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    expect(await focusedRow()).toBe(ids[0]);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/events/${ids[0]}`);
    await page.keyboard.press('[');
    await page.keyboard.press(']');
    await page.waitForURL(`**/events/${ids[1]}`);
    await page.keyboard.press(']');
    await page.waitForURL(`**/events/${ids[2]}`);
    await page.keyboard.press('[');
    await page.waitForURL(`**/events/${ids[1]}`);
    await page.goBack();
    await page.waitForURL('**/b/acme/events');
    await page.keyboard.press('/');
    expect(await keyboard.focused()).toMatch(/^Event type/);
    const customer = page.getByLabel('Customer');
    await keyboard.fill(customer, 'j/k[]?gd');
    expect(await customer.inputValue()).toBe('j/k[]?gd');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await close();
  });

  it('are listed in a dialog that returns the focus, in English and in Arabic', async () => {
    const english = await openAs(console, ADMIN_KEY, '/b/acme/events');
    const keyboard = new Keyboard(english.page);
    const opener = english.page.getByRole('button', { name: 'Keyboard shortcuts' });
    await keyboard.press(opener);
    const dialog = english.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    const keys = ['Ctrl K', 'go', 'ge', 'gd', 'gc', 'gt', 'gs', '/', 'j', 'k', 'Enter', '[', ']', '?', 'Esc'];
    await dialog.waitFor();
    expect(await dialog.getByRole('rowheader').allInnerTexts()).toEqual(keys);
    await english.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await english.page.waitForFunction(
      () => document.activeElement?.getAttribute('aria-label') === 'Keyboard shortcuts',
    );
    await english.close();

    const arabic = await openAs(console, ADMIN_KEY, '/b/acme/events', { locale: 'ar' });
    await arabic.page.keyboard.press('?');
    await arabic.page.getByRole('dialog', { name: 'مفاتيح الاختصار' }).getByText('الانتقال إلى الصف التالي').waitFor();
    await arabic.close();
  });

  it('do nothing if the person switched them off', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/events');
    await page.locator('[data-row]').first().waitFor();
    await page.evaluate(() => localStorage.setItem('patchbay.keys', 'off'));
    await page.reload();
    await page.locator('[data-row]').first().waitFor();
    for (const key of ['j', '/', '?', 'g', 'o']) await page.keyboard.press(key);
    expect(await new Keyboard(page).focused()).toBe('nothing');
    expect(page.url()).toContain('/b/acme/events');
    await close();
  });
});
