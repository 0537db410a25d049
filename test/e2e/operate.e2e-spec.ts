import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

/** Returns the time of day that is `hours` hours from now, in UTC. */
const clock = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);

const BRAND = `
brand: acme
timezone: UTC
messaging: { caps: { sms: { max: 1, per: 1d } } }
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
  shop: { adapter: json, auth: { bearer: ["\${env:ACME_TOKEN}"] }, paths: { type: kind, id: number } }
destinations:
  sms:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:ACME_TOKEN}" } }
    retry: { schedule: [0s] }
    settings:
      codePath: headers.x-code
      idPath: headers.x-id
      request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}" } }
  crm:
    type: webhook
    credentials: { bearer: "\${env:ACME_TOKEN}" }
    retry: { schedule: [0s] }
    settings: { url: "\${env:CRM}" }
subscriptions:
  points-sms:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "points" }
  codes:
    source: capillary
    events: [customerUpdated]
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "code" }
    messaging: { purpose: transactional }
  night:
    source: capillary
    events: [tierUpgraded]
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "night" }
    messaging: { quietHours: { from: "${clock(-2)}", to: "${clock(3)}" } }
  orders:
    source: shop
    events: [ordered]
    destination: crm
    mapping: { body: { order: "{{ event.id }}" } }
`;

const MOBILE = '15005550006';
let events = 0;

function event(eventName: string, customerId: number, also: Readonly<Record<string, unknown>> = {}): object {
  events += 1;
  return {
    ...{ eventName, eventId: `operate-${events}`, orgId: 100001, createdAt: Date.now() + events },
    data: { customerIdentifiers: { customerId, instore: { mobile: MOBILE } }, ...also },
  };
}

