import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@patchbay/testing/services';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Script that runs instead of the hub. Writes its process id, and the name of each signal that it receives. */
const HUB = `
import { writeFileSync } from 'node:fs';
const keep = setInterval(() => {}, 1_000);
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => {
  writeFileSync('signal', signal);
  clearInterval(keep);
});
writeFileSync('pid', String(process.pid));
`;

describe('npm start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-npm-start-'));
    for (const path of ['package.json', 'package-lock.json', '.npmrc', 'scripts']) {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    }
    mkdirSync(join(folder, 'apps/hub/dist'), { recursive: true });
    writeFileSync(join(folder, 'apps/hub/dist/main.js'), HUB);
    // When npm installs dependencies, it writes the file node_modules/.package-lock.json.
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{}');
    const past = new Date(0);
    utimesSync(join(folder, 'package-lock.json'), past, past);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const content = (name: string): string => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };

  function isAlive(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('ends the hub when npm receives %s', async (signal) => {
    const npm = spawn('npm', ['start'], { cwd: folder, stdio: 'ignore' });
    let hub = 0;
    try {
      await until(() => content('pid') !== '', { what: 'the hub to start' });
      hub = Number(content('pid'));
      npm.kill(signal);
      await until(() => !isAlive(hub), { what: 'the hub to end' });
      expect(['SIGTERM', 'SIGINT']).toContain(content('signal'));
      await until(() => npm.exitCode !== null || npm.signalCode !== null, { what: 'npm to end' });
    } finally {
      npm.kill('SIGKILL');
      if (hub > 0 && isAlive(hub)) process.kill(hub, 'SIGKILL');
    }
  });

  describe('after a change of the lock file', () => {
    const ONE = { version: '1.0.0', integrity: 'sha512-one' };
    const LIB = { resolved: 'libs/lib', link: true };
    const INSTALLED = { '': {}, 'libs/lib': {}, 'node_modules/lib': LIB, 'node_modules/one': ONE };

    it.each([
      [
        'does not install again if a workspace needs another package',
        { 'libs/lib': { dependencies: { one: '1' } } },
        '',
      ],
      ['installs another version', { 'node_modules/one': { ...ONE, version: '1.0.1' } }, 'yes'],
      ['installs other content of a version', { 'node_modules/one': { ...ONE, integrity: 'sha512-two' } }, 'yes'],
      ['links a new workspace', { 'node_modules/new': { resolved: 'libs/new', link: true } }, 'yes'],
      ['links a moved workspace', { 'node_modules/lib': { ...LIB, resolved: 'libs/moved' } }, 'yes'],
    ])('%s', (_name, changed, installed) => {
      // Stands for npm, which would need the internet.
      const npm = join(folder, 'npm-cli.js');
      writeFileSync(npm, "import { writeFileSync } from 'node:fs'; writeFileSync('installed', 'yes');");
      writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: INSTALLED }));
      writeFileSync(join(folder, 'node_modules/.patchbay-install'), `before ${process.platform}-${process.arch}\n`);
      writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { ...INSTALLED, ...changed } }));
      const env = { ...process.env, npm_execpath: npm };
      execFileSync(process.execPath, ['scripts/run.mjs', 'install'], { cwd: folder, env, stdio: 'ignore' });
      expect(content('installed')).toBe(installed);
    });
  });
});
