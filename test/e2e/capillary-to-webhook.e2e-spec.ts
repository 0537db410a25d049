import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, testRedis, until } from '@patchbay/testing/services';
import { startReceiver, type Received, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const SECRET = `whsec_${Buffer.from('invented-signing-secret-32-bytes').toString('base64')}`;
const AUTH = { 'x-acme-token': 'invented-source-token' };

const brand = `
brand: acme
timezone: Asia/Kolkata
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
destinations:
  crm:
    type: webhook
    credentials: { signingSecrets: ["\${env:ACME_SECRET}"] }
    settings: { url: "\${env:CRM_URL}" }
    retry: { schedule: [0s, 1s, 1s] }
subscriptions:
  points:
    source: capillary
    events: ["points*"]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: crm
    mapping: { body: { customer: "{{ event.customerId }}", points: "{{ data.totalPointsIssued }}", phone: "{{ recipient.phone }}" } }
`;

function pointsIssued(eventId: string, points: number): unknown {
  return {
    eventName: 'pointsIssued',
    eventId,
    orgId: 100001,
    refId: '100001_1',
    apiRequestId: 'a1',
    createdAt: 1_795_544_400_000,
    data: {
      customerIdentifiers: { customerId: 700100200, instore: { mobile: '919000000001' } },
      totalPointsIssued: points,
    },
  };
}

function pointsIn({ body }: Received): number {
  return (JSON.parse(body) as { points: number }).points;
}

const redis = await testRedis();
const backends = [
  { name: 'the queue on PostgreSQL', redisUrl: undefined },
  ...('skipped' in redis ? [] : [{ name: 'the queue on Redis', redisUrl: redis.url }]),
];

describe.each(backends)('from Capillary to a webhook, $name', ({ redisUrl }) => {
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({
      brands: { acme: brand },
      env: { ACME_TOKEN: AUTH['x-acme-token'], ACME_SECRET: SECRET, CRM_URL: receiver.url },
      ...(redisUrl === undefined ? {} : { redisUrl }),
    });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  it('delivers matching events once, mapped and signed', async () => {
    const answer = await hub.ingest('acme/capillary', pointsIssued('e-1', 120), AUTH);
    expect(answer).toMatchObject({ status: 202, body: { events: [{ type: 'pointsIssued', status: 'accepted' }] } });
    expect(await hub.ingest('acme/capillary', pointsIssued('e-1', 120), AUTH)).toMatchObject({
      status: 202,
      body: { events: [{ id: answer.events[0]?.id, status: 'duplicate' }] },
    });
    await hub.ingest('acme/capillary', pointsIssued('e-2', 49), AUTH);
    await hub.ingest('acme/capillary', pointsIssued('e-3', 50), AUTH);

    // The subscription has no ordering, so the messages may arrive in any order.
    const received = (await receiver.atLeast(2)).toSorted((a, b) => pointsIn(b) - pointsIn(a));
    expect(received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { customer: '700100200', points: 120, phone: '+919000000001' },
      { customer: '700100200', points: 50, phone: '+919000000001' },
    ]);
    const [first] = received;
    const signed = `${String(first?.headers['webhook-id'])}.${String(first?.headers['webhook-timestamp'])}.${first?.body}`;
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    expect(first?.headers['webhook-signature']).toBe(expected);
  });

  it('retries failed attempts with the same webhook-id, and shows them', async () => {
    receiver.answer(503);
    const before = receiver.received.length;
    const answer = await hub.ingest('acme/capillary', pointsIssued('e-4', 70), AUTH);
    await receiver.atLeast(before + 1);
    receiver.answer(204);
    const received = await receiver.atLeast(before + 2);
    const ids = received.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    const event = answer.events[0]?.id;
    await until(
      async () => {
        const { body } = await hub.admin('GET', `/v1/brands/acme/events/${event}`);
        return at(body, 'subscriptions.0.delivery.status') === 'succeeded';
      },
      { what: 'the delivery to have succeeded' },
    );
  });
});