describe("the operator's screens", () => {
  let sms: Receiver;
  let crm: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    [sms, crm] = [await startReceiver(), await startReceiver()];
    hub = await start();
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await sms.close();
    await crm.close();
  });

  const start = (existing: { databaseUrl?: string; configDirectory?: string } = {}): Promise<TestHub> =>
    startTestHub({ brands: { acme: BRAND }, env: { ACME_TOKEN, SMS: sms.url, CRM: crm.url }, ...existing });
  const get = (path: string): Promise<Answer> => hub.admin('GET', `/v1/brands/acme/${path}`);
  const post = (path: string, body: unknown): Promise<Answer> => hub.admin('POST', `/v1/brands/acme/${path}`, body);
  const rows = (answer: Answer): Record<string, unknown>[] => at(answer.body, 'data') as Record<string, unknown>[];
  async function ingest(body: object): Promise<string> {
    const answer = await hub.ingest('acme/capillary', body, ACME_AUTH);
    expect(answer.status).toBe(202);
    return answer.events[0]?.id ?? '';
  }
  /** Waits until the outcome of an event has the given counts, and returns the event. */
  function settled(id: string, outcome: Readonly<Record<string, number>>): Promise<Answer> {
    return until(
      async () => {
        const answer = await get(`events/${id}`);
        const found = at(answer.body, 'outcome');
        return Object.entries(outcome).every(([name, count]) => at(found, name) === count) ? answer : undefined;
      },
      { what: `outcome ${JSON.stringify(outcome)} of event ${id}`, timeoutMs: 20_000 },
    );
  }

  it('group failures by cause, and redeliver one cause', async () => {
    const ids: string[] = [];
    const fail = async (code: string, count: number): Promise<void> => {
      sms.answer(422, { 'x-code': code });
      for (let i = 0; i < count; i += 1) ids.push(await ingest(event('customerUpdated', 900 + ids.length)));
      for (const id of ids) await settled(id, { failed: 1 });
    };
    await fail('21211', 3);
    await fail('30003', 2);
    sms.answer(204);
    const failures = await get('failures');
    expect(failures).toMatchObject({ status: 200, body: { to: null, countIsExact: true } });
    const groups = rows(failures).filter(({ destination }) => destination === 'sms');
    expect(groups.map(({ vendorCode, count, status, errorKind }) => [vendorCode, count, status, errorKind])).toEqual([
      ['21211', 3, 'dead', 'rejected'],
      ['30003', 2, 'dead', 'rejected'],
    ]);
    expect(failures.text).not.toContain(MOBILE);
    const example = await get(`deliveries/${String(at(groups[0], 'example.deliveryId'))}`);
    expect(example.body).toMatchObject({ vendorCode: '21211', explanation: 'Failed: rejected (21211).' });
    expect(rows(await get('failures?destination=crm&destination=none'))).toEqual([]);
    expect(rows(await get('deliveries?vendorCode=21211&vendorCode=30003&status=dead&status=held'))).toHaveLength(5);
    expect(rows(await get('deliveries?vendorCode=30003&source=capillary&source=shop'))).toHaveLength(2);
    expect(rows(await get('deliveries?vendorCode=30003&source=shop'))).toEqual([]);

    const filter = at(groups[0], 'filter');
    const dry = await post('replays', { filter, dryRun: true });
    expect(dry).toMatchObject({ status: 200, body: { count: 3, countIsExact: true, replay: null } });
    const received = sms.received.length;
    expect(await post('replays', { filter })).toMatchObject({ status: 200, body: { count: 3 } });
    await sms.atLeast(received + 3);
    for (const id of ids.slice(0, 3)) await settled(id, { delivered: 1, failed: 0 });
    // The other cause is untouched, and what was sent again is not counted any more.
    const left = rows(await get('failures')).map(({ vendorCode, count }) => [vendorCode, count]);
    expect(left).toEqual([['30003', 2]]);
    expect(sms.received).toHaveLength(received + 3);
  });

  it('show what became of each event of a customer, in one call', async () => {
    const customer = 700_300_001;
    sms.answer(204, { 'x-id': 'vendor-message-1' });
    const sent = await ingest(event('pointsIssued', customer, { totalPointsIssued: 60 }));
    await settled(sent, { delivered: 1 });
    const capped = await ingest(event('pointsIssued', customer, { totalPointsIssued: 70 }));
    await settled(capped, { notSent: 1 });
    const filtered = await ingest(event('pointsIssued', customer, { totalPointsIssued: 20 }));
    const night = await ingest(event('tierUpgraded', customer));
    await settled(night, { waiting: 1 });
    await until(
      async () =>
        rows(await get('deliveries?status=scheduled&subscription=night')).some(({ reason }) => reason !== null),
      { what: 'the quiet hours' },
    );

    const timeline = await get(`customers/${customer}/timeline`);
    expect(timeline).toMatchObject({ status: 200, body: { customerId: String(customer), nextCursor: null } });
    expect(timeline.text).not.toContain(MOBILE);
    const found = rows(timeline);
    expect(found.map(({ id }) => id)).toEqual([night, filtered, capped, sent]);
    const of = (index: number, name: string): unknown =>
      (at(found[index], 'subscriptions') as unknown[]).find((one) => at(one, 'name') === name);
    expect(of(0, 'night')).toMatchObject({
      ...{ outcome: 'matched', explanation: expect.stringMatching(/^Waiting: quiet hours until /) },
      ...{ until: expect.stringMatching(/Z$/), delivery: { status: 'scheduled' } },
    });
    expect(of(0, 'points-sms')).toMatchObject({ outcome: 'eventType', until: null, delivery: null });
    expect(of(1, 'points-sms')).toMatchObject({
      outcome: 'filter',
      explanation: 'data.totalPointsIssued is 20, but the filter requires $gte 50.',
      clause: { path: 'data.totalPointsIssued', operator: '$gte', expected: 50, actual: 20 },
    });
    expect(of(2, 'points-sms')).toMatchObject({
      explanation: 'Not sent: cap: 1 sms per 1d, this would be number 2.',
      delivery: {
        status: 'suppressed',
        explanationCode: 'cap',
        explanationValues: { max: '1', channel: 'sms', period: '1d', number: '2' },
      },
    });
    expect(of(3, 'points-sms')).toMatchObject({ explanation: 'Sent.', delivery: { status: 'succeeded' } });
    // The page of one event explains it in the same way.
    const explained = at((await get(`events/${capped}`)).body, 'subscriptions') as unknown[];
    expect(explained.map((one) => at(one, 'explanation'))).toEqual(
      (at(found[2], 'subscriptions') as unknown[]).map((one) => at(one, 'explanation')),
    );

    const narrow = rows(await get(`customers/${customer}/timeline?type=pointsIssued&subscription=points-sms&limit=2`));
    expect(narrow.map(({ id, subscriptions }) => [id, (subscriptions as unknown[]).length])).toEqual([
      [filtered, 1],
      [capped, 1],
    ]);
    expect(rows(await get('customers/nobody/timeline'))).toEqual([]);
    expect((await get(`customers/${customer}/timeline?limit=51`)).status).toBe(400);

    const list = rows(await get('events?type=pointsIssued&type=tierUpgraded&source=capillary&status=accepted'));
    const outcomes = new Map(list.map(({ id, outcome }) => [id, outcome]));
    const none = { delivered: 0, undelivered: 0, failed: 0, waiting: 0, notSent: 0, merged: 0 };
    expect(outcomes.get(sent)).toEqual({ ...none, delivered: 1 });
    expect(outcomes.get(capped)).toEqual({ ...none, notSent: 1 });
    expect(outcomes.get(night)).toEqual({ ...none, waiting: 1 });
    expect(outcomes.get(filtered)).toEqual(none);
    expect(rows(await get('events?type=pointsIssued&source=shop'))).toEqual([]);
    expect((await get('events?status=sent')).status).toBe(400);
    expect((await get(`events?${'type=a&'.repeat(21)}`)).status).toBe(400);
  });

  it('look any id up', async () => {
    const id = await ingest(event('pointsIssued', 700_300_002, { totalPointsIssued: 60 }));
    const explained = await settled(id, { delivered: 1 });
    const delivery = String(
      (at(explained.body, 'subscriptions') as unknown[]).map((one) => at(one, 'delivery.id')).find((one) => one),
    );
    const kinds = async (text: string): Promise<unknown[]> =>
      rows(await get(`lookup?id=${encodeURIComponent(text)}`)).map((one) => [one.kind, one.matchedBy, one.id]);
    expect(await kinds(id.toUpperCase())).toEqual([['event', 'id', id]]);
    expect(await kinds(` ${delivery} `)).toEqual([['delivery', 'id', delivery]]);
    expect(await kinds(`operate-${events}`)).toEqual([['event', 'sourceEventId', id]]);
    expect(await kinds('vendor-message-1')).toContainEqual(['delivery', 'externalId', delivery]);
    expect(await kinds('700300002')).toEqual([['customer', 'customerId', '700300002']]);
    expect(await get('lookup?id=nothing-has-this')).toMatchObject({ status: 200, body: { data: [], complete: true } });
    expect((await get('lookup')).status).toBe(400);
    expect((await hub.admin('GET', `/v1/brands/other/lookup?id=${id}`)).status).toBe(404);
  });

  it('show the activity of sources, the seen event types and the health of destinations', async () => {
    await hub.ingest('acme/shop', 'not JSON', { authorization: `Bearer ${ACME_TOKEN}` });
    const activity = (name: string): Promise<unknown> =>
      get(`sources/${name}`).then(({ body }) => at(body, 'activity'));
    await until(async () => at(await activity('shop'), 'quarantined') === 1, { what: 'the quarantined event' });
    expect(await activity('shop')).toMatchObject({ accepted: 0, lastEventAt: expect.stringMatching(/Z$/) });
    await until(async () => at(await activity('capillary'), 'accepted') === events, { what: 'the accepted events' });
    expect(rows(await get('sources')).map(({ name, activity: shown }) => [name, at(shown, 'quarantined')])).toEqual([
      ['capillary', 0],
      ['patchbay', 0],
      ['shop', 1],
    ]);
    const seen = rows(await get('seen-event-types')).map(({ type }) => type);
    expect(seen).toEqual(expect.arrayContaining(['customerUpdated', 'pointsIssued', 'tierUpgraded']));

    sms.answer(503);
    const id = await ingest(event('customerUpdated', 700_300_003));
    await settled(id, { failed: 1 });
    sms.answer(204);
    const health = (): Promise<unknown> => get('destinations/sms').then(({ body }) => at(body, 'health'));
    await until(async () => at(await health(), 'failuresInARow') === 1, { what: 'the failure in the health' });
    expect(await health()).toMatchObject({ circuitBreaker: 'closed', openUntil: null, failingSince: null });
    await settled(await ingest(event('customerUpdated', 700_300_004)), { delivered: 1 });
    await until(async () => at(await health(), 'failuresInARow') === 0, { what: 'the success in the health' });
    expect(rows(await get('destinations')).map(({ health: shown }) => at(shown, 'lastFailureAt'))).toEqual([
      null,
      at(await health(), 'lastFailureAt'),
    ]);
  });

  it('end a pause at its time, also after a restart', async () => {
    for (const end of ['2020-01-01', '2999-01-01', 'soon']) {
      const refused = await post('destinations/sms/pause', { until: end });
      expect([refused.status, at(refused.body, 'errors.0.field')]).toEqual([400, 'until']);
    }
    const end = new Date(Date.now() + 3_600_000).toISOString();
    expect(await post('destinations/sms/pause', { reason: 'vendor moves', until: end })).toMatchObject({
      status: 200,
      body: { paused: true, pausedBy: 'person', pausedUntil: end, pausedAt: expect.stringMatching(/Z$/) },
    });
    expect(at((await get('destinations/sms')).body, 'pausedByName')).toEqual(expect.any(String));
    const held = await ingest(event('customerUpdated', 700_300_005));
    const waiting = await settled(held, { waiting: 1 });
    expect(waiting.text).toContain('On hold: the destination sms is paused.');

    const soon = new Date(Date.now() + 2_000).toISOString();
    await post('destinations/sms/pause', { reason: 'vendor moves', until: soon });
    await hub.stop();
    const stopped = hub;
    hub = await start({ databaseUrl: stopped.databaseUrl, configDirectory: stopped.configDirectory });
    try {
      await settled(held, { delivered: 1 });
      expect((await get('destinations/sms')).body).toMatchObject({ paused: false, pausedUntil: null, pausedAt: null });
    } finally {
      await hub.stop();
      hub = stopped;
    }
  });
});
