import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, testRedis, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

/**
 * Brand file that sends events of Capillary to the destination `crm`. Operational events go to the destination `ops`
 * twice: as data and as text.
 */
const BRAND = acmeBrand({ retry: '{ schedule: [0s] }' }).replace(
  'subscriptions:\n',
  `  ops:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:OPS_URL}" }
    retry: { schedule: [0s] }
subscriptions:
  alerts:
    source: patchbay
    events: [destination.paused, destination.resumed, delivery.dead]
    destination: ops
    mapping:
      body:
        type: "{{ event.type }}"
        source: "{{ event.source }}"
        destination: "{{ data.destination.name }}"
        kind: "{{ data.errorKind }}"
        by: "{{ data.by }}"
        count: "{{ data.count }}"
        first: "{{ data.deliveries[0].id }}"
  about-crm:
    source: patchbay
    events: ["delivery.*"]
    when: { data.destination.name: nobody }
    destination: ops
`,
);

const redis = await testRedis();
const queues = [
  ['PostgreSQL', {}] as const,
  ...('skipped' in redis ? [] : [['Redis', { redisUrl: redis.url }] as const]),
];

describe.each(queues)('operational events, with the queue on %s', (_name, queue) => {
  let crm: Receiver;
  let ops: Receiver;
  let hub: TestHub;
  const others: TestHub[] = [];

  beforeEach(async () => {
    [crm, ops] = [await startReceiver(), await startReceiver()];
    hub = await another();
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    for (const other of others.splice(0).reverse()) await other.close();
    await Promise.all([crm.close(), ops.close()]);
  });

  /** Starts another process of the hub under test. */
  async function another(): Promise<TestHub> {
    const [first] = others;
    const made = await startTestHub({
      brands: { acme: BRAND },
      env: { ...acmeEnv(crm.url), OPS_URL: ops.url },
      ...queue,
      ...(first === undefined ? {} : { databaseUrl: first.databaseUrl }),
    });
    others.push(made);
    return made;
  }

  const get = async (path: string): Promise<unknown> => (await hub.admin('GET', `/v1/brands/acme/${path}`)).body;
  const post = (path: string): Promise<Answer> => hub.admin('POST', `/v1/brands/acme/${path}`);
  const bodies = (): unknown[] => ops.received.map(({ body }): unknown => JSON.parse(body));
  async function listed(path: string, count: number): Promise<readonly unknown[]> {
    return until(
      async () => {
        const data = at(await get(path), 'data');
        return Array.isArray(data) && data.length === count ? (data as readonly unknown[]) : undefined;
      },
      { what: `${count} of ${path}`, timeoutMs: 20_000 },
    );
  }
  /** Returns the operational events of a type that the receiver got. */
  const told = async (type: string, count: number): Promise<readonly unknown[]> => listed(`events?type=${type}`, count);

  it('report that a destination was paused because of its credentials and resumed', async () => {
    crm.answer(401);
    await hub.ingest('acme/capillary', [pointsIssued('e-1'), pointsIssued('e-2'), pointsIssued('e-3')], ACME_AUTH);
    await ops.atLeast(1);
    const paused = {
      type: 'destination.paused',
      source: 'patchbay',
      destination: 'crm',
      kind: 'credentials',
      by: 'hub',
    };
    expect(bodies()).toMatchObject([paused]);
    crm.answer(204);
    await post('destinations/crm/resume');
    await ops.atLeast(2);
    expect(bodies()[1]).toMatchObject({ type: 'destination.resumed', destination: 'crm', by: 'person' });
    await listed('deliveries?status=succeeded&destination=crm', 3);
    expect(await told('destination.paused', 1)).toHaveLength(1);
  });

  it('report a dead delivery once, through the pipeline of all events', async () => {
    await another();
    crm.answer(400);
    await hub.ingest('acme/capillary', pointsIssued('e-1'), ACME_AUTH);
    await ops.atLeast(1);
    const [dead] = await listed('deliveries?status=dead', 1);
    const id = at(dead, 'id');
    expect(bodies()).toMatchObject([
      { type: 'delivery.dead', destination: 'crm', kind: 'rejected', count: 1, first: id },
    ]);

    const [event] = await told('delivery.dead', 1);
    const explained = await get(`events/${String(at(event, 'id'))}`);
    expect(explained).toMatchObject({
      type: 'delivery.dead',
      source: 'patchbay',
      customerIds: [],
      data: { count: 1, reason: 'rejected', deliveries: [{ id, eventType: 'pointsIssued', attempts: 1 }] },
    });
    expect(JSON.stringify(explained)).toContain('nobody');

    const alerts = await listed('deliveries?status=succeeded&destination=ops', 1);
    const filter = { filter: { eventType: 'delivery.dead', status: 'succeeded' } };
    expect((await hub.admin('POST', '/v1/brands/acme/replays', filter)).status).toBeLessThan(300);
    await ops.atLeast(2);
    // Redelivery is refused while the replayed delivery waits for its outcome, so the test waits for the second success
    // first.
    await listed('deliveries?status=succeeded&destination=ops', 2);
    const redelivered = await post(`deliveries/${String(at(alerts[0], 'id'))}/redeliver?force=true`);
    expect(redelivered).toMatchObject({ status: 200 });
    await ops.atLeast(3);
    expect(new Set(bodies().map((body) => JSON.stringify(body))).size).toBe(1);
    expect(await told('delivery.dead', 1)).toHaveLength(1);
  });

  it('do not report deliveries of operational events', async () => {
    ops.answer(400);
    crm.answer(400);
    await hub.ingest('acme/capillary', pointsIssued('e-1'), ACME_AUTH);
    await listed('deliveries?status=dead&destination=ops', 1);
    // Events to `ops` arrive in order. If the event about the pause has arrived, no event about the dead delivery was sent.
    await post('destinations/crm/pause');
    await listed('deliveries?status=dead&destination=ops', 2);
    expect(await told('delivery.dead', 1)).toMatchObject([{ source: 'patchbay' }]);
  });

  it('report a paused destination of operational events once', async () => {
    ops.answer(401);
    crm.answer(400);
    await hub.ingest('acme/capillary', pointsIssued('e-1'), ACME_AUTH);
    // Two deliveries wait for a person: the refused event, and the event about the pause that followed.
    await listed('deliveries?status=held&destination=ops', 2);
    ops.answer(204);
    await post('destinations/ops/resume');
    await ops.atLeast(4);
    await listed('deliveries?status=succeeded&destination=ops', 3);
    expect(bodies().slice(1)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'delivery.dead', destination: 'crm' }),
        expect.objectContaining({ type: 'destination.paused', destination: 'ops', by: 'hub' }),
        expect.objectContaining({ type: 'destination.resumed', destination: 'ops', by: 'person' }),
      ]),
    );
    expect(await told('destination.paused', 1)).toHaveLength(1);
  });
});

