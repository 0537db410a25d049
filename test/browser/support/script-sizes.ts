import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../../architecture/tree.js';

/** Returns the URLs of the scripts that a page has loaded. */
export function loadedScripts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.js')),
  );
}

/** Returns the size of scripts of the build after gzip, in bytes. */
export function gzipSize(urls: Iterable<string>): number {
  const sizeOf = (url: string): number =>
    readFileSync(join(ROOT, 'apps/console/dist', `${new URL(url).pathname.replace('/console/', '')}.gz`)).length;
  return [...urls].reduce((total, url) => total + sizeOf(url), 0);
}
