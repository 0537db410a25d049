import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

/** Largest size of all scripts of the first page, in bytes after gzip. */
const FIRST_PAGE = 260 * 1024;
/** Largest size of the scripts that another page adds, in bytes after gzip. */
const LATER_PAGE = 40 * 1024;

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: 'brand: acme\n' } });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Returns the size of a script of the build after gzip. */
const gzipSize = (url: string): number =>
  readFileSync(join(ROOT, 'apps/console/dist', `${new URL(url).pathname.replace('/console/', '')}.gz`)).length;

describe('the console', () => {
  it('stays within its sizes, and loads the editor on no other page', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const scripts = (): Promise<string[]> =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => name.endsWith('.js')),
      );
    const first = new Set(await scripts());
    const sum = (urls: Iterable<string>): number => [...urls].reduce((total, url) => total + gzipSize(url), 0);
    expect(sum(first)).toBeLessThan(FIRST_PAGE);
    for (const path of ['/b/acme/settings', '/brands', '/keys', '/audit']) {
      await page.goto(`${console.hub.url}/console${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const added = (await scripts()).filter((url) => !first.has(url));
      expect([path, sum(added) < LATER_PAGE]).toEqual([path, true]);
      expect(added.filter((url) => /codemirror|code-view/.test(url))).toEqual([]);
    }
    await close();
  });

  it('has a policy without exceptions, and its texts compressed', async () => {
    const answer = await fetch(`${console.hub.url}/console`, { headers: { accept: 'text/html' } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-');
    const [, script] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(await answer.text()) ?? [];
    const served = await fetch(`${console.hub.url}${String(script)}`, { headers: { 'accept-encoding': 'br' } });
    expect(served.headers.get('content-encoding')).toBe('br');
  });
});