describe('the source patchbay of every brand', () => {
  let receiver: Receiver;
  let hub: TestHub;

  beforeEach(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await hub.close();
    await receiver.close();
  });

  it('accepts no ingest calls', async () => {
    const made = await hub.admin('POST', '/v1/keys', { name: 'in', role: 'ingest', brands: ['acme'] });
    const key = { authorization: `Bearer ${String(at(made.body, 'key'))}` };
    expect((await hub.ingest('acme/capillary', pointsIssued('e-1'), key)).status).toBe(202);
    for (const headers of [key, ACME_AUTH, {}]) {
      const answer = await hub.ingest('acme/patchbay', { type: 'destination.paused' }, headers);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual((await hub.ingest('acme/nothing', '{}', headers)).body);
    }
  });

  it('is listed, and cannot be created, changed or deleted', async () => {
    const path = '/v1/brands/acme/sources';
    const { body } = await hub.admin('GET', `${path}/patchbay`);
    expect(body).toMatchObject({ name: 'patchbay', managedBy: 'hub', auth: {}, ingestPath: null });
    const source = { name: 'patchbay', adapter: 'json', auth: { bearer: ['invented-secret'] } };
    for (const answer of [
      await hub.admin('POST', path, source),
      await hub.admin('PATCH', `${path}/patchbay`, { adapter: 'json' }),
      await hub.admin('DELETE', `${path}/patchbay`),
    ]) {
      expect(answer).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('because the hub creates it') },
      });
    }
    const other = { ...source, name: 'other', adapter: 'patchbay' };
    expect(await hub.admin('POST', path, other)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'adapter' }] },
    });
  });

  it('has its event types in the catalogue', async () => {
    const { body } = await hub.admin('GET', '/v1/event-types?adapter=patchbay');
    expect(at(body, 'data')).toMatchObject([
      { type: 'capillary.drifted', group: 'Capillary' },
      { type: 'capillary.gap', group: 'Capillary' },
      { type: 'capillary.missing', sample: { missing: 4 } },
      { type: 'delivery.dead', group: 'Deliveries', schema: { properties: { count: {} } } },
      { type: 'delivery.unconfirmed' },
      { type: 'destination.failing', sample: { errorKind: 'rejected' } },
      { type: 'destination.paused', label: 'Destination paused', sample: { by: 'hub' } },
      { type: 'destination.resumed', safePaths: expect.arrayContaining(['data.destination.name']) },
      { type: 'import.failed', group: 'Imports', sample: { quarantined: 3 } },
      { type: 'import.quarantined' },
      { type: 'lookup.paused' },
      { type: 'lookup.resumed' },
      { type: 'message.bounced', group: 'Messages', sample: { status: 'bounced' } },
      { type: 'message.clicked' },
      { type: 'message.delivered' },
      { type: 'message.failed' },
      { type: 'message.opened' },
      { type: 'message.sent', schema: { properties: { customerId: {} } } },
      { type: 'message.suppressed' },
      { type: 'message.undelivered' },
      { type: 'status.missing', group: 'Deliveries', sample: { within: '1d' } },
      { type: 'suppression.added', group: 'Suppressions' },
      { type: 'suppression.removed' },
    ]);
    const first = await hub.admin('GET', '/v1/event-types?limit=3');
    const next = await hub.admin('GET', `/v1/event-types?limit=3&cursor=${String(at(first.body, 'nextCursor'))}`);
    expect(at(first.body, 'data')).toHaveLength(3);
    expect(at(next.body, 'data.0.type') !== at(first.body, 'data.2.type')).toBe(true);
  });
});
