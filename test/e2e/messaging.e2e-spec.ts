import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, testRedis, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN } from './support/acme.js';
import { freePort } from '@patchbay/embedded';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const redis = await testRedis();
const backends = [
  { name: 'the queue on PostgreSQL', redisUrl: undefined },
  ...('skipped' in redis ? [] : [{ name: 'the queue on Redis', redisUrl: redis.url }]),
];

/** Returns the time of day that is `hours` hours from now. The time is in UTC, which is the time zone of the brand. */
const clock = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);

const destination = (url: string): string => `
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:SMS_KEY}" } }
    retry: { schedule: [0s] }
    settings:
      request: { url: "\${env:${url}}", json: { to: "{{ to }}", text: "{{ body }}", callback: "{{ callbackUrl }}" } }
      callback: { path: body.status, statuses: { delivered: [OK], undelivered: [NO] } }`;

const brand = (): string => `
brand: acme
timezone: UTC
messaging: { caps: { sms: { max: 2, per: 1d } } }
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  main: ${destination('MAIN')}
  backup: ${destination('BACKUP')}
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: main
    mapping: { to: "{{ recipient.phone }}", body: "{{ digest.count }}: {% for one in digest.events %}{{ one.data.totalPointsIssued }} {% endfor %}" }
    messaging: { digest: 2s, cancelOn: [issuedPointsReversed] }
  spent:
    source: capillary
    events: [pointsRedeemed]
    destination: main
    mapping: { to: "{{ recipient.phone }}", body: "spent" }
  night:
    source: capillary
    events: [tierUpgraded]
    destination: main
    mapping: { to: "{{ recipient.phone }}", body: "night" }
    messaging: { quietHours: { from: "${clock(-2)}", to: "${clock(3)}" } }
  later:
    source: capillary
    events: [tierRenewed]
    destination: main
    mapping: { to: "{{ recipient.phone }}", body: "later" }
    messaging: { sendAfter: 1s }
  codes:
    source: capillary
    events: [customerUpdated]
    destination: main
    mapping: { to: "{{ recipient.phone }}", body: "code" }
    messaging:
      purpose: transactional
      fallback: [{ destination: backup, on: [rejected, undelivered], after: 1h, mapping: { to: "{{ recipient.phone }}", body: "code again" } }]
`;

let customers = 700_200_000;
let events = 0;

function event(eventName: string, customerId: number, also: Readonly<Record<string, unknown>> = {}): object {
  events += 1;
  return {
    ...{ eventName, eventId: `messaging-${events}`, orgId: 100001, createdAt: Date.now() + events },
    data: { customerIdentifiers: { customerId, instore: { mobile: '15005550006' } }, ...also },
  };
}

