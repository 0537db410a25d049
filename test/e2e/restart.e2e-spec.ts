import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

describe('a hub that is stopped and started again', () => {
  let receiver: Receiver;
  let first: TestHub;

  const start = (databaseUrl?: string, also: Record<string, string> = {}): Promise<TestHub> =>
    startTestHub({
      brands: { acme: acmeBrand({ retry: '{ schedule: [0s, 1s, 1s, 1s, 1s] }' }) },
      env: acmeEnv(receiver.url),
      environment: also,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    });

  beforeEach(async () => {
    receiver = await startReceiver();
    first = await start();
  }, SERVICE_TIMEOUT_MS);

  afterEach(async () => {
    await first.close();
    await receiver.close();
  });

  it('still recognises duplicates, and delivers waiting events', async () => {
    receiver.answer(503);
    const answer = await first.ingest('acme/capillary', pointsIssued('r-1'), ACME_AUTH);
    await receiver.atLeast(1);
    await first.stop();
    const before = receiver.received.length;

    receiver.answer(204);
    const second = await start(first.databaseUrl);
    try {
      await receiver.atLeast(before + 1);
      const again = await second.ingest('acme/capillary', pointsIssued('r-1'), ACME_AUTH);
      expect(again.events).toEqual([{ id: answer.events[0]?.id, type: 'pointsIssued', status: 'duplicate' }]);
      await until(
        async () => {
          const { body } = await second.admin('GET', `/v1/brands/acme/events/${answer.events[0]?.id}`);
          return at(body, 'subscriptions.0.delivery.status') === 'succeeded';
        },
        { what: 'the delivery to have succeeded' },
      );
      const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect(new Set(ids).size).toBe(1);
    } finally {
      await second.close();
    }
  });

  it('finishes deliveries in flight before it ends', async () => {
    const release = receiver.hold();
    await first.ingest('acme/capillary', pointsIssued('r-2'), ACME_AUTH);
    await receiver.atLeast(1);
    const stopped = first.stop();
    release();
    await stopped;

    const second = await start(first.databaseUrl);
    try {
      const { body } = await second.admin('GET', '/v1/brands/acme/deliveries');
      expect(at(body, 'data.0')).toMatchObject({ status: 'succeeded', attemptCount: 1 });
      expect(receiver.received).toHaveLength(1);
    } finally {
      await second.close();
    }
  });

  it('has stored every event that it accepted while it ended', async () => {
    const sent = Array.from({ length: 60 }, (_, index) =>
      first.ingest('acme/capillary', pointsIssued(`r-3-${index}`), ACME_AUTH).catch(() => undefined),
    );
    await sent[0];
    await first.stop();
    const accepted = (await Promise.all(sent)).filter((answer) => answer?.status === 202);
    expect(accepted.length).toBeGreaterThan(0);

    const second = await start(first.databaseUrl);
    try {
      for (const answer of accepted) {
        const stored = await second.admin('GET', `/v1/brands/acme/events/${answer?.events[0]?.id}`);
        expect(stored.status).toBe(200);
      }
    } finally {
      await second.close();
    }
  });

  it('works as two processes, one for ingest and one for delivery', async () => {
    await first.stop();
    const api = await start(first.databaseUrl, { PATCHBAY_ROLE: 'api' });
    const worker = await start(first.databaseUrl, { PATCHBAY_ROLE: 'worker' });
    try {
      await api.ingest('acme/capillary', pointsIssued('r-4'), ACME_AUTH);
      await receiver.atLeast(1);
      expect((await worker.ingest('acme/capillary', pointsIssued('r-5'), ACME_AUTH)).status).toBe(404);
      expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
    } finally {
      await api.close();
      await worker.close();
    }
  });
});
