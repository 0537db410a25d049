import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Page } from 'playwright-core';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { completed } from './support/completed.js';
import { openAs, openPage } from './support/console.js';
import { ingest, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';
import { overlays } from './support/overlays.js';
import { allRoutes, MAIN_PAGES } from './support/routes.js';

/** With `PATCHBAY_AXE=all`, every page is checked in all variants, which takes some minutes. */
const CHECKS_ALL = process.env.PATCHBAY_AXE === 'all';

const VARIANTS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['en-GB', 'ar'] as const).map((locale) => ({ colorScheme, locale })),
);

/** The arrow keys of the editor scroll the list of completions, while the editor keeps the focus. */
const COMPLETION_SCROLLS = /^scrollable-region-focusable: .*cm-ac/;

let console: OperatorConsole;
let routes: string[];
let delivery: string;
beforeAll(async () => {
  console = await startOperatorConsole();
  const { hub } = console;
  console.sms.answer(422, { 'x-code': '21211' });
  await settled(hub, await ingest(hub, 'customerUpdated', 1), { failed: 1, delivered: 1 });
  await settled(hub, await ingest(hub, 'tierUpgraded', 1), { waiting: 1, delivered: 1 });
  const failed = await hub.admin('GET', '/v1/brands/acme/deliveries?status=dead');
  delivery = String(at(failed.body, 'data.0.id'));
  const replay = { filter: { destination: 'sms', status: 'dead' }, mapping: 'current' };
  const made = await hub.admin('POST', '/v1/brands/acme/replays', replay);
  routes = [...(await allRoutes(hub)), `/b/acme/replays/${String(at(made.body, 'replay.id'))}`];
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Opens a page and waits until it is complete. */
async function visit(page: Page, path: string): Promise<void> {
  await page.goto(`${console.hub.url}/console${path}`);
  await completed(page);
}

/** Opens the pages one after the other and returns their violations by path. */
async function faultsOf(
  paths: readonly string[],
  variant: (typeof VARIANTS)[number],
): Promise<Record<string, string[]>> {
  const { page, close } = await openAs(console, ADMIN_KEY, '/brands', variant);
  const found: Record<string, string[]> = {};
  for (const path of paths) {
    await visit(page, path);
    const faults = await accessibilityFaults(page);
    if (faults.length > 0) found[path] = faults;
  }
  await close();
  return found;
}

describe('accessibility', () => {
  it.each(VARIANTS)('19: has no violation on the sign-in page: $colorScheme, $locale', async (variant) => {
    const { page, close } = await openPage(console, '/sign-in', variant);
    await page.locator('input').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await close();
  });

  it('19: has no violation on any page', async () => {
    expect(await faultsOf(routes, { colorScheme: 'light', locale: 'en-GB' })).toEqual({});
  }, 300_000);

  it.each(VARIANTS)(
    '19: has no violation on the main pages: $colorScheme, $locale',
    async (variant) => {
      expect(await faultsOf(CHECKS_ALL ? routes : MAIN_PAGES, variant)).toEqual({});
    },
    300_000,
  );

  it.each(CHECKS_ALL ? VARIANTS : VARIANTS.slice(0, 1))(
    '19: has no violation with a menu, a list, a completion or a dialog open: $colorScheme, $locale',
    async (variant) => {
      const { page, close } = await openAs(console, ADMIN_KEY, '/brands', variant);
      const found: Record<string, string[]> = {};
      for (const overlay of overlays(delivery)) {
        await visit(page, overlay.path);
        await overlay.open(page, variant.locale.slice(0, 2));
        const faults = (await accessibilityFaults(page)).filter((fault) => !COMPLETION_SCROLLS.test(fault));
        if (faults.length > 0) found[overlay.name] = faults;
      }
      await close();
      expect(found).toEqual({});
    },
    300_000,
  );
});
