import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { openAs } from './support/console.js';
import { ingest, listAt, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';

let console: OperatorConsole;
beforeAll(async () => {
  console = await startOperatorConsole();
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Keys and values that break pages which take data for HTML, script, a template or plain text. */
const HOSTILE = [
  String.raw`"html":"<img src=x onerror=\"window.pwned=1\">"`,
  String.raw`"script":"</script><script>window.pwned=1</script>"`,
  String.raw`"bidi":"a\u202Eb"`,
  String.raw`"__proto__":{"pwned":1}`,
  `"link":"javascript:window.pwned=1"`,
  `"template":"{{ event.id }}"`,
  `"long":"${'x'.repeat(500_000)}"`,
].join(',');

const rowsOf = (page: Page): Promise<(string | null)[]> =>
  page.locator('tr[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));

/** Waits until the list has exactly these rows. */
async function showsRows(page: Page, ids: readonly string[]): Promise<void> {
  const isShown = async (): Promise<boolean> => JSON.stringify(await rowsOf(page)) === JSON.stringify(ids);
  await until(isShown, { what: `the rows ${ids.join()}`, timeoutMs: 30_000 });
}

describe('the screens of events', () => {
  it('10 show a hostile event as text', async () => {
    const id = await ingest(console.hub, 'transactionAdded', 66, HOSTILE);
    const { page, close } = await openAs(console, ADMIN_KEY, `/b/acme/events/${id}`);
    await page.locator('.cm-content').getByText('"html"').waitFor();
    expect(await page.evaluate(() => 'pwned' in globalThis || 'pwned' in {})).toBe(false);
    expect(await page.locator('main img:not(.cm-widgetBuffer), main script').count()).toBe(0);
    expect(await page.locator('.cm-specialChar').count()).toBeGreaterThan(0);
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(await page.getByText('{{ event.id }}').count()).toBe(1);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(20_000);
    await close();
  });

  it('12 give the reason for each subscription once', async () => {
    const id = await ingest(console.hub, 'pointsIssued', 5, '"totalPointsIssued":20');
    await settled(console.hub, id, { delivered: 1 });
    const { body } = await console.hub.admin('GET', `/v1/brands/acme/events/${id}`);
    const outcomes = listAt(body, 'subscriptions');
    const { page, close } = await openAs(console, ADMIN_KEY, `/b/acme/events/${id}`);
    const lines = page.locator('[data-subscription]');
    await lines.first().waitFor();
    const names = await lines.evaluateAll((all) => all.map((one) => one.getAttribute('data-subscription')));
    const expected = outcomes.map((outcome) => String(at(outcome, 'name')));
    expect(expected).toHaveLength(5);
    expect([...names].sort()).toEqual(expected.sort());
    const reason = String(
      at(
        outcomes.find((outcome) => at(outcome, 'name') === 'codes-sms'),
        'reason',
      ),
    );
    expect(reason).toContain('customerUpdated');
    expect(await page.locator('[data-subscription="codes-sms"]').innerText()).toContain(reason);
    const clause = await page.locator('[data-subscription="points-sms"]').innerText();
    expect(clause).toContain('data.totalPointsIssued $gte 50, the event has 20');
    await close();
  });

  it('27 restore filters from a link, and with Back and Forward', async () => {
    const ids: string[] = [];
    for (const customer of [8, 8, 9]) ids.unshift(await ingest(console.hub, 'tierRenewed', customer));
    const ofCustomer = ids.slice(1);
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/events');
    await page.getByRole('button', { name: 'Event type: any' }).click();
    await page.getByRole('option', { name: 'tierRenewed' }).click();
    await page.getByRole('button', { name: 'Event type: tierRenewed' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('Customer').fill('8');
    await page.keyboard.press('Enter');
    await showsRows(page, ofCustomer);
    const link = new URL(page.url());
    const other = await openAs(console, ADMIN_KEY, link.pathname.replace('/console', '') + link.search);
    await showsRows(other.page, ofCustomer);
    await other.close();
    await page.goBack();
    await showsRows(page, ids);
    expect(await page.getByLabel('Customer').inputValue()).toBe('');
    await page.goForward();
    await showsRows(page, ofCustomer);
    expect(await page.getByLabel('Customer').inputValue()).toBe('8');
    await close();
  });
});
