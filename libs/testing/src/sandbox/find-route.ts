import type { SandboxRoute } from './sandbox-definition.js';

/** Returns the first route that accepts this method and path, with the values of its `:named` path parameters. */
export function findRoute(
  routes: readonly SandboxRoute[],
  method: string,
  path: string,
): { readonly route: SandboxRoute; readonly params: Record<string, string> } | undefined {
  for (const route of routes) {
    if (![route.method].flat().some((one) => one === '*' || one === method)) continue;
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  if (pattern === '*') return {};
  const expected = pattern.split('/');
  const actual = path.split('/');
  if (expected.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = actual[index] ?? '';
    const name = /^:(\w+)/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== value) return undefined;
      continue;
    }
    const suffix = part.slice(name.length + 1);
    if (!value.endsWith(suffix) || value.length === suffix.length) return undefined;
    params[name] = value.slice(0, value.length - suffix.length);
  }
  return params;
}
