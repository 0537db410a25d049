import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { completed } from './support/completed.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';
import { gzipSize, loadedScripts } from './support/script-sizes.js';

/** Largest size of all scripts of the first page, in bytes after gzip. */
const FIRST_PAGE = 260 * 1024;

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: 'brand: acme\n' } });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

describe('the console', () => {
  it('30: loads at most 260 kB of scripts for the first page', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme');
    await completed(page);
    expect(gzipSize(await loadedScripts(page))).toBeLessThan(FIRST_PAGE);
    await close();
  });

  it('30: has a policy without exceptions, and its texts compressed', async () => {
    const answer = await fetch(`${console.hub.url}/console`, { headers: { accept: 'text/html' } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-');
    const [, script] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(await answer.text()) ?? [];
    const served = await fetch(`${console.hub.url}${String(script)}`, { headers: { 'accept-encoding': 'br' } });
    expect(served.headers.get('content-encoding')).toBe('br');
  });
});
