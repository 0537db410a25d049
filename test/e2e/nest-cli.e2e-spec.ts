import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@patchbay/testing/services';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NEST = join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js');
const TIMEOUT = 120_000;

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Returns the text that a property has in each object of a list or record. */
function texts(values: unknown, name: string): readonly string[] {
  if (!isRecord(values)) throw new Error('The file does not contain a list or an object.');
  return Object.values(values).map((value) => String(isRecord(value) ? value[name] : undefined));
}

function property(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** Paths of the tsconfig files of all packages. */
const PACKAGES = texts(property(readJson('tsconfig.build.json'), 'references'), 'path');

describe('the Nest CLI', () => {
  it('knows every package as a project', () => {
    const roots = texts(property(readJson('nest-cli.json'), 'projects'), 'root');
    expect([...roots].sort()).toEqual(PACKAGES.map(dirname).sort());
  });

  describe('in a tree whose packages have one file each', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'patchbay-nest-cli-'));
      for (const path of ['nest-cli.json', 'tsconfig.build.json', 'package.json', 'scripts', ...PACKAGES]) {
        cpSync(join(ROOT, path), join(folder, path), { recursive: true });
      }
      const compilerOptions = { composite: true, module: 'nodenext', target: 'es2022', types: [], skipLibCheck: true };
      write('tsconfig.base.json', JSON.stringify({ compilerOptions }));
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      for (const path of PACKAGES) write(sourceOf(path), 'export {};');
      write(
        'apps/hub/src/main.ts',
        `// @ts-nocheck
import { writeFileSync } from 'node:fs';
if (process.argv.includes('stay')) {
  process.once('SIGTERM', () => {
    writeFileSync('stopped', 'yes');
    process.exit();
  });
  setTimeout(() => undefined, 60_000);
}
writeFileSync('started', 'yes');`,
      );
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    function write(path: string, content: string): void {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }

    const sourceOf = (path: string): string =>
      join(dirname(path), path.startsWith('plugins') ? 'webhook' : 'src', 'index.ts');

    const has = (path: string): boolean => existsSync(join(folder, path));

    function start(...args: string[]): ChildProcess {
      return spawn(process.execPath, [NEST, 'start', 'hub', ...args], { cwd: folder, stdio: 'ignore' });
    }

    async function exitCodeOf(child: ChildProcess): Promise<number | null> {
      await once(child, 'close');
      return child.exitCode;
    }

    it(
      'builds the hub with its libraries and the plugins, and starts it',
      async () => {
        expect(await exitCodeOf(start())).toBe(0);
        expect(has('started')).toBe(true);
        const built = ['libs/core/dist/index.js', 'libs/testing/dist/index.js', 'plugins/dist/webhook/index.js'];
        expect(built.filter((path) => !has(path))).toEqual([]);
      },
      TIMEOUT,
    );

    it(
      'ends the hub when the command receives SIGTERM',
      async () => {
        const nest = start('--', 'stay');
        try {
          await until(() => has('started'), { what: 'the hub to start', timeoutMs: TIMEOUT });
          nest.kill('SIGTERM');
          await until(() => has('stopped'), { what: 'the hub to end' });
          expect(await exitCodeOf(nest)).toBe(0);
        } finally {
          nest.kill('SIGKILL');
        }
      },
      TIMEOUT,
    );

    it(
      'fails and starts nothing if a library does not compile',
      async () => {
        write('libs/plugin-sdk/src/index.ts', 'export const count: number = "no number";');
        expect(await exitCodeOf(start())).not.toBe(0);
        expect(has('started')).toBe(false);
      },
      TIMEOUT,
    );
  });
});
