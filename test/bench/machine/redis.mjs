import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@patchbay/embedded';
import { Redis } from 'ioredis';
import { Child } from './children.mjs';

/** Starts Redis on a free port of 127.0.0.1 without persistence, because the queue holds only hints. */
export async function startRedis(folder) {
  const { stdout, error } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (error)
    throw new Error('redis-server was not found. Install it (apt-get install redis-server, brew install redis).');
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const start = () =>
    Child.program('redis-server', 'redis-server', args, { cwd: folder, log: join(folder, 'redis.log') });
  let child = start();
  const url = `redis://127.0.0.1:${port}`;
  const admin = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  admin.on('error', () => undefined);
  await Promise.race([
    admin.ping(),
    child.gone.then(() => {
      throw child.failure('ended before it was ready');
    }),
  ]);
  return {
    get pid() {
      return child.pid;
    },
    url,
    version: /v=(\S+)/.exec(stdout)?.[1] ?? 'unknown',
    empty: () => admin.flushall(),
    kill: () => child.kill(),
    async restart() {
      child = start();
      await admin.ping();
    },
    async stop() {
      admin.disconnect();
      await child.end();
    },
  };
}
