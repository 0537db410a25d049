import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { BrowserContextOptions } from 'playwright-core';
import { ROOT } from '../architecture/tree.js';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';
import { allRoutes } from './support/routes.js';

const FOLDER = join(ROOT, 'docs/images/console');
const WIDE = { viewport: { width: 1280, height: 800 } };
const NARROW = { viewport: { width: 390, height: 800 } };

/** Pictures of docs/console.md: name of the file, page, and options of the browser. */
const PICTURES: readonly (readonly [string, RegExp, BrowserContextOptions])[] = [
  ['overview-light', /acme$/, WIDE],
  ['overview-dark', /acme$/, { ...WIDE, colorScheme: 'dark' }],
  ['overview-arabic', /acme$/, { ...WIDE, locale: 'ar' }],
  ['overview-narrow', /acme$/, NARROW],
  ['event', /events\/[\w-]+$/, WIDE],
  ['delivery', /deliveries\/[\w-]+$/, WIDE],
];

let receiver: Receiver;
let console: TestConsole;
let routes: string[];
beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  receiver = await startReceiver();
  console = await startConsole({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
  for (let index = 0; index < 60; index += 1) {
    receiver.answer(index % 6 === 5 ? 400 : 204);
    await console.hub.ingest('acme/capillary', pointsIssued(`event-${index}`, 10 * index), ACME_AUTH);
    await receiver.atLeast(index + 1);
  }
  routes = await allRoutes(console.hub);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

describe('pictures of the documentation', () => {
  it.each(PICTURES)('%s', async (name, route, options) => {
    const path = routes.find((one) => route.test(one)) ?? '/';
    const { page, close } = await openAs(console, ADMIN_KEY, path, options);
    await page.getByRole('heading', { level: 1 }).waitFor();
    // The chart shows a minute when the hub has counted it, at most ten seconds after its end.
    if (name.startsWith('overview')) await page.locator('svg rect').first().waitFor({ timeout: 90_000 });
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
    await close();
  });
});
