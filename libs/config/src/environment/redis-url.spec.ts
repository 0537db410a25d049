import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkRedisUrl } from './redis-url.js';

const SECRET = 'invented-secret';

describe('checkRedisUrl', () => {
  it('accepts the examples of docs/deployment.md', () => {
    const page = readFileSync(new URL('../../../../docs/deployment.md', import.meta.url), 'utf8');
    const urls: readonly string[] =
      /```sh\n((?:REDIS_URL=.*\n)+)```/.exec(page)?.[1]?.match(/(?<=^REDIS_URL=).*/gm) ?? [];
    expect(urls.map(checkRedisUrl)).toMatchObject(
      ['standalone', 'sentinel', 'cluster'].map((kind) => ({ value: { kind } })),
    );
  });

  it.each(['redis://redis', 'rediss://user:invented@redis:6380/2?family=6'])(
    'keeps the URL of one server: %s',
    (url) => {
      expect(checkRedisUrl(url)).toEqual({ value: { kind: 'standalone', url } });
    },
  );

  it('reads Sentinel, with a password for Redis only', () => {
    expect(checkRedisUrl(`redis+sentinel://:${SECRET}@a.internal,[fd00::1]:26380/my-master`)).toEqual({
      value: {
        kind: 'sentinel',
        sentinels: [
          { host: 'a.internal', port: 26_379 },
          { host: 'fd00::1', port: 26_380 },
        ],
        master: 'my-master',
        database: 0,
        redis: { password: SECRET, tls: false },
        sentinel: { tls: false },
      },
    });
  });

  it('reads credentials and TLS of Redis and of Sentinel separately', () => {
    expect(
      checkRedisUrl(
        'rediss+sentinel://hub:p%40s%2Fs:1@a/m/3?sentinelUser=watch&sentinelPassword=%26+&sentinelTls=false',
      ),
    ).toMatchObject({
      value: {
        database: 3,
        redis: { username: 'hub', password: 'p@s/s:1', tls: true },
        sentinel: { username: 'watch', password: '&+', tls: false },
      },
    });
    expect(checkRedisUrl('rediss+sentinel://a/m')).toMatchObject({ value: { sentinel: { tls: true } } });
    expect(checkRedisUrl('redis+sentinel://a/m?sentinelTls=true')).toMatchObject({
      value: { redis: { tls: false }, sentinel: { tls: true } },
    });
  });

  it('reads a cluster', () => {
    expect(checkRedisUrl(`rediss+cluster://hub:${SECRET}@10.0.0.1,10.0.0.2:6380`)).toEqual({
      value: {
        kind: 'cluster',
        nodes: [
          { host: '10.0.0.1', port: 6379 },
          { host: '10.0.0.2', port: 6380 },
        ],
        redis: { username: 'hub', password: SECRET, tls: true },
      },
    });
  });

  it.each([
    ['redis-host:6379', /has to look like/],
    ['redis://a:6379,b:6379', /has to look like/],
    ['redis+sentinel://', /has to look like/],
    ['valkey+sentinel://a/m', /has to look like/],
    ['redis+cluster://a#b', /has to look like/],
    ['redis+sentinel://a', /name the master/],
    ['redis+sentinel://a/', /name the master/],
    ['redis+sentinel://a/m/x', /name the master/],
    ['redis+sentinel://a/m?sentinelPasword=x', /only sentinelUser/],
    ['redis+sentinel://a/m?sentinelTls=yes', /only sentinelUser/],
    ['redis+sentinel://a/m?sentinelUser=x', /only sentinelUser/],
    ['redis+sentinel://a/m?sentinelTls=true&sentinelTls=true', /only sentinelUser/],
    ['redis+sentinel://a,,b/m', /1 to 20 hosts/],
    ['redis+sentinel://a:0/m', /1 to 20 hosts/],
    ['redis+sentinel://a:65536/m', /1 to 20 hosts/],
    ['redis+sentinel://[fd00::x]/m', /1 to 20 hosts/],
    ['redis+sentinel://fd00::1/m', /1 to 20 hosts/],
    [`redis+cluster://${Array.from({ length: 21 }, (_, index) => `h${index}`).join(',')}`, /1 to 20 hosts/],
    ['redis+cluster://a/1', /end after the hosts/],
    ['redis+cluster://a?sentinelTls=true', /end after the hosts/],
    [`redis+cluster://${SECRET}@a`, /user:password@/],
    [`redis+cluster://hub:${SECRET}%@a`, /user:password@/],
    [`redis+cluster://hub:${SECRET}@${'a'.repeat(5_000)}`, /4096/],
  ])('refuses %s', (url, expected) => {
    const checked = checkRedisUrl(url);
    expect(checked).toEqual({ problem: expect.stringMatching(expected) });
    expect(JSON.stringify(checked)).not.toContain(SECRET);
  });
});
