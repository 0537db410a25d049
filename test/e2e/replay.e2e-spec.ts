import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const RETRY = '{ schedule: [0s] }';
const NEW_MAPPING = '{ body: { note: "{{ data.totalPointsIssued }} points, phone {{ recipient.phone }}" } }';

describe('redelivery, cancellation and replay', () => {
  let receiver: Receiver;
  let hub: TestHub;
  const others: TestHub[] = [];

  beforeEach(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: acmeBrand({ retry: RETRY }) }, env: acmeEnv(receiver.url) });
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
    await hub.close();
    await receiver.close();
  });

  /** Starts another process of the hub under test, optionally with a changed brand. */
  async function another(brand: Parameters<typeof acmeBrand>[0] = {}): Promise<TestHub> {
    const made = await startTestHub({
      brands: { acme: acmeBrand({ retry: RETRY, ...brand }) },
      env: acmeEnv(receiver.url),
      databaseUrl: hub.databaseUrl,
    });
    others.push(made);
    return made;
  }
  async function sent(count: number, prefix = 'e'): Promise<string[]> {
    const body = Array.from({ length: count }, (_, index) => pointsIssued(`${prefix}-${index}`));
    return (await hub.ingest('acme/capillary', body, ACME_AUTH)).events.map(({ id }) => id);
  }
  async function deliveries(status: string, count: number, of = hub): Promise<readonly unknown[]> {
    return until(
      async () => {
        const { body } = await of.admin('GET', `/v1/brands/acme/deliveries?status=${status}&limit=200`);
        const data = at(body, 'data');
        return Array.isArray(data) && data.length === count ? (data as readonly unknown[]) : undefined;
      },
      { what: `${count} deliveries to be ${status}`, timeoutMs: 30_000 },
    );
  }
  /** Creates events whose deliveries become dead letters. */
  async function dead(count: number): Promise<readonly unknown[]> {
    receiver.answer(400);
    await sent(count);
    const all = await deliveries('dead', count);
    receiver.answer(204);
    return all;
  }
  const replay = (body: object, by = hub): Promise<Answer> => by.admin('POST', '/v1/brands/acme/replays', body);
  async function ended(id: unknown, by = hub): Promise<unknown> {
    return until(
      async () => {
        const { body } = await by.admin('GET', `/v1/brands/acme/replays/${String(id)}`);
        return at(body, 'endedAt') === null ? undefined : body;
      },
      { what: 'the replay to end', timeoutMs: 30_000 },
    );
  }
  const post = (id: unknown, action: string): Promise<Answer> =>
    hub.admin('POST', `/v1/brands/acme/deliveries/${String(id)}/${action}`);

  it('redelivers a dead delivery once, with the same idempotency key', async () => {
    const [one] = await dead(1);
    const id = at(one, 'id');
    const answer = await post(id, 'redeliver');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, attempts: [{ number: 1, outcome: 'rejected' }] });
    await deliveries('succeeded', 1);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([id, id]);
    expect(at((await hub.admin('GET', `/v1/brands/acme/deliveries/${String(id)}`)).body, 'attempts.1')).toMatchObject({
      number: 2,
      outcome: 'accepted',
    });
    const { body } = await hub.admin('GET', '/v1/audit?action=delivery.redeliver');
    expect(at(body, 'data')).toMatchObject([{ target: id, before: { status: 'dead' }, after: null }]);
  });

  it('redelivers by ids and by cause, with the same idempotency keys, and says what is left out and why', async () => {
    const all = await dead(3);
    await sent(1, 'fine');
    const [fine] = await deliveries('succeeded', 1);
    const bulk = (body: object): Promise<Answer> => hub.admin('POST', '/v1/brands/acme/deliveries/redeliver', body);
    const unknown = '019aa000-0000-7000-8000-000000000000';
    const ids = [at(all[0], 'id'), at(fine, 'id'), unknown];
    const counted = await bulk({ ids, dryRun: true });
    expect(counted.body).toMatchObject({ count: 1, countByState: { dead: 1 }, isComplete: true, nextCursor: null });
    expect((await bulk({ ids })).body).toMatchObject({ count: 1, countByState: { dead: 1 } });
    expect(at(counted.body, 'refused')).toEqual(
      expect.arrayContaining([
        { code: 'unknown', reason: 'The brand has no delivery with this id.', count: 1, deliveries: [unknown] },
        {
          code: 'succeeded',
          reason: expect.stringContaining('The vendor accepted'),
          count: 1,
          deliveries: [at(fine, 'id')],
        },
      ]),
    );
    await deliveries('succeeded', 2);
    const groups = at((await hub.admin('GET', '/v1/brands/acme/failures')).body, 'data');
    const filter = at(groups, '0.filter');
    expect((await bulk({ filter, dryRun: true })).body).toMatchObject({ count: 2, countByState: { dead: 2 } });
    await deliveries('dead', 2);
    expect((await bulk({ filter })).body).toMatchObject({ count: 2, refused: [], isComplete: true });
    await deliveries('succeeded', 4);
    expect((await bulk({ filter })).body).toMatchObject({ count: 0, countByState: {} });
    const keys = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(keys).toHaveLength(7);
    expect(new Set(keys).size).toBe(4);
    const { body } = await hub.admin('GET', '/v1/audit?action=delivery.redeliver');
    expect(at(body, 'data')).toMatchObject([
      { target: 'acme', before: { dead: 2 }, after: { deliveries: 2, filter: { status: 'dead', destination: 'crm' } } },
      { target: 'acme', before: { dead: 1 }, after: { deliveries: 1, filter: null } },
    ]);
  });

  it.each([
    [{}, 'filter'],
    [{ ids: [], dryRun: true }, 'ids'],
    [{ ids: ['1'] }, 'ids'],
    [{ ids: ['019aa000-0000-7000-8000-000000000000'], filter: { status: 'dead' } }, 'filter'],
    [{ filter: { errorKind: 'rejected' } }, 'filter.status'],
    [{ filter: { status: 'succeeded' } }, 'filter.status'],
    [{ filter: { status: 'dead' }, cursor: 'x' }, 'cursor'],
  ])('refuses to redeliver %j, and names the field', async (body, field) => {
    const answer = await hub.admin('POST', '/v1/brands/acme/deliveries/redeliver', body);
    expect([answer.status, at(answer.body, 'errors.0.field')]).toEqual([400, field]);
  });

  it('makes one attempt without a retry schedule', async () => {
    const [one] = await dead(1);
    receiver.answer(503);
    await post(at(one, 'id'), 'redeliver');
    await receiver.atLeast(2);
    const [again] = await deliveries('dead', 1);
    expect(again).toMatchObject({ attemptCount: 2, reason: 'retries exhausted' });
  });

  it('sends a succeeded delivery again only with force, with a new idempotency key', async () => {
    await sent(1);
    const [one] = await deliveries('succeeded', 1);
    const refused = await post(at(one, 'id'), 'redeliver');
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('`force`') } });
    const forced = await post(at(one, 'id'), 'redeliver?force=true');
    expect(forced.status).toBe(200);
    expect(at(forced.body, 'id')).not.toBe(at(one, 'id'));
    await deliveries('succeeded', 2);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([at(one, 'id'), at(forced.body, 'id')]);
  });

  it('cancels a waiting delivery, but not one in flight', async () => {
    const release = receiver.hold();
    await sent(1);
    await receiver.atLeast(1);
    const [flying] = await deliveries('scheduled', 1);
    expect(await post(at(flying, 'id'), 'cancel')).toMatchObject({ status: 409 });
    release();
    await deliveries('succeeded', 1);

    await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause');
    await sent(1, 'held');
    const [held] = await deliveries('held', 1);
    expect(await post(at(held, 'id'), 'redeliver')).toMatchObject({ status: 409 });
    expect(await post(at(held, 'id'), 'cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await post(at(held, 'id'), 'cancel')).toMatchObject({ status: 409 });
    expect(await post('00000000-0000-7000-8000-000000000000', 'cancel')).toMatchObject({ status: 404 });
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    expect(receiver.received).toHaveLength(1);
  });

  it('replays dead deliveries: counts them first, shows them in the event, uses new idempotency keys', async () => {
    const all = await dead(5);
    const filter = { status: 'dead', destination: 'crm' };
    const counted = await replay({ filter, dryRun: true });
    expect(counted.body).toMatchObject({ replay: null, count: 5, countIsExact: true, scanned: 5 });
    expect(at(counted.body, 'sample')).toHaveLength(5);

    const started = await replay({ filter });
    expect(started.body).toMatchObject({ count: 5, replay: { state: 'running', expected: 5, mapping: 'recorded' } });
    const id = at(started.body, 'replay.id');
    expect(await ended(id)).toMatchObject({ state: 'done', created: 5 });
    await deliveries('succeeded', 5);
    expect(at((await hub.admin('GET', `/v1/brands/acme/replays/${String(id)}`)).body, 'outcomes')).toEqual({
      succeeded: 5,
    });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(10);

    const { body } = await hub.admin('GET', `/v1/brands/acme/events/${String(at(all[0], 'eventId'))}`);
    expect(at(body, 'subscriptions.0')).toMatchObject({
      delivery: { status: 'succeeded' },
      deliveries: [{ status: 'dead' }, { status: 'succeeded' }],
    });
    expect(await replay({ filter, dryRun: true })).toMatchObject({ body: { count: 0, skipped: { notLatest: 5 } } });
    expect(at((await hub.admin('GET', '/v1/brands/acme/replays')).body, 'data')).toMatchObject([{ id, state: 'done' }]);
  });

  it('shows the differences in a dry run without external calls', async () => {
    await dead(2);
    await another({ mapping: NEW_MAPPING });
    const before = receiver.received.length;
    const { body, text } = await replay({ filter: { status: 'dead' }, mapping: 'current', dryRun: true });
    expect(at(body, 'sample.0')).toMatchObject({ subscription: 'everything', version: 2, destination: 'crm' });
    expect(at(body, 'sample.0.difference')).toMatchObject({
      recorded: { version: 1, message: { body: { type: 'pointsIssued', customer: '700100200' } }, problems: [] },
      current: { version: 2, message: { body: { note: '100 points, phone +15005550006' } }, problems: [] },
      changed: expect.arrayContaining(['message.body.note', 'message.body.customer']),
    });
    expect(text).not.toContain('919000000001');
    expect(receiver.received).toHaveLength(before);
    await deliveries('scheduled', 0);

    // Each replay uses the version of the mapping that its request names.
    for (const mapping of ['recorded', 'current']) {
      const request = { filter: { eventType: 'pointsIssued' }, mapping, includeSucceeded: true };
      await ended(at((await replay(request)).body, 'replay.id'));
    }
    await receiver.atLeast(before + 4);
    const bodies = receiver.received.slice(before).map((one) => one.body);
    expect(bodies.filter((one) => one.includes('"note"'))).toHaveLength(2);
    expect(bodies.filter((one) => one.includes('"customer":"700100200"'))).toHaveLength(2);
  });

  it('sends nothing twice in a time range, unless what succeeded is included', async () => {
    await dead(2);
    await sent(3, 'fine');
    await deliveries('succeeded', 3);
    const before = receiver.received.length;
    const filter = { from: '2020-01-01' };
    expect((await replay({ filter, dryRun: true })).body).toMatchObject({
      ...{ count: 2, countByState: { dead: 2 }, skipped: { succeeded: 3 } },
    });
    // Events have no stage, so that a stage alone would select all of them.
    const refused = await replay({ filter: { ...filter, stage: 'routing' }, dryRun: true });
    expect([refused.status, at(refused.body, 'errors.0.field')]).toEqual([400, 'filter.stage']);
    const routing = { ...filter, status: 'dead', stage: 'routing' };
    expect((await replay({ filter: routing, dryRun: true })).body).toMatchObject({ count: 0 });
    expect((await replay({ filter, dryRun: true, includeSucceeded: true })).body).toMatchObject({
      ...{ count: 5, countByState: { dead: 2, succeeded: 3 } },
    });
    const started = (await replay({ filter })).body;
    expect(started).toMatchObject({ replay: { includeSucceeded: false } });
    expect(await ended(at(started, 'replay.id'))).toMatchObject({ created: 2, skipped: { succeeded: 3 } });
    await deliveries('succeeded', 5);
    expect(receiver.received).toHaveLength(before + 2);
    expect((await replay({ filter, dryRun: true })).body).toMatchObject({ count: 0, skipped: { succeeded: 5 } });
  });

  it('continues after a restart and creates no delivery twice', async () => {
    await dead(12);
    const before = receiver.received.length;
    const id = at((await replay({ filter: { status: 'dead' }, ratePerSecond: 4 })).body, 'replay.id');
    await receiver.atLeast(before + 1);
    await hub.stop();
    const second = await another();
    const made = await ended(id, second);
    expect(made).toMatchObject({ state: 'done', created: 12 });
    await deliveries('succeeded', 12, second);
    const ids = receiver.received.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(12);
    expect(ids).toHaveLength(12);
  });

  it('is shared by two processes and creates no delivery twice', async () => {
    await dead(40);
    const before = receiver.received.length;
    const second = await another();
    const started = await Promise.all([
      replay({ filter: { status: 'dead', eventType: 'pointsIssued' }, ratePerSecond: 30 }),
      replay({ filter: { errorKind: 'rejected', customer: 'nobody' } }, second),
    ]);
    const [one, none] = await Promise.all(started.map((answer) => ended(at(answer.body, 'replay.id'), second)));
    expect(one).toMatchObject({ state: 'done', created: 40 });
    expect(none).toMatchObject({ state: 'done', created: 0 });
    await deliveries('succeeded', 40);
    const ids = receiver.received.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(40);
    expect(ids).toHaveLength(40);
  });

  it('is cancelled in the middle', async () => {
    await dead(30);
    const id = at((await replay({ filter: { status: 'dead' }, ratePerSecond: 5 })).body, 'replay.id');
    const progress = `/v1/brands/acme/replays/${String(id)}`;
    await until(async () => Number(at((await hub.admin('GET', progress)).body, 'created')) > 0, {
      what: 'a first step',
    });
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause');
    expect(await hub.admin('POST', `${progress}/cancel`)).toMatchObject({ status: 200 });
    const body = await ended(id);
    expect(at(body, 'state')).toBe('cancelled');
    expect(Number(at(body, 'created'))).toBeLessThan(30);
    await deliveries('held', 0);
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    const again = await hub.admin('GET', progress);
    expect(at(again.body, 'created')).toBe(at(body, 'created'));
  });
});

