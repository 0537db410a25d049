import type { Page } from 'playwright-core';

/** Chromium reports every answer with an error status as a console error. The tests of such answers expect it. */
const STATUS_REPORT = 'Failed to load resource: ';

/**
 * Watches a page from its first document on, and returns the list to which it adds each fault. Faults are errors of
 * scripts, console errors, violations of the content security policy, and requests to other origins than `origin`.
 */
export async function watchFaults(page: Page, origin: string): Promise<string[]> {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith(STATUS_REPORT))
      found.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) found.push(`foreign request: ${url.href}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      console.error(`policy violation: ${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  return found;
}
