import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { SERVICE_TIMEOUT_MS } from './test-database.js';
import { ownRedis, testRedis } from './test-redis.js';

/** Sends inline commands and returns the replies, one per line. */
function talk(url: string, ...commands: string[]): Promise<string[]> {
  const { port, pathname } = new URL(url);
  const all = [`SELECT ${pathname.slice(1) || '0'}`, ...commands, 'QUIT'];
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(all.map((line) => `${line}\r\n`).join('')));
    socket.on('data', (data) => (text += data.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text.split('\r\n').slice(1, 1 + commands.length)));
  });
}

const environment = { ...process.env };
afterEach(() => {
  for (const name of ['TEST_REDIS_URL', 'PATH', 'CI']) {
    const value = environment[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const found = await testRedis();
const withRedis = 'skipped' in found || !found.exclusive ? it.skip : it;

describe('testRedis', () => {
  withRedis(
    'gives each caller its own database number on one server',
    async () => {
      const [one, other] = await Promise.all([testRedis(), testRedis()]);
      if ('skipped' in one || 'skipped' in other)
        throw new Error('Redis was available a moment ago and is not any more.');
      expect(new URL(one.url).host).toBe(new URL(other.url).host);
      expect(one.url).not.toBe(other.url);
      expect(one.prefix).not.toBe(other.prefix);
      expect(await talk(one.url, 'SET colour blue', 'DBSIZE')).toEqual(['+OK', ':1']);
      expect(await talk(other.url, 'DBSIZE')).toEqual([':0']);
    },
    SERVICE_TIMEOUT_MS,
  );

  withRedis(
    'returns a process that a test can kill and restart',
    async () => {
      const own = await ownRedis();
      if ('skipped' in own) throw new Error(own.skipped);
      expect(await talk(own.url, 'PING')).toEqual(['+PONG']);
      await talk(own.url, 'SET colour blue');
      await own.kill();
      await expect(talk(own.url, 'PING')).rejects.toThrow('ECONNREFUSED');
      await own.kill();
      await own.restart();
      expect(await talk(own.url, 'DBSIZE')).toEqual([':0']);
      await own.kill();
    },
    SERVICE_TIMEOUT_MS,
  );

  it('uses the configured server and reports that it is shared', async () => {
    process.env['TEST_REDIS_URL'] = 'redis://127.0.0.1:1/3';
    expect(await testRedis()).toMatchObject({ url: 'redis://127.0.0.1:1/3', exclusive: false });
  });
});
