import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { openAs } from './support/console.js';
import { ingest, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';

let console: OperatorConsole;
beforeAll(async () => {
  console = await startOperatorConsole();
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Makes `count` deliveries fail with a code of the vendor. */
async function fail(code: string, count: number, firstCustomer: number): Promise<void> {
  console.sms.answer(422, { 'x-code': code });
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push(await ingest(console.hub, 'customerUpdated', firstCustomer + i));
  for (const id of ids) await settled(console.hub, id, { failed: 1 });
}

async function get(path: string): Promise<unknown> {
  return (await console.hub.admin('GET', `/v1/brands/acme/${path}`)).body;
}

describe('what failed', () => {
  it('14 is sent again by cause: 24 deliveries of one cause, and none of the other 8', async () => {
    await fail('21211', 24, 100);
    await fail('30003', 8, 200);
    console.sms.answer(204);
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/failures');
    const bodies: unknown[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/deliveries/redeliver'))
        bodies.push(request.postDataJSON());
    });
    await page.locator('[data-row="sms 21211"]').getByRole('button', { name: 'Redeliver …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[data-count="24"]').waitFor();
    const action = dialog.getByRole('button', { name: 'Redeliver 24 deliveries' });
    expect(await action.isDisabled()).toBe(true);
    const before = console.sms.received.length;
    await dialog.getByLabel('Type 24 to go on').fill('24');
    await action.click();
    await dialog.waitFor({ state: 'hidden' });
    await console.sms.atLeast(before + 24);
    const filter = { destination: 'sms', status: 'dead', errorKind: 'rejected', vendorCode: '21211' };
    expect(bodies).toMatchObject([
      { dryRun: true, filter },
      { dryRun: false, filter },
    ]);
    const succeeded = 'deliveries?destination=sms&status=succeeded&limit=200';
    await until(async () => at(await get(succeeded), 'data.length') === 24, {
      what: 'the redelivered deliveries to succeed',
    });
    const left = at(await get('failures'), 'data');
    expect(left).toMatchObject([{ vendorCode: '30003', count: 8 }]);
    expect(console.sms.received).toHaveLength(before + 24);
    await close();
  });

  it('14 is sent again only as long as the dialog is open', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/failures', { locale: 'ar' });
    await page.clock.install();
    // The hub has reached the time limit of a call, and the destination has too many due deliveries for the next.
    const parts = [2, 0, 0].map((count) => ({ count, isComplete: false, nextCursor: 'next' }));
    let calls = 0;
    await page.route('**/deliveries/redeliver', (route) => {
      const isCount = at(route.request().postDataJSON(), 'dryRun') === true;
      const refused = isCount ? [{ code: 'merged', reason: 'It was merged.', count: 3, deliveries: [] }] : [];
      const part = isCount ? { count: 5, isComplete: true, nextCursor: null } : parts[Math.min(calls, 2)];
      calls += isCount ? 0 : 1;
      return route.fulfill({ json: { countByState: {}, refused, ...part } });
    });
    await page.locator('[data-row="sms 30003"]').getByRole('button', { name: 'إعادة' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('هو جزء من ملخّص.').waitFor();
    expect(await dialog.getByText('It was merged.').count()).toBe(0);
    await dialog.getByRole('textbox').fill('5');
    await dialog.locator('button[type="submit"]').click();
    await dialog.locator('[data-done="2"]').waitFor();
    await page.clock.runFor(2_000);
    await until(() => calls > 2, { what: 'a call after a pause' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    const before = calls;
    await page.clock.runFor(60_000);
    expect(calls).toBe(before);
    await close();
  });

  it('15 is replayed once by a double click, and cancelled in the middle', async () => {
    const replaysBefore = Number(at(await get('replays'), 'data.length'));
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/replays/new?status=dead&vendorCode=30003&rate=1');
    await page.getByRole('button', { name: 'Count' }).click();
    await page.locator('[data-count="8"]').waitFor();
    await page.getByLabel('Type 8 to go on').fill('8');
    await page.getByRole('button', { name: 'Send 8 deliveries' }).dblclick();
    await page.getByRole('heading', { name: 'Replay', exact: true, level: 1 }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.locator('[data-created]:not([data-created="0"])').waitFor();
    await page.getByRole('button', { name: 'Cancel the rest …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the rest' }).click();
    await page.locator('h1 + [data-state="cancelled"]').waitFor();
    const replay = await until(
      async () => {
        const found = await get(`replays/${id}`);
        return at(found, 'state') === 'cancelled' ? found : undefined;
      },
      { what: 'the end of the replay', timeoutMs: 60_000 },
    );
    const created = Number(at(replay, 'created'));
    expect(created).toBeGreaterThan(0);
    expect(created).toBeLessThan(8);
    await page.locator(`[data-created="${created}"]`).waitFor();
    expect(await page.locator('[data-created]').innerText()).toBe(`${created} of 8 made`);
    expect(Number(at(await get('replays'), 'data.length'))).toBe(replaysBefore + 1);
    await close();
  });

  it('is chosen in the list of deliveries and sent again together', async () => {
    await fail('40001', 3, 300);
    console.sms.answer(204);
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/deliveries?status=dead&vendorCode=40001');
    const boxes = page.getByRole('checkbox', { name: 'Choose delivery' });
    await boxes.nth(2).waitFor();
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    const before = console.sms.received.length;
    await page.getByRole('button', { name: 'Redeliver 2 chosen deliveries …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Type 2 to go on').fill('2');
    await dialog.getByRole('button', { name: 'Redeliver 2 deliveries' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await console.sms.atLeast(before + 2);
    await until(async () => at(await get('deliveries?status=dead&vendorCode=40001'), 'data.length') === 1, {
      what: 'two of three deliveries to succeed',
    });
    expect(console.sms.received).toHaveLength(before + 2);
    await close();
  });
});
