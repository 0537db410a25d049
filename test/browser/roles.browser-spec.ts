import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { makeKey } from '../e2e/support/admin-routes.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole();
  await console.hub.admin('POST', '/v1/brands', { name: 'shop' });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Screens of the section "Hub" and buttons of three screens, by role. */
const TABLE = {
  viewer: {
    hub: ['Brands', 'Destination types'],
    overview: [],
    brands: [],
    settings: ['Export as YAML'],
  },
  operator: {
    hub: ['Brands', 'Destination types'],
    overview: [],
    brands: [],
    settings: ['Export as YAML'],
  },
  admin: {
    hub: ['Brands', 'Destination types', 'Keys', 'Audit log'],
    overview: ['Connect a source'],
    brands: ['Make a brand'],
    settings: [
      ...['Add', 'Add', 'Discard changes', 'Discard changes', 'Export as YAML', 'Remove', 'Save'],
      'Save contact data and enrichment',
    ],
  },
} as const;

describe.each(['viewer', 'operator', 'admin'] as const)('the role %s', (role) => {
  it('gets exactly the screens and actions of its role, and the hub refuses the others', async () => {
    const key = await makeKey(console.hub, { role });
    const { page, close } = await openAs(console, key.key, '/b/shop');
    const actions = async (path: string): Promise<string[]> => {
      await page.goto(`${console.hub.url}/console${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('main').getByRole('status', { name: 'Loading …' }).waitFor({ state: 'hidden' });
      const texts = await page.locator('main :is(button, a.mantine-Button-root):visible').allInnerTexts();
      return texts
        .map((text) => text.trim())
        .filter((text) => text !== '')
        .sort();
    };
    const found = {
      hub: await page.locator('nav section').last().getByRole('link').allInnerTexts(),
      overview: await actions('/b/shop'),
      brands: await actions('/brands'),
      settings: await actions('/b/shop/settings'),
    };
    expect(found).toEqual(TABLE[role]);
    const status = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json', 'x-patchbay-console': '1' };
      const body = JSON.stringify({ name: 'made by hand', role: 'viewer' });
      return (await fetch('/v1/keys', { method: 'POST', headers, body })).status;
    });
    expect(status).toBe(role === 'admin' ? 201 : 403);
    await close();
  });
});
