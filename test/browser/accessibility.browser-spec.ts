import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, openPage, startConsole, type TestConsole } from './support/console.js';
import { allRoutes, MAIN_PAGES } from './support/routes.js';

/** With `PATCHBAY_AXE=all`, every page is checked in all variants, which takes some minutes. */
const CHECKS_ALL = process.env.PATCHBAY_AXE === 'all';

const VARIANTS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['en-GB', 'ar'] as const).map((locale) => ({ colorScheme, locale })),
);

let receiver: Receiver;
let console: TestConsole;
let routes: string[];
beforeAll(async () => {
  receiver = await startReceiver();
  console = await startConsole({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
  await console.hub.ingest('acme/capillary', pointsIssued('event-1'), ACME_AUTH);
  await receiver.atLeast(1);
  routes = await allRoutes(console.hub);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

/** Opens the pages one after the other and returns their violations by path. */
async function faultsOf(
  paths: readonly string[],
  variant: (typeof VARIANTS)[number],
): Promise<Record<string, string[]>> {
  const { page, close } = await openAs(console, ADMIN_KEY, '/brands', variant);
  const found: Record<string, string[]> = {};
  for (const path of paths) {
    await page.goto(`${console.hub.url}/console${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    const faults = await accessibilityFaults(page);
    if (faults.length > 0) found[path] = faults;
  }
  await close();
  return found;
}

describe('accessibility', () => {
  it.each(VARIANTS)('has no violation on the sign-in page: $colorScheme, $locale', async (variant) => {
    const { page, close } = await openPage(console, '/sign-in', variant);
    await page.locator('input').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await close();
  });

  it('has no violation on any page', async () => {
    expect(await faultsOf(routes, { colorScheme: 'light', locale: 'en-GB' })).toEqual({});
  }, 300_000);

  it.each(VARIANTS)(
    'has no violation on the main pages: $colorScheme, $locale',
    async (variant) => {
      expect(await faultsOf(CHECKS_ALL ? routes : MAIN_PAGES, variant)).toEqual({});
    },
    300_000,
  );

  it('has no violation with a menu, the command palette or a dialog open', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/keys');
    await page.getByRole('button', { name: /^Menu of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Find a screen').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('dialog', { name: 'New key' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await close();
  });
});
