import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { crmSandbox, startSandbox, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const CUSTOMER_MESSAGE = '{ body: { tier: "{{ enriched.profile.tier }}", points: "{{ data.totalPointsIssued }}" } }';

const destination = (url: string, schedule = '[0s, 100ms]'): string =>
  `{ type: webhook, credentials: { bearer: "\${env:ACME_TOKEN}" }, settings: { url: "\${env:${url}}" }, retry: { schedule: ${schedule} } }`;

const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
enrichment:
  http:
    profile: { url: "\${env:CRM}/profiles/{{ event.customerId }}", onFailure: retry, retries: 0, cacheSeconds: 0 }
destinations:
  push: ${destination('PUSH')}
  sms: ${destination('SMS')}
subscriptions:
  news:
    source: capillary
    events: [pointsIssued]
    enrich: [profile]
    ordering: customer
    route:
      - { when: { enriched.profile.tier: Gold }, destination: push, mapping: ${CUSTOMER_MESSAGE} }
      - { when: { data.totalPointsIssued: { $gte: 10 } }, destination: sms, mapping: ${CUSTOMER_MESSAGE} }
`;

/** Tiers by customer id. The profile of a customer without a tier cannot be fetched. */
const tiers = new Map<string, string>();
let lookups = 0;

const crm = crmSandbox(() => [
  {
    name: 'profile',
    method: 'GET',
    path: '/profiles/:id',
    handle: ({ params: { id = '' } }) => {
      lookups += 1;
      const tier = tiers.get(id);
      return tier === undefined ? { status: 503 } : { status: 200, body: { tier } };
    },
  },
]);

let customers = 700_300_000;
let events = 0;

describe('a subscription with a route', () => {
  let started: StartedSandbox;
  let push: Receiver;
  let sms: Receiver;
  let hub: TestHub;
  let customer = 0;

  beforeAll(async () => {
    [push, sms] = [await startReceiver(), await startReceiver()];
    started = await startSandbox(crm);
    hub = await startTestHub({
      brands: { acme: brand },
      env: { ACME_TOKEN, CRM: started.sandbox.baseUrl, PUSH: push.url, SMS: sms.url },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await started.stop();
    await push.close();
    await sms.close();
  });
  beforeEach(() => {
    customers += 1;
    customer = customers;
    push.answer(204);
    sms.answer(204);
  });

  /** Sends an event of the customer and returns its id. */
  async function ingest(points = 20): Promise<string> {
    events += 1;
    const body = pointsIssued(`route-${events}`, points, { customerIdentifiers: { customerId: customer } });
    const { events: stored } = await hub.ingest('acme/capillary', body, ACME_AUTH);
    return stored[0]?.id ?? '';
  }
  /** Returns the outcome of an event for the subscription, when its delivery has the state. */
  function outcomeOf(id: string, fit: (delivery: unknown) => boolean): Promise<unknown> {
    return until(
      async () => {
        const { body } = await hub.admin('GET', `/v1/brands/acme/events/${id}`);
        const outcome = at(body, 'subscriptions.0');
        return fit(at(outcome, 'delivery')) ? outcome : undefined;
      },
      { what: 'the delivery to be so', timeoutMs: 20_000 },
    );
  }
  const inStatus = (id: string, status: string): Promise<unknown> =>
    outcomeOf(id, (delivery) => at(delivery, 'status') === status);
  const pointsAt = (receiver: Receiver): readonly unknown[] =>
    receiver.received.map(({ body }) => at(JSON.parse(body), 'points'));

  it('sends to push if the tier is gold, else by SMS', async () => {
    tiers.set(String(customer), 'Gold');
    const gold = await ingest(31);
    expect(await inStatus(gold, 'succeeded')).toMatchObject({
      delivery: { destination: 'push', stage: 'sending', routeEntry: 1, attemptCount: 1 },
      route: [
        { entry: 1, destination: 'push', paths: ['enriched.profile.tier'], matched: true },
        { entry: 2, destination: 'sms', paths: ['data.totalPointsIssued'], matched: null },
      ],
    });
    tiers.set(String(customer), 'Silver');
    const silver = await ingest(32);
    expect(await inStatus(silver, 'succeeded')).toMatchObject({
      delivery: { destination: 'sms', routeEntry: 2 },
      route: [{ matched: false }, { matched: true }],
    });
    expect([pointsAt(push).includes(31), pointsAt(push).includes(32)]).toEqual([true, false]);
    expect(pointsAt(sms).filter((points) => points === 32)).toHaveLength(1);
  });

  it('chooses once: a retry and a person keep the choice although the tier changed', async () => {
    tiers.set(String(customer), 'Gold');
    push.answer(503);
    const id = await ingest(41);
    await inStatus(id, 'dead');
    tiers.set(String(customer), 'Silver');
    push.answer(204);
    const { body } = await hub.admin('GET', `/v1/brands/acme/events/${id}`);
    const delivery = String(at(body, 'subscriptions.0.delivery.id'));
    expect((await hub.admin('POST', `/v1/brands/acme/deliveries/${delivery}/redeliver`)).status).toBe(200);
    expect(await inStatus(id, 'succeeded')).toMatchObject({ delivery: { id: delivery, destination: 'push' } });
    expect(pointsAt(sms)).not.toContain(41);
  });

  it('retries a failed lookup and never falls to another entry', async () => {
    const id = await ingest(51);
    expect(await outcomeOf(id, (delivery) => Number(at(delivery, 'attemptCount')) >= 1)).toMatchObject({
      delivery: { destination: null, stage: 'routing', status: 'scheduled', errorKind: 'transient' },
      route: [{ matched: null }, { matched: null }],
    });
    const list = await hub.admin('GET', '/v1/brands/acme/deliveries?stage=routing');
    expect((at(list.body, 'data') as unknown[]).map((one) => at(one, 'eventId'))).toContain(id);
    const named = await hub.admin('GET', '/v1/brands/acme/deliveries?destination=sms&destination=push');
    expect((at(named.body, 'data') as unknown[]).map((one) => at(one, 'eventId'))).not.toContain(id);
    tiers.set(String(customer), 'Gold');
    expect(await inStatus(id, 'succeeded')).toMatchObject({ delivery: { destination: 'push' } });
    expect(pointsAt(sms)).not.toContain(51);
  });

  it('sends nothing if no entry matches, and says why', async () => {
    tiers.set(String(customer), 'Silver');
    expect(await inStatus(await ingest(9), 'suppressed')).toMatchObject({
      explanation: 'Not sent: no entry of the route matches.',
      delivery: { reason: 'no route', explanationCode: 'noRoute', destination: null, attemptCount: 0 },
      route: [{ matched: false }, { matched: false }],
    });
  });

  it('keeps the order of a customer over two destinations', async () => {
    tiers.set(String(customer), 'Gold');
    await hub.admin('POST', '/v1/brands/acme/destinations/push/pause', { reason: 'by a test' });
    const first = await ingest(61);
    await inStatus(first, 'held');
    tiers.set(String(customer), 'Silver');
    const before = lookups;
    const second = await ingest(62);
    // The second message waits: its route is evaluated when the first message has left.
    await outcomeOf(second, (delivery) => at(delivery, 'stage') === 'routing');
    await hub.admin('POST', '/v1/brands/acme/destinations/push/resume');
    await inStatus(second, 'succeeded');
    expect(await inStatus(first, 'succeeded')).toMatchObject({ delivery: { destination: 'push' } });
    expect(lookups).toBeGreaterThan(before);
    const [pushed] = push.received.filter(({ body }) => at(JSON.parse(body), 'points') === 61);
    const [sent] = sms.received.filter(({ body }) => at(JSON.parse(body), 'points') === 62);
    expect(pushed?.at ?? Infinity).toBeLessThan(sent?.at ?? -Infinity);
  });

  it('shows what it would do before it is sent', async () => {
    const event = pointsIssued('route-preview', 20, { customerIdentifiers: { customerId: customer } });
    const preview = await hub.admin('POST', '/v1/brands/acme/preview', { subscription: 'news', event });
    expect(preview.body).toMatchObject({
      matched: true,
      destinationType: 'webhook',
      route: {
        shown: 1,
        isDecided: false,
        entries: [
          { entry: 1, destination: 'push', result: 'undetermined' },
          { entry: 2, destination: 'sms', result: 'matched' },
        ],
      },
    });
    const second = await hub.admin('POST', '/v1/brands/acme/preview', { subscription: 'news', event, entry: 2 });
    expect(second.body).toMatchObject({ route: { shown: 2, isDecided: false }, message: { body: { points: 20 } } });
    const replay = await hub.admin('POST', '/v1/brands/acme/replays', {
      ...{ filter: { subscription: 'news' }, includeSucceeded: true, mapping: 'recorded', dryRun: true },
    });
    expect(at(replay.body, 'sample.0')).toMatchObject({ destination: null, candidates: ['push', 'sms'] });
    const trial = await hub.admin('POST', '/v1/brands/acme/trials', {
      last: 5,
      draft: { name: 'news', source: 'capillary', events: ['pointsIssued'], enrich: ['profile'], route: ROUTE },
    });
    expect([trial.status, at(trial.body, 'counts.undetermined')]).toEqual([200, 5]);
  });

  it('can be written over the API, and exported', async () => {
    const body = { name: 'api-news', source: 'capillary', events: ['tierUpgraded'], enrich: ['profile'], route: ROUTE };
    const created = await hub.admin('POST', '/v1/brands/acme/subscriptions', body);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      destination: null,
      mapping: null,
      route: [{ when: { 'enriched.profile.tier': 'Gold' }, destination: 'push' }, { destination: 'sms' }],
    });
    const both = await hub.admin('PATCH', '/v1/brands/acme/subscriptions/api-news', { destination: 'sms' });
    expect(both.status).toBe(422);
    expect(JSON.stringify(both.body)).toContain('cannot be combined with destination');
    const inUse = await hub.admin('DELETE', '/v1/brands/acme/destinations/push');
    expect(inUse.status).toBe(409);
    const exported = await hub.admin('GET', '/v1/brands/acme/export');
    expect(exported.text).toContain('route:');
    const plain = { route: null, destination: 'sms', mapping: { body: 'x' } };
    const changed = await hub.admin('PATCH', '/v1/brands/acme/subscriptions/api-news', plain);
    expect(changed.body).toMatchObject({ destination: 'sms', route: null });
  });
});

const ROUTE = [
  { when: { 'enriched.profile.tier': 'Gold' }, destination: 'push', mapping: { body: 'gold' } },
  { destination: 'sms', mapping: { body: 'else' } },
];
