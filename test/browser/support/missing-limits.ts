import type { Page } from 'playwright-core';
import { at } from '../../e2e/support/test-hub.js';

/**
 * Watches a page, and returns the list to which it adds each request of a list without `limit`. `description` is the
 * OpenAPI description of the hub, which says what lists have a limit.
 */
export function watchMissingLimits(page: Page, description: unknown): string[] {
  const lists = listPaths(description);
  const found: string[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (request.method() !== 'GET' || searchParams.has('limit')) return;
    if (lists.some((list) => list.test(pathname))) found.push(request.url());
  });
  return found;
}

/** Returns a pattern for the path of each list. Throws if there are none, since then nothing would be checked. */
function listPaths(description: unknown): RegExp[] {
  const paths: unknown = at(description, 'paths');
  const lists = Object.entries(paths ?? {}).filter(([, path]) => {
    const parameters: unknown = at(path, 'get.parameters');
    return Array.isArray(parameters) && parameters.some((parameter: unknown) => at(parameter, 'name') === 'limit');
  });
  if (lists.length === 0) throw new Error('The description of the API has no path with the parameter "limit".');
  return lists.map(([path]) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`));
}
