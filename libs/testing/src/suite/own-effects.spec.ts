import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fetchedDuring, forbiddenImports, timersDuring } from './own-effects.js';

const OWN_FOLDER = fileURLToPath(new URL('.', import.meta.url)).replace(/[/\\]$/, '');

describe('forbiddenImports', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const importsOf = (files: Readonly<Record<string, string>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-imports-'));
    folders.push(folder);
    mkdirSync(join(folder, 'node_modules', 'x'), { recursive: true });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    return forbiddenImports(folder);
  };

  it('finds modules for the network, the machine and timers, in every form of an import', () => {
    expect(
      importsOf({
        'index.ts': "import { a } from './a.js';\nimport axios from 'axios';\nimport 'node:net';\n",
        'a.ts': "export { request } from 'node:https';\nconst fs = await import('fs/promises');\n",
        'b.js': "import {\n  setTimeout as pause,\n} from 'node:timers/promises';\n",
      }),
    ).toEqual({
      system: ['a.ts: node:https', 'a.ts: fs/promises', 'index.ts: axios', 'index.ts: node:net'],
      timers: ['b.js: node:timers/promises'],
    });
  });

  it('ignores types, other modules, sandboxes, specs and installed packages', () => {
    const server = "import { createServer } from 'node:http';";
    expect(
      importsOf({
        'index.ts':
          "import type { AxiosInstance } from 'axios';\nimport { createHmac } from 'node:crypto';\n// from 'axios'\n",
        'sandbox.ts': server,
        'sandbox-oauth.ts': server,
        'acme.spec.ts': server,
        'types.d.ts': server,
        'node_modules/x/index.js': server,
      }),
    ).toEqual({ system: [], timers: [] });
  });
});

describe('timersDuring', () => {
  const startTimers = () => {
    clearTimeout(setTimeout(() => undefined, 1_000));
    clearInterval(setInterval(() => undefined, 1_000));
    return Promise.resolve();
  };

  it('returns the timers that the files of a folder started', async () => {
    const original = globalThis.setTimeout;
    expect(await timersDuring(OWN_FOLDER, startTimers)).toEqual([
      expect.stringMatching(/^setTimeout .*own-effects\.spec\.ts/),
      expect.stringMatching(/^setInterval .*own-effects\.spec\.ts/),
    ]);
    expect(globalThis.setTimeout).toBe(original);
  });

  it('ignores the timers of other files', async () => {
    expect(await timersDuring(join(OWN_FOLDER, '..', 'sandbox'), startTimers)).toEqual([]);
  });
});

describe('fetchedDuring', () => {
  it('returns the URLs, also of requests that fail', async () => {
    const run = () => fetch('http://127.0.0.1:9/x').catch(() => undefined);
    expect(await fetchedDuring(run)).toEqual(['http://127.0.0.1:9/x']);
    expect(await fetchedDuring(() => Promise.resolve())).toEqual([]);
  });
});
