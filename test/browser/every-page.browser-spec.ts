import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATIONAL_TYPES } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { completed } from './support/completed.js';
import { openAs } from './support/console.js';
import { layoutFaults, rawDurations, reversedTexts } from './support/layout.js';
import { watchMissingLimits } from './support/missing-limits.js';
import { ingest, settled } from './support/operator-brand.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';
import { allRoutes } from './support/routes.js';
import { gzipSize, loadedScripts } from './support/script-sizes.js';

/** A window of 1280 × 800 pixels at a zoom is a smaller window with larger pixels: the layout depends on nothing else. */
const WINDOWS = [
  { name: 'a zoom of 200 %', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  { name: '320 px, which is a zoom of 400 %', viewport: { width: 320, height: 200 }, deviceScaleFactor: 4 },
];

const TIMEOUT_MS = 600_000;

/** Largest size of the scripts that only this page loads, without the viewer, in bytes after gzip. */
const LATER_PAGE = 40 * 1024;
/** The same for pages with the editor, with the viewer. */
const EDITOR_PAGE = 210 * 1024;
const EDITOR_PAGES = /\/(new-subscription|subscriptions\/[^/]+)$/;
/** Scripts that show JSON and YAML. They are also a part of the editor. */
const VIEWER = /\/(codemirror|code-view|code-look)-[^/]+\.js$/;
/** Pages that show JSON or YAML when they open. */
const VIEWER_PAGES = /\/(events\/[^/]+|settings)$/;

/** Waits for the end of all animations that end, because an element may be outside the window during an animation. */
async function animationsEnded(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
}

let console: OperatorConsole;
let routes: string[];
beforeAll(async () => {
  console = await startOperatorConsole();
  const { hub } = console;
  await settled(hub, await ingest(hub, 'pointsIssued', 7, '"totalPointsIssued":60'), { delivered: 2 });
  await settled(hub, await ingest(hub, 'pointsIssued', 7, '"totalPointsIssued":80'), { delivered: 1, notSent: 1 });
  routes = await allRoutes(hub);
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/**
 * Opens every page in one browser context. Returns what `check` finds, by path; pages without a finding are left out.
 * Throws if a page asks for a list without `limit`.
 */
async function findingsOf(
  options: BrowserContextOptions,
  check: (page: Page, path: string) => Promise<string[]>,
): Promise<Record<string, string[]>> {
  const { page, close } = await openAs(console, ADMIN_KEY, '/brands', options);
  const withoutLimit = watchMissingLimits(page, (await console.hub.admin('GET', '/openapi.json')).body);
  const found: Record<string, string[]> = {};
  for (const path of routes) {
    await page.goto(`${console.hub.url}/console${path}`);
    await completed(page);
    const findings = await check(page, path);
    if (findings.length > 0) found[path] = findings;
  }
  await close();
  expect(withoutLimit).toEqual([]);
  return found;
}

describe('every page', () => {
  it.each(WINDOWS)(
    '21: fits at $name, and each action can be reached',
    async ({ viewport, deviceScaleFactor }) => {
      const check = (page: Page): Promise<string[]> => layoutFaults(page, ':is(main, header)');
      expect(await findingsOf({ viewport, deviceScaleFactor }, check)).toEqual({});
    },
    TIMEOUT_MS,
  );

  it('21: shows all of the navigation and of a dialog in a small window', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/keys', { viewport: { width: 320, height: 200 } });
    const auditLog = page.getByRole('link', { name: 'Audit log' });
    expect(await auditLog.count()).toBe(0);
    await page.getByRole('button', { name: 'Menu', exact: true }).click();
    await auditLog.waitFor();
    await animationsEnded(page);
    expect(await layoutFaults(page, 'nav')).toEqual([]);
    await page.getByRole('button', { name: 'Menu', exact: true }).click();
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('dialog', { name: 'New key' }).waitFor();
    await animationsEnded(page);
    expect(await layoutFaults(page, '[role="dialog"]')).toEqual([]);
    await close();
  });

  it(
    '22: is written from right to left in Arabic, with ids, times and numbers in readable order',
    async () => {
      const check = async (page: Page): Promise<string[]> => {
        const [direction, language] = await page.evaluate(() => [
          document.documentElement.dir,
          document.documentElement.lang,
        ]);
        const isArabic = direction === 'rtl' && language === 'ar';
        return [
          ...(isArabic ? [] : [`${direction} ${language}`]),
          ...(await reversedTexts(page)),
          ...(await rawDurations(page)),
        ];
      };
      expect(await findingsOf({ locale: 'ar', viewport: { width: 1280, height: 800 } }, check)).toEqual({});
    },
    TIMEOUT_MS,
  );
});

describe('a page in Arabic', () => {
  it('22: shows an Arabic SMS from right to left, in a font of its own origin', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/subscriptions/points-sms', { locale: 'ar' });
    const bubble = page.getByTestId('bubble');
    await bubble.waitFor();
    await page.locator('.cm-content', { hasText: 'points' }).last().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('لديك {{ data.totalPointsIssued }} نقطة');
    await bubble.filter({ hasText: 'لديك 80 نقطة' }).waitFor();
    expect(await bubble.locator('bdi').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    expect(await loadedFonts(page)).toEqual(new Set(['Inter Variable', 'Noto Sans Arabic Variable']));
    await close();
  });

  it('22: gives the reason of each delivery in Arabic', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/customers/7', { locale: 'ar' });
    const line = page.locator('[data-subscription="points-sms"]').first();
    await line.waitFor();
    expect(await line.innerText()).toContain('الحد الأقصى: رسالة واحدة عبر SMS خلال يوم، وهذه ستكون رقم 2');
    await close();
  });

  it('22: names each type of operational event in Arabic', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/operational-events', { locale: 'ar' });
    await page.locator('[data-filter]').first().click();
    const choices = page.locator('[role="option"]:visible');
    await choices.first().waitFor();
    const names = await choices.allInnerTexts();
    expect(names).toHaveLength(OPERATIONAL_TYPES.length);
    // Names of products are not translated.
    expect(names.filter((name) => /[a-z]/i.test(name.replaceAll('Capillary', '')))).toEqual([]);
    await close();
  });
});

