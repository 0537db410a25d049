import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { makeKey } from '../e2e/support/admin-routes.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: 'brand: acme\n' } });
  await console.hub.admin('POST', '/v1/brands', { name: 'shop' });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

describe('a session whose key is revoked', () => {
  it('asks for a key over the page at the next call and keeps the draft', async () => {
    const key = await makeKey(console.hub, { role: 'admin' });
    const { page, close } = await openAs(console, key.key, '/b/shop/settings');
    const draft = page.getByLabel('More personal fields');
    await draft.fill('data.nickname');
    await console.hub.admin('DELETE', `/v1/keys/${key.id}`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.waitFor({ timeout: 5_000 });
    // Another key with the same name and rights, so the page is not loaded anew.
    const { body } = await console.hub.admin('POST', '/v1/keys', { name: key.name, role: 'admin' });
    await dialog.getByLabel('API key').fill(String(Reflect.get(Object(body), 'key')));
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    expect(await draft.inputValue()).toBe('data.nickname');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The settings are saved.').waitFor();
    await close();
  });

  it('loads the page anew if the new key may do less', async () => {
    const key = await makeKey(console.hub, { role: 'admin' });
    const viewer = await makeKey(console.hub, { role: 'viewer' });
    const { page, close } = await openAs(console, key.key, '/brands');
    await page.getByRole('button', { name: 'Make a brand' }).waitFor();
    await console.hub.admin('DELETE', `/v1/keys/${key.id}`);
    await page.getByRole('link', { name: 'Audit log' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByLabel('API key').fill(viewer.key);
    await page.keyboard.press('Enter');
    await page.getByText('This screen requires the role admin.').waitFor();
    await close();
  });
});
