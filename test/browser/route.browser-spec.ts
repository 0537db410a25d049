import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import type { Locator, Page } from 'playwright-core';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';
import { listAt } from './support/operator-brand.js';

const PATH = '/v1/brands/tour/subscriptions/points';
const MAPPING = { body: { text: 'others {{ data.totalPointsIssued }}' } };

let receiver: Receiver;
let console: TestConsole;
beforeAll(async () => {
  receiver = await startReceiver();
  console = await startConsole();
  await made('', { name: 'tour', timezone: 'Asia/Kolkata' });
  const auth = { headers: { 'x-acme-token': [ACME_TOKEN] } };
  await made('/tour/sources', { name: 'capillary', adapter: 'capillary', auth });
  for (const name of ['gold', 'others']) {
    const parts = { credentials: { bearer: 'invented-bearer-token' }, settings: { url: receiver.url } };
    await made('/tour/destinations', { name, type: 'webhook', ...parts });
  }
  const selection = { source: 'capillary', events: ['pointsIssued'] };
  await made('/tour/subscriptions', { name: 'points', ...selection, destination: 'others', mapping: MAPPING });
  await ingest(60);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

async function made(path: string, body: object): Promise<void> {
  const { status, text } = await console.hub.admin('POST', `/v1/brands${path}`, body);
  if (status !== 201) throw new Error(`${path}: ${text}`);
}

let events = 0;

/** Sends an event with points, and returns its id when all of its deliveries ended. */
async function ingest(points: number): Promise<string> {
  events += 1;
  const answer = await console.hub.ingest('tour/capillary', pointsIssued(`e${events}`, points), ACME_AUTH);
  expect(answer.status).toBe(202);
  const id = answer.events[0]?.id ?? '';
  await until(
    async () => {
      const { body } = await console.hub.admin('GET', `/v1/brands/tour/events/${id}`);
      const delivery = at(listAt(body, 'subscriptions')[0], 'delivery');
      return typeof at(delivery, 'endedAt') === 'string' ? true : undefined;
    },
    { what: `the end of the delivery of event ${events}`, timeoutMs: 60_000 },
  );
  return id;
}

/** Fills the condition and the destination of the open entry. */
async function fill(page: Page, entry: Locator, points: number, destination: string): Promise<void> {
  await entry.getByRole('button', { name: 'Add a condition' }).click();
  await entry.getByLabel('Field of condition 1').fill('data.totalPointsIssued');
  await entry.getByLabel('Comparison of condition 1').selectOption('$gte');
  await entry.getByLabel('Value of condition 1').fill(String(points));
  await entry.getByRole('combobox', { name: 'Destination' }).click();
  await page.getByRole('listbox', { name: 'Destination' }).getByRole('option', { name: destination }).click();
  await entry.getByRole('button', { name: 'Write your own text' }).click();
  await entry.getByText('YAML', { exact: true }).click();
  await entry.getByRole('textbox', { name: 'Message as YAML with Liquid' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(`body: { text: "${destination} {{ data.totalPointsIssued }}" }`);
}

describe('the route of a subscription', () => {
  it('is made in the editor, is ordered with the keyboard, and sends each event to the entry of the preview', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour/subscriptions/points');
    await page.getByTestId('preview').waitFor();
    await page.getByText('Route by conditions').click();
    await page.locator('[data-entry]').waitFor();
    expect(await page.locator('[data-entry]').allInnerTexts()).toEqual([expect.stringMatching(/otherwise\s→\sothers/)]);
    await page.getByRole('button', { name: 'Add an entry' }).click();
    const first = page.getByRole('group', { name: 'Entry 1' });
    await page.locator('[data-entry="1"]:focus-within').waitFor();
    await fill(page, first, 50, 'gold');
    const preview = page.getByTestId('preview');
    await preview.getByText('gold 60').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);

    await page.getByRole('button', { name: 'Add an entry' }).click();
    await fill(page, page.getByRole('group', { name: 'Entry 2' }), 90, 'others');
    await preview.getByText('others 60').waitFor();
    await page.getByLabel('Message of the preview').selectOption({ label: 'The entry that this event takes' });
    await page.getByText('This event goes to entry 1: gold.').waitFor();
    await preview.getByText('gold 60').waitFor();

    const up = page.getByRole('button', { name: 'Move entry 2 up' });
    await up.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Entry 2 is now entry 1.').waitFor();
    await page.locator('[data-entry="1"]:focus-within').waitFor();
    await page.getByLabel('Message of the preview').selectOption({ label: 'The entry that this event takes' });
    await page.getByText('This event goes to entry 2: gold.').waitFor();
    await page.getByRole('tab', { name: 'Why and when' }).click();
    const tested = page.getByTestId('route-entries').locator('li');
    await tested.nth(2).waitFor();
    expect(await tested.allInnerTexts()).toEqual([
      'Entry 1 → others: does not match · reads data.totalPointsIssued',
      'Entry 2 → gold: matches · reads data.totalPointsIssued',
      'Entry 3 → others: not checked',
    ]);
    await page.getByRole('button', { name: 'Save as v2' }).click();
    await page.getByText('Saved as v2.').waitFor();
    const stored = (await console.hub.admin('GET', PATH)).body;
    const message = (text: string): object => ({ body: { text: `${text} {{ data.totalPointsIssued }}` } });
    expect(stored).toMatchObject({ destination: null, mapping: null, version: 2 });
    expect(listAt(stored, 'route')).toEqual([
      { when: { 'data.totalPointsIssued': { $gte: 90 } }, destination: 'others', mapping: message('others') },
      { when: { 'data.totalPointsIssued': { $gte: 50 } }, destination: 'gold', mapping: message('gold') },
      { destination: 'others', mapping: MAPPING },
    ]);

    const event = await ingest(70);
    await page.goto(`${console.hub.url}/console/b/tour/events/${event}`);
    const route = page.getByRole('list', { name: 'Route of points' });
    await route.waitFor();
    expect(await route.locator('li').allInnerTexts()).toEqual([
      'Entry 1 → others: did not match · reads data.totalPointsIssued',
      'Entry 2 → gold: chosen · reads data.totalPointsIssued',
      'Entry 3 → others: not checked',
    ]);
    expect(receiver.received.map(({ body }): unknown => JSON.parse(body))).toEqual([
      { text: 'others 60' },
      { text: 'gold 70' },
    ]);
    await page.goto(`${console.hub.url}/console/b/tour/routing`);
    await page.getByText('capillary → others, gold').waitFor();
    await close();
  });

  it('leaves a delivery without a destination if no entry matches, and the list finds it', async () => {
    const route = [{ when: { 'data.totalPointsIssued': { $gt: 500 } }, destination: 'gold', mapping: MAPPING }];
    const { status } = await console.hub.admin('PATCH', PATH, { route, destination: null, mapping: null });
    expect(status).toBe(200);
    const event = await ingest(80);
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour/deliveries');
    await page.getByRole('button', { name: 'Route: any' }).click();
    await page.getByRole('option', { name: 'no destination chosen' }).click();
    await page.waitForURL(/stage=/);
    await page.keyboard.press('Escape');
    const rows = page.locator('tbody tr');
    await page.getByText('no entry of the route matches.').waitFor();
    // The unfiltered list also shows this row, so wait until the other rows are gone.
    await rows.nth(1).waitFor({ state: 'detached' });
    expect(await rows.count()).toBe(1);
    expect(await rows.innerText()).toContain('not chosen');
    await page.goto(`${console.hub.url}/console/b/tour/events/${event}`);
    await page.getByText('no destination chosen').waitFor();
    await close();
  });
});
