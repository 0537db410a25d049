import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { jest } from '@jest/globals';

const NETWORK = /^(node:)?(http|https|http2|net|tls|dgram|dns|fs|child_process|cluster|worker_threads)(\/|$)/;
const HTTP_CLIENT = /^(axios|undici|got|node-fetch|superagent|ws)(\/|$)/;
const TIMERS = /^(node:)?timers(\/|$)/;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
const TIMER_NAMES = ['setTimeout', 'setInterval', 'setImmediate'] as const;

/** Imports of a plugin that give access to the network, the machine or timers, as `file: module`. */
export interface ForbiddenImports {
  readonly system: readonly string[];
  readonly timers: readonly string[];
}

/** Reads the imports of a plugin's files, except of its sandbox and its specs. */
export function forbiddenImports(folder: string): ForbiddenImports {
  const found = sourcesIn(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(IMPORT)].map(([, stated, dynamic]) => ({
      file,
      module: stated ?? dynamic ?? '',
    })),
  );
  const matching = (...patterns: readonly RegExp[]) =>
    found
      .filter(({ module }) => patterns.some((pattern) => pattern.test(module)))
      .map(({ file, module }) => `${file}: ${module}`);
  return { system: matching(NETWORK, HTTP_CLIENT), timers: matching(TIMERS) };
}

function sourcesIn(folder: string): readonly string[] {
  return filesUnder(folder)
    .filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.(spec|config|d)\.[cm]?[jt]s$/.test(file))
    .filter((file) => !basename(file).startsWith('sandbox'));
}

/** Returns the paths of all files in a folder, except of installed packages. */
function filesUnder(folder: string, path = ''): readonly string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const own = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(folder, own);
    return [own];
  });
}

/** Runs a function. Returns the URLs that were requested with the global `fetch` meanwhile. */
export async function fetchedDuring(run: () => Promise<unknown>): Promise<readonly string[]> {
  const spy = jest.spyOn(globalThis, 'fetch');
  try {
    await run();
    return spy.mock.calls.map(([target]) => (target instanceof Request ? target.url : String(target)));
  } finally {
    spy.mockRestore();
  }
}

/** Runs a function. Returns the timers that the files of the plugin started meanwhile, as `setTimeout at file:line`. */
export async function timersDuring(folder: string, run: () => Promise<unknown>): Promise<readonly string[]> {
  const own = `${realpathSync(folder)}${sep}`;
  const started: string[] = [];
  const originals = TIMER_NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, descriptor] of originals) {
    const original: unknown = descriptor?.value;
    if (descriptor === undefined || typeof original !== 'function') continue;
    const observed = (...args: unknown[]): unknown => {
      const caller = new Error().stack?.split('\n')[2] ?? '';
      const [, inside] = caller.split(own);
      if (inside !== undefined && !inside.startsWith('node_modules')) started.push(`${name} ${caller.trim()}`);
      return Reflect.apply(original, globalThis, args);
    };
    Object.defineProperty(globalThis, name, { ...descriptor, value: observed });
  }
  try {
    await run();
    return started;
  } finally {
    for (const [name, descriptor] of originals) {
      if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
    }
  }
}
