import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '@patchbay/embedded';
import { killProcess } from './kill-process.js';
import { findRedisProgram } from './redis-program.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { runFolder, runName } from './run-folder.js';
import { skip, type Skipped } from './skipped.js';

/** A Redis for one test file. */
export interface TestRedis {
  /** With the number of a database of its own, except on the server of `TEST_REDIS_URL`, which is taken as it is given. */
  readonly url: string;
  /** For keys and channels, different at each call. Needed on a given server, and for channels, which all databases share. */
  readonly prefix: string;
  /** Whether the database is this file's alone, so that FLUSHDB hurts nobody. False on a given server. */
  readonly exclusive: boolean;
}

/** A Redis process that a test may stop, for what happens when Redis goes away. */
export interface OwnRedis {
  /** The same for all its life. */
  readonly url: string;
  /** Of its process; another one after a {@link restart}. */
  readonly pid: number;
  /** Ends it at once, keeping nothing, and returns when it is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same URL. */
  restart(): Promise<void>;
}

const MISSING =
  'No Redis for the tests. Set TEST_REDIS_URL, or install one: apt-get install redis-server, brew install valkey.';

interface SharedRedis extends RedisServer {
  /** The number of the last database given to a test file. */
  readonly database: number;
}

const isShared = (value: unknown): value is SharedRedis =>
  typeof value === 'object' && value !== null && 'pid' in value && 'port' in value && 'database' in value;

async function readShared(path: string): Promise<SharedRedis | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return isShared(value) ? value : undefined;
}

/**
 * A Redis for a test file, looked for in this order: `TEST_REDIS_URL`; `redis-server`, then `valkey-server`, on
 * the PATH; the one from npm. The latter run once for all workers, started by the first to ask, stopped when
 * the run ends, and each call gets the next database number.
 *
 * Where there is none it skips loudly (`'skipped' in redis ? describe.skip : describe`), and throws where `CI`
 * is set.
 */
export async function testRedis(): Promise<TestRedis | Skipped> {
  const prefix = `${runName()}_${randomUUID().slice(0, 8)}`;
  const given = process.env['TEST_REDIS_URL'];
  if (given) return { url: given, prefix, exclusive: false };
  const program = await findRedisProgram();
  if (program === undefined) return skip(MISSING);
  const state = join(runFolder(), 'redis.json');
  return withFileLock(join(runFolder(), 'redis.lock'), async () => {
    const { pid, port, database } = (await readShared(state)) ?? {
      ...(await startRedis(program, 'redis')),
      database: 0,
    };
    const mine = database + 1;
    await writeFile(state, JSON.stringify({ pid, port, database: mine }));
    return { url: `redis://127.0.0.1:${port}/${mine}`, prefix, exclusive: true };
  });
}

/** A Redis process of the test's own; it ends with the run if the test does not end it. Never the one of `TEST_REDIS_URL`. */
export async function ownRedis(): Promise<OwnRedis | Skipped> {
  const program = await findRedisProgram();
  if (program === undefined) return skip(MISSING);
  const name = `redis-${randomUUID().slice(0, 8)}`;
  let server = await startRedis(program, name);
  return {
    url: `redis://127.0.0.1:${server.port}`,
    get pid() {
      return server.pid;
    },
    kill: () => killProcess(server.pid),
    restart: async () => {
      await killProcess(server.pid);
      server = await startRedis(program, name, server.port);
    },
  };
}
