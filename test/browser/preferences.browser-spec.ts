import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Locator, Page } from 'playwright-core';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { completed } from './support/completed.js';
import { openAs } from './support/console.js';
import { longMovements, watchMovements } from './support/movements.js';
import { ingest, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';
import { overlays } from './support/overlays.js';

let console: OperatorConsole;
beforeAll(async () => {
  console = await startOperatorConsole();
  // The first filter of the list of events offers the types of stored events.
  await settled(console.hub, await ingest(console.hub, 'pointsIssued', 1), { delivered: 1 });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(`${console.hub.url}/console${path}`);
  await completed(page);
}

/** Opens overlays by name, each on its page. */
async function openOverlays(page: Page, ...names: string[]): Promise<void> {
  const found = overlays('').filter(({ name }) => names.includes(name));
  expect(found).toHaveLength(names.length);
  for (const { path, open } of found) {
    await visit(page, path);
    await open(page, 'en');
  }
}

describe('motion', () => {
  it.each(['no-preference', 'reduce'] as const)('with the preference %s', async (reducedMotion) => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/brands', { reducedMotion });
    await watchMovements(page);
    for (const path of ['/b/acme', '/b/acme/destinations/sms', '/b/acme/subscriptions/points-sms'])
      await visit(page, path);
    await openOverlays(page, 'list of keys', 'choices of a filter', 'dialog of screens/keys make');
    await openOverlays(page, 'menu');
    await page.getByRole('switch').click();
    const moved = longMovements(page);
    // Without the preference, the same walk shows that a movement would be found.
    if (reducedMotion === 'reduce') expect(moved).toEqual([]);
    else expect(moved).not.toEqual([]);
    await close();
  });
});

/** Returns how a part of a page looks, with the 6 pixels around it. The pointer is elsewhere. */
async function look(page: Page, part: Locator): Promise<string> {
  await page.mouse.move(0, 0);
  const box = await part.boundingBox();
  if (box === null) throw new Error('The part is not visible.');
  const clip = { x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12 };
  return (await page.screenshot({ clip, animations: 'disabled', caret: 'hide' })).toString('base64');
}

describe('forced colours', () => {
  let page: Page;
  let closed: () => Promise<void>;
  beforeAll(async () => {
    const opened = await openAs(console, ADMIN_KEY, '/brands', { forcedColors: 'active' });
    page = opened.page;
    closed = opened.close;
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => closed());

  /** Checks that `change` changes how a part looks, after the focus has left it. */
  async function expectVisible(part: Locator, change: () => Promise<unknown>): Promise<void> {
    const settle = async (): Promise<string> => {
      await page.evaluate(() => {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      });
      return look(page, part);
    };
    const before = await settle();
    await change();
    expect(await settle()).not.toBe(before);
  }

  it('show if a switch is on', async () => {
    await openOverlays(page, 'menu');
    const input = page.getByRole('switch');
    await expectVisible(page.locator('.mantine-Switch-track'), () => input.click());
  });

  it('show if a box is checked', async () => {
    await openOverlays(page, 'dialog of screens/keys make');
    const box = page.getByRole('dialog').getByRole('checkbox');
    await expectVisible(box, () => box.click());
  });

  it('show the chosen one of several segments, and the open tab', async () => {
    await visit(page, '/b/acme');
    const segments = page.locator('.mantine-SegmentedControl-label');
    await expectVisible(segments.first(), () => segments.last().click());
    await visit(page, '/b/acme/destinations/sms');
    const tabs = page.getByRole('tab');
    await expectVisible(tabs.first(), () => tabs.last().click());
  });

  it('show the open page in the navigation', async () => {
    await visit(page, '/b/acme/events');
    const entry = page.getByRole('navigation').getByRole('link', { name: 'Events', exact: true });
    await expectVisible(entry, () => visit(page, '/b/acme/deliveries'));
  });

  it('show which choice of a list the keyboard has reached', async () => {
    await openOverlays(page, 'choices of a filter');
    const choice = page.locator('[role="option"]').first();
    const before = await look(page, choice);
    await page.keyboard.press('ArrowDown');
    expect(await look(page, choice)).not.toBe(before);
  });

  it('show the focus', async () => {
    await visit(page, '/b/acme/deliveries');
    await page.keyboard.press('Tab');
    for (const part of [
      page.getByRole('navigation').getByRole('link').first(),
      page.locator('[data-filter]').first(),
      page.getByRole('main').locator('input').first(),
    ]) {
      const before = await look(page, part);
      await part.focus();
      expect(await look(page, part)).not.toBe(before);
    }
  });

  it('leave all texts readable', async () => {
    for (const path of ['/b/acme', '/b/acme/deliveries', '/b/acme/messaging']) {
      await visit(page, path);
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });
});
