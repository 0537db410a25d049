import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { acmeBrand, acmeEnv } from '../e2e/support/acme.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { consoleLink } from '../e2e/support/console-session.js';
import { openAs, openPage, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/') });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

describe('the sign-in page', () => {
  it('refuses a wrong key in words, keeps the focus on the field and sets no cookie', async () => {
    const { page, close } = await openPage(console, '/');
    await page.getByLabel('API key').fill('pbk_wrong');
    await page.keyboard.press('Enter');
    await page.getByText(/key/i).and(page.locator('[class*=error]')).first().waitFor();
    expect(await page.getByLabel('API key').evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await page.context().cookies()).toEqual([]);
    await close();
  });

  it('signs in with a key, which stays in no storage and no document', async () => {
    const { page, close } = await openPage(console, '/brands');
    await page.getByLabel('API key').fill(ADMIN_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Brands' }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([{ name: '__Host-patchbay', httpOnly: true, secure: true, sameSite: 'Strict' }]);
    const kept = await page.evaluate(() =>
      [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.documentElement.outerHTML].join(),
    );
    expect(kept).not.toContain(ADMIN_KEY);
    expect(page.url()).toBe(`${console.hub.url}/console/brands`);
    await close();
  });

  it('signs in once by a link and removes its token from the address', async () => {
    const link = await consoleLink(console.hub);
    const first = await openPage(console, link);
    await first.page.getByRole('banner').waitFor();
    expect(first.page.url()).not.toContain('token');
    await first.close();
    const second = await openPage(console, link);
    await second.page.getByText('The sign-in link does not work').waitFor();
    await second.close();
  });

  it('signs out in all tabs', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/brands');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('banner').waitFor();
    await page.getByRole('button', { name: /^Menu of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await other.getByLabel('API key').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await close();
  });
});

describe('the sign-in page of an address with many wrong keys', () => {
  let own: TestConsole;
  beforeAll(async () => {
    own = await startConsole();
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => own.close());

  it('counts down after ten wrong keys, and still accepts a right key', async () => {
    const { page, close } = await openPage(own, '/sign-in');
    const field = page.getByLabel('API key');
    for (let attempt = 0; attempt < 11; attempt += 1) {
      await field.fill(`pbk_wrong-${attempt}`);
      const answered = page.waitForResponse((response) => response.url().endsWith('/v1/session'));
      await page.keyboard.press('Enter');
      await answered;
      await page.getByRole('button', { name: 'Sign in' }).and(page.locator(':not([aria-disabled])')).waitFor();
    }
    const notice = page.getByText(/Try again in \d+ s/);
    const seconds = async (): Promise<number> => Number(/\d+/.exec(await notice.innerText())?.[0]);
    await notice.waitFor();
    const first = await seconds();
    await until(async () => (await seconds()) < first, { what: 'The countdown goes on' });
    await field.fill(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('banner').waitFor();
    await close();
  });
});
