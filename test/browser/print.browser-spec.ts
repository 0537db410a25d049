import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let receiver: Receiver;
let console: TestConsole;
beforeAll(async () => {
  receiver = await startReceiver();
  console = await startConsole({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
  await console.hub.ingest('acme/capillary', pointsIssued('event-1'), ACME_AUTH);
  await receiver.atLeast(1);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

it('a printed page gets the content without the navigation', async () => {
  const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/deliveries');
  await page.locator('tr[data-row]').waitFor();
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(false);
  expect(await page.getByRole('banner').isVisible()).toBe(false);
  // The space of the navigation shrinks in a transition.
  await page.waitForFunction(() => {
    const main = document.querySelector('main');
    return main !== null && getComputedStyle(main).paddingInlineStart === '0px';
  });
  const { left, width } = await page
    .getByRole('main')
    .evaluate((main) => ({ left: main.getBoundingClientRect().left, width: main.clientWidth }));
  expect({ left, width }).toEqual({ left: 0, width: page.viewportSize()?.width });
  await close();
});
