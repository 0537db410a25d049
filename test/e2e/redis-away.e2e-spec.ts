import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownRedis, SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

const redis = await ownRedis();

('skipped' in redis ? describe.skip : describe)('a hub whose Redis is away', () => {
  if ('skipped' in redis) throw new Error(redis.skipped);
  let receiver: Receiver;
  const hubs: TestHub[] = [];

  const start = async (role: string): Promise<TestHub> => {
    const hub = await startTestHub({
      brands: { acme: acmeBrand() },
      env: acmeEnv(receiver.url),
      environment: { PATCHBAY_ROLE: role },
      redisUrl: redis.url,
      ...(hubs[0] === undefined ? {} : { databaseUrl: hubs[0].databaseUrl }),
    });
    hubs.push(hub);
    return hub;
  };
  const queueOf = async ({ url }: TestHub): Promise<unknown> => {
    const answer = await fetch(`${url}/health/ready`);
    return { status: answer.status, body: await answer.json() };
  };
  const ids = (): (string | string[] | undefined)[] => receiver.received.map(({ headers }) => headers['webhook-id']);
  const post = async (hub: TestHub, prefix: string, count: number): Promise<void> => {
    const answer = await hub.ingest(
      'acme/capillary',
      Array.from({ length: count }, (_, index) => pointsIssued(`${prefix}-${index}`)),
      ACME_AUTH,
    );
    expect(answer.status).toBe(202);
  };

  beforeAll(async () => {
    receiver = await startReceiver();
    await redis.kill();
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    for (const hub of [...hubs].reverse()) await hub.close();
    await receiver.close();
    await redis.kill();
  }, SERVICE_TIMEOUT_MS);

  it(
    'starts, reports a local queue, and delivers',
    async () => {
      const hub = await start('all');
      expect(await queueOf(hub)).toMatchObject({ status: 200, body: { status: 'ok', queue: 'local' } });
      await post(hub, 'never-up', 100);
      await until(() => new Set(ids()).size === 100, { what: '100 deliveries', timeoutMs: 20_000 });
      const { text } = await hub.admin('GET', '/metrics');
      expect(text).toContain('patchbay_queue_up 0');
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'uses the queue once Redis is available',
    async () => {
      await redis.restart();
      const [hub] = hubs;
      if (hub === undefined) throw new Error('The hub of the test before did not start.');
      await until(
        async () => {
          expect(await queueOf(hub)).toMatchObject({ status: 200, body: { status: 'ok', queue: 'shared' } });
          return true;
        },
        { what: 'the queue to be used', timeoutMs: 20_000 },
      );
      await post(hub, 'up', 100);
      await until(() => new Set(ids()).size === 200, { what: '200 deliveries', timeoutMs: 20_000 });
      await hub.stop();
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'delivers in a worker the events that an api process accepted while Redis was down',
    async () => {
      const api = await start('api');
      await start('worker');
      await post(api, 'before', 10);
      await until(() => new Set(ids()).size === 210, { what: '210 deliveries', timeoutMs: 20_000 });
      await redis.kill();
      for (let call = 0; call < 10; call += 1) await post(api, `away-${call}`, 10);
      await until(() => new Set(ids()).size === 310, { what: '310 deliveries', timeoutMs: 20_000 });
      expect(ids()).toHaveLength(310);
    },
    SERVICE_TIMEOUT_MS,
  );
});
