import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '@patchbay/embedded';
import { killProcess } from './kill-process.js';
import { findRedisProgram } from './redis-program.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { runFolder, runName } from './run-folder.js';
import { skip, type Skipped } from './skipped.js';

/** Redis for one test file. */
export interface TestRedis {
  /** URL with a database number of its own. The URL of `TEST_REDIS_URL` is used unchanged. */
  readonly url: string;
  /**
   * Prefix for keys and channels, different for each call. Needed on the server of `TEST_REDIS_URL`, and for channels,
   * because all databases of a server share its channels.
   */
  readonly prefix: string;
  /**
   * True if only this test file uses the database, so that FLUSHDB is safe. False on the server of `TEST_REDIS_URL`.
   */
  readonly exclusive: boolean;
}

/** Redis process that a test can stop, for tests that make Redis unavailable. */
export interface OwnRedis {
  /** URL of the process; a restart does not change the URL. */
  readonly url: string;
  /** Process id of Redis; a {@link restart} changes the id. */
  readonly pid: number;
  /** Kills the process without saving, and waits for its end. */
  kill(): Promise<void>;
  /** Starts Redis again, without data, at the unchanged URL. */
  restart(): Promise<void>;
}

/** Explains how to get a Redis for the tests. */
export const REDIS_MISSING =
  'Redis is not available for the tests. Set TEST_REDIS_URL, or run apt-get install redis-server or brew install valkey.';

interface SharedRedis extends RedisServer {
  /** Number of the last database that a test file got. */
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
 * Returns a Redis for a test file. Searches in this order: `TEST_REDIS_URL`; `redis-server`, then `valkey-server`, on
 * the PATH; the server from npm. A server that the tests start is shared by all workers and stops at the end of the
 * run. Each call gets the next database number.
 *
 * If none is available, prints a warning and skips (`'skipped' in redis ? describe.skip : describe`); throws if `CI` is
 * set.
 */
export async function testRedis(): Promise<TestRedis | Skipped> {
  const prefix = `${runName()}_${randomUUID().slice(0, 8)}`;
  const given = process.env['TEST_REDIS_URL'];
  if (given) return { url: given, prefix, exclusive: false };
  const program = await findRedisProgram();
  if (program === undefined) return skip(REDIS_MISSING);
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

/**
 * Starts a Redis process for one test; the process stops at the end of the run. Never uses the server of
 * `TEST_REDIS_URL`.
 */
export async function ownRedis(): Promise<OwnRedis | Skipped> {
  const program = await findRedisProgram();
  if (program === undefined) return skip(REDIS_MISSING);
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
      server = await startRedis(program, name, { port: server.port });
    },
  };
}
