import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';
import { watchRows } from './support/watch-rows.js';

/** Number of rows of a page of a list. */
const PAGE = 50;
const NEWER = 20;
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };

let receiver: Receiver;
let console: TestConsole;
beforeAll(async () => {
  receiver = await startReceiver();
  console = await startConsole({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

let sent = 0;
/** Sends events, and waits until the last of them has its delivery. */
async function ingest(count: number): Promise<void> {
  const { hub } = console;
  let last: string | undefined;
  for (let index = 0; index < count; index += 1) {
    sent += 1;
    const answer = await hub.ingest('acme/capillary', pointsIssued(`live-${sent}`, sent), ACME_AUTH);
    last = answer.events[0]?.id;
  }
  const newest = async (): Promise<unknown> =>
    at((await hub.admin('GET', '/v1/brands/acme/deliveries?limit=1')).body, 'data.0.eventId');
  await until(async () => (await newest()) === last, { what: 'the delivery of the last event', timeoutMs: 30_000 });
}

describe('a live list', () => {
  it.each([
    ['events', DESKTOP, '1 delivered'],
    ['events', PHONE, '1 delivered'],
    ['deliveries', DESKTOP, 'Delivered'],
  ])('25 moves no row under the pointer: %s, %j', async (list, options, delivered) => {
    const release = receiver.hold();
    await ingest(PAGE + 10);
    const { page, close } = await openAs(console, ADMIN_KEY, `/b/acme/${list}`, options);
    const row = page.locator('tr[data-row]').nth(6);
    await row.waitFor();
    const id = await row.getAttribute('data-row');
    await row.hover();
    const box = await row.boundingBox();
    const record = await watchRows(page, (box?.x ?? 0) + 60, (box?.y ?? 0) + 10);
    await ingest(NEWER);
    release();
    const bar = page.getByRole('button', { name: /newer entr/ });
    await bar.filter({ hasText: `${NEWER} newer entries – show` }).waitFor();
    // The states of the shown rows follow the hub in their places.
    await row.getByText(delivered, { exact: true }).waitFor();
    const { positions, underPointer, mostRows } = await record();
    expect(underPointer).toEqual([id]);
    expect(positions).toHaveLength(PAGE);
    expect(mostRows).toBe(PAGE);
    await bar.click();
    await page
      .locator('tr[data-row]')
      .nth(6 + NEWER)
      .and(page.locator(`[data-row="${id}"]`))
      .waitFor();
    expect(await page.locator('tr[data-row]').count()).toBe(PAGE);
    await close();
  });
});