describe.each(backends)('messages under the messaging rules of their subscription, $name', ({ redisUrl }) => {
  let main: Receiver;
  let backup: Receiver;
  let hub: TestHub;
  let customer = 0;

  beforeAll(async () => {
    [main, backup] = [await startReceiver(), await startReceiver()];
    const port = await freePort();
    hub = await startTestHub({
      brands: { acme: brand() },
      env: { ACME_TOKEN, SMS_KEY: 'invented-key', MAIN: main.url, BACKUP: backup.url },
      environment: { PORT: String(port), PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}` },
      ...(redisUrl === undefined ? {} : { redisUrl }),
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await main.close();
    await backup.close();
  });
  beforeEach(() => {
    customers += 1;
    customer = customers;
  });
  afterEach(() => main.answer(204));

  async function ingest(...bodies: object[]): Promise<string[]> {
    const answer = await hub.ingest('acme/capillary', bodies, ACME_AUTH);
    expect(answer.status).toBe(202);
    return answer.events.map(({ id }) => id);
  }
  /** Returns the deliveries of an event in the order of their steps. Waits until the deliveries meet the condition. */
  function deliveriesOf(id: string | undefined, fit: (deliveries: readonly unknown[]) => boolean) {
    return until(
      async () => {
        const { body } = await hub.admin('GET', `/v1/brands/acme/events/${id ?? ''}`);
        const found = at(body, 'subscriptions') as readonly unknown[];
        const deliveries = found.flatMap((one) => at(one, 'deliveries') as readonly unknown[]);
        const sorted = deliveries.toSorted((a, b) => Number(at(a, 'step')) - Number(at(b, 'step')));
        return fit(sorted) ? sorted : undefined;
      },
      { what: 'the deliveries to be so', timeoutMs: 20_000 },
    );
  }
  const ended = (count: number) => (deliveries: readonly unknown[]) =>
    deliveries.length === count && deliveries.every((one) => at(one, 'status') !== 'scheduled');
  const textsAt = (receiver: Receiver, from: number): unknown[] =>
    receiver.received.slice(from).map(({ body }) => at(JSON.parse(body), 'text'));

  it('are merged into one digest, without cancelled events', async () => {
    const before = main.received.length;
    const bill = (value: string) => ({
      triggeringActivity: { name: 'NewBill', identifiers: [{ key: 'billId', value }] },
    });
    const ids = await ingest(
      event('pointsIssued', customer, { totalPointsIssued: 10, ...bill('b1') }),
      event('pointsIssued', customer, { totalPointsIssued: 20, ...bill('b2') }),
      event('pointsIssued', customer, { totalPointsIssued: 30, ...bill('b3') }),
      event('issuedPointsReversed', customer, bill('b2')),
    );
    const found = await Promise.all(ids.slice(0, 3).map((id) => deliveriesOf(id, ended(1))));
    const [first, undone, last] = found.flat();
    expect([at(undone, 'status'), at(undone, 'reason')]).toEqual([
      'cancelled',
      `cancelled by issuedPointsReversed ${ids[3] ?? ''}`,
    ]);
    // The hub may store the events of one call in any order.
    const [carrier, merged] = at(first, 'status') === 'succeeded' ? [first, last] : [last, first];
    expect([at(carrier, 'status'), at(merged, 'status')]).toEqual(['succeeded', 'merged']);
    expect(at(merged, 'mergedInto')).toBe(at(carrier, 'id'));
    expect(textsAt(main, before)).toEqual(['2: 10 30 ']);
  });

  it('are limited by the cap', async () => {
    const ids = await ingest(...[1, 2, 3].map(() => event('pointsRedeemed', customer)));
    const deliveries = await Promise.all(ids.map((id) => deliveriesOf(id, ended(1))));
    expect(
      deliveries
        .flat()
        .map((one) => at(one, 'reason'))
        .filter((reason) => reason !== null),
    ).toEqual(['cap: 2 sms per 1d, this would be number 3']);
  });

  it('wait for the end of quiet hours, unless a person cancels or redelivers them', async () => {
    const [id] = await ingest(event('tierUpgraded', customer));
    const [waiting] = await deliveriesOf(id, (found) => at(found[0], 'reason') !== null);
    expect(at(waiting, 'status')).toBe('scheduled');
    expect(at(waiting, 'reason')).toMatch(/^quiet hours until \d{4}-\d\d-\d\dT\d\d:\d\d\+00:00$/);
    const path = `/v1/brands/acme/deliveries/${String(at(waiting, 'id'))}`;
    expect(at((await hub.admin('POST', `${path}/cancel`)).body, 'status')).toBe('cancelled');
    expect((await hub.admin('POST', `${path}/redeliver`)).status).toBe(200);
    expect(await deliveriesOf(id, ended(1))).toMatchObject([{ status: 'succeeded' }]);
  });

  it('wait for sendAfter', async () => {
    const [id] = await ingest(event('tierRenewed', customer));
    const [sent] = await deliveriesOf(id, ended(1));
    expect(at(sent, 'status')).toBe('succeeded');
    const [made, gone] = ['createdAt', 'endedAt'].map((when) => Date.parse(String(at(sent, when))));
    expect((gone ?? 0) - (made ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('fall back if they are rejected, and then only the next step is redelivered', async () => {
    main.answer(400);
    const before = backup.received.length;
    const [id] = await ingest(event('customerUpdated', customer));
    const [first, second] = await deliveriesOf(id, ended(2));
    expect([first, second]).toMatchObject([
      { status: 'dead', step: 0, nextStepTrigger: 'rejected', destination: 'main' },
      { status: 'succeeded', step: 1, nextStepTrigger: null, destination: 'backup' },
    ]);
    expect(textsAt(backup, before)).toEqual(['code again']);
    const again = await hub.admin('POST', `/v1/brands/acme/deliveries/${String(at(first, 'id'))}/redeliver`);
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('next step of its fallback')]);
  });

  it('fall back once if a status update reports that the message was not delivered', async () => {
    const [sent, before] = [main.received.length, backup.received.length];
    const [id] = await ingest(event('customerUpdated', customer));
    await deliveriesOf(id, ended(1));
    const callback = String(at(JSON.parse(main.received[sent]?.body ?? '{}'), 'callback'));
    const sendStatusUpdate = async (): Promise<number> =>
      (
        await fetch(callback, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"status":"NO"}',
        })
      ).status;
    expect([await sendStatusUpdate(), await sendStatusUpdate()]).toEqual([204, 204]);
    expect(await deliveriesOf(id, ended(2))).toMatchObject([
      { status: 'succeeded', vendorStatus: 'undelivered', nextStepTrigger: 'undelivered' },
      { status: 'succeeded', step: 1 },
    ]);
    expect(await sendStatusUpdate()).toBe(204);
    expect(textsAt(backup, before)).toEqual(['code again']);
  });
});
