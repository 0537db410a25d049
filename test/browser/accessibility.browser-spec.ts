import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { acmeBrand, acmeEnv } from '../e2e/support/acme.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, openPage, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/') });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

const ROUTES = ['/brands'];

describe('accessibility', () => {
  it.each(['light', 'dark'] as const)('has no violation on the sign-in page in the %s scheme', async (colorScheme) => {
    const { page, close } = await openPage(console, '/sign-in', { colorScheme });
    await page.getByLabel('API key').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await close();
  });

  it.each(ROUTES)('has no violation on %s', async (route) => {
    const { page, close } = await openAs(console, ADMIN_KEY, route);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await close();
  });
});
