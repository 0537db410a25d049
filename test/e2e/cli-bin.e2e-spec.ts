import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const BIN = fileURLToPath(new URL('../../apps/cli/bin', import.meta.url));

describe('the file that npx starts', () => {
  // Folder with a copy of the file that npx starts. Each test writes its own command into the folder, because the last
  // build of this repository may be missing or outdated.
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-bin-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    cpSync(BIN, join(folder, 'bin'), { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function built(main: string): void {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'main.js'), main);
  }

  function start(...args: string[]): { child: ChildProcess; ended: Promise<{ code: number | null; cries: string }> } {
    const child = spawn(process.execPath, [join(folder, 'bin', 'patchbay.js'), ...args]);
    let cries = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (cries += text));
    return { child, ended: once(child, 'close').then(() => ({ code: child.exitCode, cries })) };
  }

  it('passes its arguments on and exits like the command', async () => {
    built("export const main = async (args, { stderr }) => (stderr.write(args.join(' ')), 2);");
    expect(await start('send', '--help').ended).toEqual({ code: 2, cries: 'send --help' });
  });

  it('does not fail if the reader closes the pipe', async () => {
    built("export const main = async (_, { stdout }) => (stdout.write('line\\n'.repeat(100_000)), 0);");
    const { child, ended } = start();
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, cries: '' });
  });

  it.each([
    ['nothing is built', undefined],
    ['a part of it is not', "import './commands.js';"],
  ])('says how to build if %s', async (_, main) => {
    if (main !== undefined) built(main);
    const { code, cries } = await start().ended;
    expect(cries).toBe('Patchbay is not built. Run: npm run build\n');
    expect(code).toBe(1);
  });

  it('reports any other failure', async () => {
    built("throw new Error('an invented fault'); export const main = undefined;");
    const { code, cries } = await start().ended;
    expect(cries).toContain('Error: an invented fault');
    expect(code).toBe(1);
  });
});
