import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { ROOT } from '../architecture/tree.js';
import { ACME_TOKEN } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY, startTestHub, type TestHub } from '../e2e/support/test-hub.js';
import { completed } from './support/completed.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';
import { buildConsoleOf, type OtherConsole } from './support/other-console.js';
import { pictureDifference } from './support/picture-difference.js';
import { pagesOfPicturedBrand, type PicturedPage } from './support/pictured-brand.js';
import { useRecordedAnswers, type RecordedAnswers } from './support/recorded-answers.js';

const COMMIT = process.env.PATCHBAY_COMMIT ?? 'HEAD';
const FOLDER = join(ROOT, '.patchbay/pictures');
/** Largest share of the pixels of a picture that may differ. */
const MOST = 0.002;

const WIDE = { viewport: { width: 1440, height: 900 } };
const NARROW = { viewport: { width: 390, height: 844 } };
const VARIANTS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light-1440', WIDE],
  ['dark-1440', { ...WIDE, colorScheme: 'dark' }],
  ['arabic-1440', { ...WIDE, locale: 'ar' }],
  ['light-390', NARROW],
  ['dark-390', { ...NARROW, colorScheme: 'dark' }],
  ['arabic-390', { ...NARROW, locale: 'ar' }],
];

const answers: RecordedAnswers = new Map();
let receiver: Receiver;
let present: TestConsole;
let build: OtherConsole;
let otherHub: TestHub;
let pages: readonly PicturedPage[];
let now: number;
beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  build = buildConsoleOf(COMMIT);
  receiver = await startReceiver();
  present = await startConsole({ env: { ACME_TOKEN } });
  const { hub } = present;
  pages = await pagesOfPicturedBrand(hub, receiver);
  const { databaseUrl, configDirectory } = hub;
  const environment = { PATCHBAY_ROLE: 'api' };
  otherHub = await startTestHub({ databaseUrl, configDirectory, consoleDirectory: build.directory, environment });
  now = Date.now();
}, 2 * SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await otherHub.close();
  await present.close();
  await receiver.close();
  build.remove();
});

/** Takes the same picture until two in a row are equal. */
async function settledPicture(page: Page): Promise<Buffer> {
  let last: Buffer = Buffer.alloc(0);
  for (let turn = 0; turn < 20; turn += 1) {
    const next = await page.screenshot({ animations: 'disabled', fullPage: true });
    if (next.equals(last)) return next;
    last = next;
  }
  throw new Error(`The page ${page.url()} does not come to rest.`);
}

/** Takes a picture of each page of a console. All consoles get the same answers of the hub, at the same time. */
async function picturesOf(console: TestConsole, options: BrowserContextOptions): Promise<readonly Buffer[]> {
  const { page, faults, close } = await openAs(console, ADMIN_KEY, '/brands', options);
  await page.clock.setFixedTime(now);
  await useRecordedAnswers(page, answers);
  const pictures: Buffer[] = [];
  for (const { path, complete } of pages) {
    await page.goto(`${console.hub.url}/console${path}`);
    await page.locator(complete).first().waitFor();
    await completed(page);
    await page.evaluate(() => document.fonts.ready);
    pictures.push(await settledPicture(page));
  }
  // The frame of an e-mail refuses the script that fixes the time. Other tests look at the faults of the pages.
  faults.length = 0;
  await close();
  return pictures;
}

describe(`the console of ${COMMIT}`, () => {
  it.each(VARIANTS)('29: looks the same: %s', async (variant, options) => {
    const before = await picturesOf({ ...present, hub: otherHub }, options);
    const after = await picturesOf(present, options);
    const page = await present.browser.newPage();
    const differing: Record<string, string> = {};
    for (const [index, { name }] of pages.entries()) {
      const [old, current] = [before[index] ?? Buffer.alloc(0), after[index] ?? Buffer.alloc(0)];
      const { share, picture } = await pictureDifference(page, old, current);
      const files = { before: old, after: current, difference: picture };
      for (const [which, content] of Object.entries(files))
        writeFileSync(join(FOLDER, `${name}-${variant}-${which}.png`), content);
      if (share > MOST) differing[name] = `${(100 * share).toFixed(2)} %`;
    }
    await page.close();
    expect(differing).toEqual({});
  });
});