describe('a console without the internet', () => {
  it(
    '23, 30: is complete, asks no other server, and loads only the scripts of the page',
    async () => {
      const first = await scriptsOfFirstPage();
      const check = async (page: Page, path: string): Promise<string[]> => {
        const fonts = await loadedFonts(page);
        const isLoaded = await page.evaluate(() => document.fonts.check('13px "Inter Variable"'));
        const broken = await page.evaluate(() =>
          [...document.images]
            .filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0)
            .map(({ src }) => src),
        );
        const added = (await loadedScripts(page)).filter((url) => !first.has(url));
        const isEditor = EDITOR_PAGES.test(path);
        const [size, most] = isEditor
          ? [gzipSize(added), EDITOR_PAGE]
          : [gzipSize(added.filter((url) => !VIEWER.test(url))), LATER_PAGE];
        const mayView = isEditor || VIEWER_PAGES.test(path);
        return [
          ...(isLoaded && fonts.has('Inter Variable') ? [] : [`fonts: ${[...fonts].join(', ')}`]),
          ...broken.map((src) => `image: ${src}`),
          ...(size <= most ? [] : [`${size} bytes of scripts`]),
          ...added.filter((url) => VIEWER.test(url) && !mayView),
        ];
      };
      expect(await findingsOf({}, check)).toEqual({});
    },
    TIMEOUT_MS,
  );
});

/** Returns the URLs of the scripts of a brand's overview. */
async function scriptsOfFirstPage(): Promise<ReadonlySet<string>> {
  const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme');
  await completed(page);
  const scripts = new Set(await loadedScripts(page));
  await close();
  return scripts;
}

/** Returns the families of the fonts that the page has loaded. */
async function loadedFonts(page: Page): Promise<ReadonlySet<string>> {
  await page.evaluate(() => document.fonts.ready);
  return new Set(
    await page.evaluate(() =>
      [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family.replaceAll('"', '')),
    ),
  );
}
