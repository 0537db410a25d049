import { until } from '@patchbay/testing/services';
import type { Page, Request } from 'playwright-core';

/** Time without a request after which a page counts as complete, in milliseconds. `networkidle` would wait for 500. */
const QUIET_MS = 100;

interface Traffic {
  readonly running: Set<Request>;
  /** Time of the last start or end of a request, in milliseconds since the epoch. */
  changedAt: number;
}

const traffic = new WeakMap<Page, Traffic>();

/** Watches the requests of a page, so that {@link completed} can wait for their end. */
export function watchTraffic(page: Page): void {
  const watched: Traffic = { running: new Set(), changedAt: Date.now() };
  traffic.set(page, watched);
  page.on('request', (request) => {
    // Chromium drops the requests of the document that it leaves.
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) watched.running.clear();
    watched.running.add(request);
    watched.changedAt = Date.now();
  });
  const ended = (request: Request): void => {
    watched.running.delete(request);
    watched.changedAt = Date.now();
  };
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
}

/** Waits until a page shows its content: a heading or an alert, no placeholder, and no request for a short time. */
export async function completed(page: Page): Promise<void> {
  const watched = traffic.get(page);
  if (watched === undefined) throw new Error('The requests of the page are not watched.');
  await page.getByRole('main').locator('h1, [role="alert"]').first().waitFor();
  await until(
    async () =>
      watched.running.size === 0 &&
      Date.now() - watched.changedAt >= QUIET_MS &&
      (await page.locator('.mantine-Skeleton-root').count()) === 0,
    { what: `the content of ${page.url()}`, timeoutMs: 60_000 },
  );
}