describe('an invalid replay request', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/hook') });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
  });

  it.each([
    [{ filter: {} }, 'filter'],
    [{}, 'filter'],
    [{ filter: { status: 'scheduled' } }, 'filter.status'],
    [{ filter: { from: 'yesterday' } }, 'filter.from'],
    [{ filter: { state: 'dead' } }, 'filter.state'],
    [{ filter: { status: 'dead' }, mapping: 'newest' }, 'mapping'],
    [{ filter: { status: 'dead' }, ratePerSecond: 0 }, 'ratePerSecond'],
    [{ filter: { status: 'dead' }, sample: 1_000 }, 'sample'],
    [{ filter: { from: '2026-01-01' }, includeSucceeded: 'yes' }, 'includeSucceeded'],
    [{ filter: { vendorStatus: 'lost' } }, 'filter.vendorStatus'],
  ])('is refused with the invalid field: %j', async (body, field) => {
    const answer = await hub.admin('POST', '/v1/brands/acme/replays', body);
    expect(answer.status).toBe(400);
    expect(at(answer.body, 'errors.0.field')).toBe(field);
  });

  it('requires a key', async () => {
    const id = '00000000-0000-7000-8000-000000000000';
    expect((await hub.admin('GET', `/v1/brands/acme/replays/${id}`)).status).toBe(404);
    expect((await hub.admin('POST', `/v1/brands/acme/replays/${id}/cancel`)).status).toBe(404);
    expect((await hub.admin('POST', '/v1/brands/nobody/replays', { filter: { from: '2026-01-01' } })).status).toBe(404);
  });
});
