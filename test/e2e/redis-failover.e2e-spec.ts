import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownRedisSentinel, SERVICE_TIMEOUT_MS, testRedis, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const sentinel = await ownRedisSentinel();
const former = await testRedis();

('skipped' in sentinel || 'skipped' in former ? describe.skip : describe)('a hub on Redis Sentinel', () => {
  if ('skipped' in sentinel || 'skipped' in former) throw new Error('There is no Redis.');
  const redisUrl =
    `redis+sentinel://:${sentinel.password}@127.0.0.1:${sentinel.port}/${sentinel.master}` +
    `?sentinelPassword=${sentinel.sentinelPassword}`;
  let receiver: Receiver;
  const hubs: TestHub[] = [];

  const start = async (role: string, url: string): Promise<TestHub> => {
    const hub = await startTestHub({
      brands: { acme: acmeBrand() },
      env: acmeEnv(receiver.url),
      environment: { PATCHBAY_ROLE: role },
      redisUrl: url,
      ...(hubs[0] === undefined ? {} : { databaseUrl: hubs[0].databaseUrl }),
    });
    hubs.push(hub);
    return hub;
  };
  const queueOf = async ({ url }: TestHub): Promise<unknown> =>
    at(await (await fetch(`${url}/health/ready`)).json(), 'queue');
  const ids = (): (string | string[] | undefined)[] => receiver.received.map(({ headers }) => headers['webhook-id']);
  const posted = { count: 0 };
  const post = async (hub: TestHub, count: number): Promise<void> => {
    const events = Array.from({ length: count }, (_, index) => pointsIssued(`event-${posted.count + index}`));
    const answer = await hub.ingest('acme/capillary', events, ACME_AUTH);
    expect(answer.status).toBe(202);
    posted.count += count;
  };
  const allDelivered = (): Promise<true> =>
    until(() => new Set(ids()).size === posted.count || undefined, {
      what: `${posted.count} deliveries`,
      timeoutMs: 20_000,
    });

  beforeAll(async () => {
    receiver = await startReceiver();
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    for (const hub of [...hubs].reverse()) await hub.close();
    await receiver.close();
    await sentinel.stop();
  }, SERVICE_TIMEOUT_MS);

  it(
    'delivers the events whose wake-ups it left in its former Redis',
    async () => {
      const before = await start('api', former.url);
      await until(async () => (await queueOf(before)) === 'shared', { what: 'the queue to be used' });
      await post(before, 20);
      await before.stop();
      await start('worker', redisUrl);
      await allDelivered();
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'loses no event while the master is replaced under load',
    async () => {
      const api = await start('api', redisUrl);
      await until(async () => (await queueOf(api)) === 'shared', { what: 'the queue to be used' });
      for (let call = 0; call < 5; call += 1) await post(api, 10);
      await sentinel.killMaster();
      const states = new Set<unknown>();
      await until(
        async () => {
          await post(api, 10);
          const state = await queueOf(api);
          states.add(state);
          return states.has('local') && state === 'shared';
        },
        { what: 'the queue to be used again', timeoutMs: 30_000 },
      );
      await post(api, 10);
      await allDelivered();
      expect(ids()).toHaveLength(posted.count);
      const { body } = await api.admin('GET', '/v1/diagnosis');
      expect(JSON.stringify(body)).toContain('on Redis Sentinel (');
    },
    SERVICE_TIMEOUT_MS,
  );
});
