import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
import { installedPostgres } from './platform-package.js';

const TIMEOUT = 120_000;
const asRoot = process.getuid?.() === 0 ? it : it.skip;

let folder: string;
let started: EmbeddedPostgres[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-embedded-'));
  await chmod(folder, 0o711);
  started = [];
});
afterEach(async () => {
  for (const server of started) await server.stop();
  await rm(folder, { recursive: true, force: true });
}, TIMEOUT);

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), ...options });
  started.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const isUp = (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (line) => line !== '',
    () => false,
  );

const connects = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => resolve(true));
    socket.on('connect', () => socket.destroy());
    socket.on('error', () => resolve(false));
  });

describe('startEmbeddedPostgres', () => {
  it(
    'starts a durable server in UTF-8 that requires its password, and stops it',
    async () => {
      const server = await start();
      expect(await ask(server.url, 'SELECT current_database()')).toBe('patchbay');
      expect(await ask(server.url, 'SELECT current_user')).toBe('patchbay');
      expect(await ask(server.url, 'SHOW fsync')).toBe('on');
      expect(await ask(server.url, 'SHOW synchronous_commit')).toBe('on');
      expect(await ask(server.url, 'SHOW full_page_writes')).toBe('on');
      expect(await ask(server.url, 'SHOW max_connections')).toBe('200');
      expect(await ask(server.url, 'SHOW server_encoding')).toBe('UTF8');
      expect(await ask(server.url, "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','a','B','é']) x")).toBe(
        'Babé',
      );
      expect(await ask(server.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
      expect(await ask(server.url, 'SHOW unix_socket_directories')).toBe('');
      expect(await ask(server.url, 'SHOW password_encryption')).toBe('scram-sha-256');

      const { username, password, host } = new URL(server.url);
      expect(host).toBe(`127.0.0.1:${server.port}`);
      const wrong = server.url.replace(password, 'guess');
      await expect(ask(wrong, 'SELECT 1')).rejects.toThrow(`password authentication failed for user "${username}"`);
      await expect(ask(server.url.replace(`:${password}`, ''), 'SELECT 1')).rejects.toThrow(/password/);
      expect((await stat(join(folder, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
      expect((await stat(server.dataDir)).mode & 0o077).toBe(0);

      await server.stop();
      await server.stop();
      expect(await isUp(server.pid)).toBe(false);
      expect(await readdir(server.dataDir)).not.toContain('postmaster.pid');
    },
    TIMEOUT,
  );

  it(
    'listens on the loopback address only',
    async () => {
      const { port } = await start();
      expect(await connects(port, '127.0.0.1')).toBe(true);
      const others = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ internal, family }) => !internal && family === 'IPv4');
      for (const { address } of others) expect(await connects(port, address)).toBe(false);
    },
    TIMEOUT,
  );

  it(
    'keeps the data and the password across a restart',
    async () => {
      const first = await start();
      await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS lucky');
      await first.stop();
      const second = await start();
      expect(await ask(second.url, 'SELECT lucky FROM kept')).toBe(7);
      expect(new URL(second.url).password).toBe(new URL(first.url).password);
    },
    TIMEOUT,
  );

  it(
    'shares one server between hubs that start at the same time, and stops it with the last one',
    async () => {
      const servers = await Promise.all([start(), start(), start()]);
      expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
      const [first, second, third] = servers;
      await first.stop();
      for (const { url } of [second, third]) expect(await ask(url, 'SELECT 1')).toBe(1);
      await Promise.all([second.stop(), third.stop()]);
      expect(await isUp(first.pid)).toBe(false);
    },
    TIMEOUT,
  );

  it(
    'reuses the server of a killed hub, and stops it at the end',
    async () => {
      const left = await startInKilledProcess(join(folder, 'postgres'));
      expect(await isUp(left.pid)).toBe(true);
      const server = await start();
      expect(server.pid).toBe(left.pid);
      expect(server.url).toBe(left.url);
      expect(await ask(server.url, 'SELECT 1')).toBe(1);
      await server.stop();
      expect(await isUp(server.pid)).toBe(false);
    },
    TIMEOUT,
  );

  it(
    'starts again at once after its server was killed, with all committed data',
    async () => {
      const first = await start();
      await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS lucky');
      process.kill(first.pid, 'SIGKILL');
      const second = await start();
      expect(second.pid).not.toBe(first.pid);
      expect(await ask(second.url, 'SELECT lucky FROM kept')).toBe(7);
    },
    TIMEOUT,
  );

  it(
    'does not signal a process that reuses the pid of a server from before a crash',
    async () => {
      const first = await start();
      await first.stop();
      // The process that reuses the pid runs as the server's user. In this case PostgreSQL itself refuses to start.
      const { uid, gid } = await stat(first.dataDir);
      const bystander = spawn('/bin/sleep', ['600'], {
        cwd: '/',
        stdio: 'ignore',
        ...(uid === process.getuid?.() ? {} : { uid, gid }),
      });
      try {
        const pid = bystander.pid ?? 0;
        await writeFile(
          join(first.dataDir, 'postmaster.pid'),
          `${pid}\n${first.dataDir}\n1\n1\n\n127.0.0.1\n1 1\nready\n`,
        );
        const second = await start();
        expect(second.pid).not.toBe(pid);
        expect(await ask(second.url, 'SELECT 1')).toBe(1);
        expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
      } finally {
        bystander.kill('SIGKILL');
      }
    },
    TIMEOUT,
  );

  it(
    'starts after an installation without install scripts, by creating the missing links itself',
    async () => {
      const native = join(folder, 'package', 'native');
      await cp(installedPostgres(), native, { recursive: true, verbatimSymlinks: true });
      for (const entry of await readdir(join(native, 'lib'), { withFileTypes: true })) {
        if (entry.isSymbolicLink()) await unlink(join(native, 'lib', entry.name));
      }
      const server = await start({ installation: native });
      expect(await ask(server.url, 'SELECT 1')).toBe(1);
    },
    TIMEOUT,
  );

  asRoot(
    "starts in a folder that PostgreSQL's own user cannot reach, and finds its data again",
    async () => {
      const home = join(folder, 'home');
      await mkdir(home, { mode: 0o700 });
      const installation = join(home, 'native');
      await cp(installedPostgres(), installation, { recursive: true, verbatimSymlinks: true });
      const notices: string[] = [];
      const options = { installation, dataDir: join(home, 'postgres'), notice: (line: string) => notices.push(line) };
      const first = await start(options);
      try {
        expect(first.dataDir.startsWith(home)).toBe(false);
        expect(notices).toEqual([expect.stringContaining(dirname(first.dataDir))]);
        await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS lucky');
        await first.stop();
        const second = await start(options);
        expect(await ask(second.url, 'SELECT lucky FROM kept')).toBe(7);
        expect((await stat(home)).mode & 0o777).toBe(0o700);
        expect(notices).toHaveLength(1);
        await second.stop();
      } finally {
        await rm(dirname(first.dataDir), { recursive: true, force: true });
      }
    },
    TIMEOUT,
  );

  it('reports that another version created the data', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(first.dataDir, 'PG_VERSION'), '14\n');
    await expect(start()).rejects.toThrow(/was created by PostgreSQL 14, but this is 18/);
  }, 120_000);

  it('reports programs that do not run, with a hint', async () => {
    const installation = join(folder, 'native');
    await mkdir(join(installation, 'bin'), { recursive: true });
    await expect(start({ installation })).rejects.toThrow(/does not run on this machine: .*ENOENT.*Set DATABASE_URL/s);
  });
});

/** Starts a server from a separate process, kills that process with SIGKILL, and returns the server's URL and pid. */
async function startInKilledProcess(dataDir: string): Promise<{ url: string; pid: number }> {
  const source = new URL('./embedded-postgres.ts', import.meta.url).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(source)});
    const { url, pid } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(JSON.stringify({ url, pid }));
    setInterval(() => undefined, 1000);`;
  const child = spawn(
    process.execPath,
    ['--import', '@swc-node/register/esm-register', '--input-type=module', '--eval', script],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: join(import.meta.dirname, '..', '..', '..') },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    for await (const chunk of child.stdout) {
      const said: unknown = JSON.parse(String(chunk));
      if (typeof said === 'object' && said !== null && 'url' in said && 'pid' in said) {
        return { url: String(said.url), pid: Number(said.pid) };
      }
    }
    throw new Error('The process ended before it started a server.');
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}
