import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryId, uuidV7, type ClaimedDelivery, type DeliveryDecision } from '@patchbay/core';
import { VENDOR_STATUSES, type VendorStatus, type StatusUpdate } from '@patchbay/plugin-sdk';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { again, succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { seededRandom } from '../testing/seeded-random.js';
import { PostgresStatusUpdateStore } from './postgres-status-update.store.js';

const DAY_MS = 86_400_000;

describe.each(await testServers())('PostgresStatusUpdateStore on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let store: PostgresStatusUpdateStore;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    store = new PostgresStatusUpdateStore(database, database.clock);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
  });

  async function claimed(at = Date.now()): Promise<ClaimedDelivery> {
    await events.storeGroup([sampleEvent(ids, at)]);
    const request = { destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 };
    const [delivery] = (await deliveries.claim([request], Date.now() + 1_000)).deliveries;
    if (delivery === undefined) throw new Error('nothing was claimed');
    return delivery;
  }
  async function sent(externalId: string, at?: number): Promise<string> {
    const delivery = await claimed(at);
    await deliveries.record([{ ...succeeded(delivery), externalId }]);
    return delivery.id;
  }
  async function rowOf(id: string): Promise<{ status: VendorStatus | null; at: Date | null; updated: Date }> {
    const rows = await database.dataSource.query<{ status: VendorStatus | null; at: Date | null; updated: Date }[]>(
      'SELECT vendor_status AS status, vendor_status_at AS at, updated_at AS updated FROM deliveries WHERE id = $1',
      [id],
    );
    if (rows[0] === undefined) throw new Error('the delivery was not found');
    return rows[0];
  }
  const statusOf = async (id: string): Promise<VendorStatus | null> => (await rowOf(id)).status;
  const apply = (...updates: StatusUpdate[]): Promise<number> => store.apply(ids.destinationId, updates);

  it('applies updates by delivery id and by vendor id, with the vendor’s time or else the current time', async () => {
    const [one, other] = [await sent('ext-1'), await sent('ext-2')];
    const at = '2026-11-24T10:00:00.000Z';
    expect(
      await apply({ deliveryId: one.toUpperCase(), status: 'delivered', at }, { externalId: 'ext-2', status: 'sent' }),
    ).toBe(2);
    expect(await rowOf(one)).toMatchObject({ status: 'delivered', at: new Date(at) });
    expect(await rowOf(other)).toMatchObject({ status: 'sent', at: (await rowOf(other)).updated });
  });

  it('finds the traces of the events whose deliveries are named, and changes nothing', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const receivedAt = Date.now();
    await events.storeGroup([{ ...sampleEvent(ids, receivedAt), traceparent }]);
    const request = { destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 };
    const [traced] = (await deliveries.claim([request], Date.now() + 1_000)).deliveries;
    if (traced === undefined) throw new Error('nothing was claimed');
    await deliveries.record([{ ...succeeded(traced), externalId: 'traced' }]);
    const untraced = await sent('untraced');
    const updates: StatusUpdate[] = [
      { deliveryId: untraced, status: 'delivered' },
      { externalId: 'traced', status: 'delivered' },
      { deliveryId: deliveryId({ eventId: uuidV7(Date.now()), subscriptionId: ids.subscriptionId }), status: 'sent' },
    ];
    expect(await store.traced(ids.destinationId, updates)).toEqual([
      { deliveryId: traced.id, status: 'delivered', traceparent, receivedAt },
    ]);
    expect(await store.traced(ids.destinationId, [])).toEqual([]);
    expect(await statusOf(traced.id)).toBeNull();
  });

  it('reports each new status once, and lists the deliveries that did not arrive', async () => {
    const statuses: unknown[] = [];
    store.onStatuses((...status) => statuses.push(status));
    const [one, other] = [await sent('ext-1'), await sent('ext-2')];
    await apply({ deliveryId: one, status: 'sent' }, { deliveryId: other, status: 'sent' });
    await apply({ deliveryId: one, status: 'undelivered' }, { deliveryId: other, status: 'delivered' });
    await apply({ deliveryId: one, status: 'undelivered' }, { deliveryId: other, status: 'sent' });
    expect(statuses).toHaveLength(3);
    expect(statuses).toEqual(
      expect.arrayContaining([
        [ids.destinationId, 'sent', 2],
        [ids.destinationId, 'delivered', 1],
        [ids.destinationId, 'undelivered', 1],
      ]),
    );
    const listed: unknown[] = await database.dataSource.query(
      `SELECT u.delivery_id AS id, u.destination_id AS destination, u.expires_at > now() AS kept FROM undelivered_deliveries u`,
    );
    expect(listed).toEqual([{ id: one, destination: ids.destinationId, kept: true }]);
  });

  it('only moves a status forward, in any order of updates and with repetitions', async () => {
    const id = await sent('ext-3');
    await apply({ deliveryId: id, status: 'delivered', at: '2026-11-24T10:00:00Z' });
    const before = await rowOf(id);
    expect(await apply({ deliveryId: id, status: 'sent' })).toBe(1);
    expect(await apply({ externalId: 'ext-3', status: 'delivered', at: '2026-11-25T10:00:00Z' })).toBe(1);
    expect(await rowOf(id)).toEqual(before);
    await apply({ externalId: 'ext-3', status: 'undelivered' });
    expect(await statusOf(id)).toBe('undelivered');
  });

  it('applies the furthest of several updates of one delivery in a batch', async () => {
    const id = await sent('ext-4');
    expect(
      await apply(
        { deliveryId: id, status: 'sent' },
        { externalId: 'ext-4', status: 'opened' },
        { deliveryId: id, status: 'delivered' },
        { deliveryId: id, status: 'delivered' },
      ),
    ).toBe(4);
    expect(await statusOf(id)).toBe('opened');
  });

  it('ends at the furthest status with concurrent updates', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stderr.write(`seed ${seed}\n`);
    const random = seededRandom(seed);
    const all = await Promise.all(Array.from({ length: 8 }, async (_, i) => ({ id: '', externalId: `all-${i}` })));
    for (const one of all) one.id = await sent(one.externalId);
    const pick = <T>(list: readonly T[]): T => {
      const item = list[Math.floor(random() * list.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    };
    const batches = Array.from({ length: 40 }, () =>
      Array.from({ length: 1 + Math.floor(random() * 10) }, () => {
        const { id, externalId } = pick(all);
        const name = random() < 0.5 ? { deliveryId: id } : { externalId };
        return { ...name, status: pick(VENDOR_STATUSES) };
      }),
    );
    await Promise.all(batches.map((batch) => apply(...batch)));
    for (const { id, externalId } of all) {
      const updates = batches
        .flat()
        .filter((one) => ('deliveryId' in one ? one.deliveryId === id : one.externalId === externalId));
      const ranks = updates.map(({ status }) => VENDOR_STATUSES.indexOf(status));
      expect(await statusOf(id)).toBe(VENDOR_STATUSES[Math.max(...ranks)] ?? null);
    }
  });

  it('ignores deliveries of another destination, by either id', async () => {
    const here = ids;
    const foreign = await sent('ext-5');
    ids = await insertDestination(database.dataSource);
    expect(await apply({ deliveryId: foreign, status: 'failed' }, { externalId: 'ext-5', status: 'failed' })).toBe(0);
    expect(await statusOf(foreign)).toBeNull();
    const own = await sent('ext-5');
    expect(await apply({ externalId: 'ext-5', status: 'delivered' })).toBe(1);
    expect([await statusOf(own), await statusOf(foreign)]).toEqual(['delivered', null]);
    expect(here.destinationId).not.toBe(ids.destinationId);
  });

  it('applies updates to a waiting or claimed delivery, and keeps the status when it ends', async () => {
    const inFlight = await claimed();
    expect(await apply({ deliveryId: inFlight.id, status: 'accepted' })).toBe(1);
    await deliveries.record([{ ...again(inFlight, Date.now() + 60_000), externalId: 'ext-6' }]);
    expect(await apply({ externalId: 'ext-6', status: 'sent' })).toBe(1);
    expect(await statusOf(inFlight.id)).toBe('sent');
    const request = { destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 };
    const [next] = (await deliveries.claim([request], Date.now() + 120_000)).deliveries;
    if (next === undefined) throw new Error('nothing was claimed');
    await deliveries.record([succeeded(next)]);
    expect(await statusOf(inFlight.id)).toBe('sent');
  });

  it('loses no update of deliveries that end at the same moment', async () => {
    const all: ClaimedDelivery[] = [];
    for (let i = 0; i < 60; i += 1) all.push(await claimed());
    await Promise.all(
      all.flatMap((delivery) => [
        deliveries.record([succeeded(delivery)]),
        apply({ deliveryId: delivery.id, status: 'delivered' }),
      ]),
    );
    for (const { id } of all) expect(await statusOf(id)).toBe('delivered');
  });

  it('finds deliveries of any age by delivery id, and of the last ten weeks by vendor id', async () => {
    const now = Date.now();
    const [fresh, old, ancient] = [
      await sent('ext-7', now),
      await sent('ext-8', now - 70 * DAY_MS),
      await sent('ext-9', now - 300 * DAY_MS),
    ];
    const updates = ['ext-7', 'ext-8', 'ext-9'].map((externalId) => ({ externalId, status: 'sent' as const }));
    expect(await apply(...updates)).toBe(2);
    expect([await statusOf(fresh), await statusOf(old), await statusOf(ancient)]).toEqual(['sent', 'sent', null]);
    expect(await apply({ deliveryId: ancient, status: 'sent' })).toBe(1);
    expect(await statusOf(ancient)).toBe('sent');
  });

  it('finds the delivery of a replay', async () => {
    const event = sampleEvent(ids, Date.now() - 40 * DAY_MS);
    const replayId = uuidV7(Date.now());
    const id = deliveryId({ eventId: event.id, subscriptionId: ids.subscriptionId, replayId });
    await events.storeGroup([{ ...event, deliveries: [{ ...sampleDelivery(event.id, ids, Date.now()), id }] }]);
    const request = { destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 };
    expect((await deliveries.claim([request], Date.now() + 1_000)).deliveries).toMatchObject([{ id }]);
    expect(await apply({ deliveryId: id, status: 'sent' })).toBe(1);
    expect(await statusOf(id)).toBe('sent');
  });

  it.each<[string, StatusUpdate]>([
    ['names nothing', { status: 'sent' }],
    ['names an invalid id', { deliveryId: "'; DROP TABLE events", status: 'sent' }],
    ['names an unknown delivery', { deliveryId: uuidV7(Date.now()), status: 'sent' }],
    ['has a NUL in its id', { externalId: 'a\u0000b', status: 'sent' }],
    ['has an empty id', { externalId: '', status: 'sent' }],
  ])('ignores an update that %s, and applies the others', async (_case, odd) => {
    const id = await sent('ext-10');
    expect(await apply(odd, { deliveryId: id, status: 'sent', at: 'yesterday' })).toBe(1);
    expect(await rowOf(id)).toMatchObject({ status: 'sent', at: expect.any(Date) });
  });

  describe('updates that arrive before the answer', () => {
    const named = (id: string, externalId: string) => [
      { destinationId: ids.destinationId, deliveryId: id, externalId },
    ];

    it('are stored, only the furthest, and applied once the vendor’s id is recorded', async () => {
      expect(await apply({ externalId: 'pending-1', status: 'delivered', at: '2026-11-24T10:00:00.000Z' })).toBe(0);
      expect(
        await apply({ externalId: 'pending-1', status: 'sent' }, { externalId: 'pending-2', status: 'sent' }),
      ).toBe(0);
      const id = await sent('pending-1');
      expect(await statusOf(id)).toBeNull();
      await store.applyPending(named(id, 'pending-1'));
      expect(await rowOf(id)).toMatchObject({ status: 'delivered', at: new Date('2026-11-24T10:00:00.000Z') });
      const kept = await database.dataSource.query<{ external_id: string }[]>(
        'SELECT external_id FROM pending_status_updates WHERE destination_id = $1',
        [ids.destinationId],
      );
      expect(kept).toEqual([{ external_id: 'pending-2' }]);
    });

    it('are stored for an hour, and a later update replaces an expired one', async () => {
      const expire = 'UPDATE pending_status_updates SET expires_at = now() WHERE destination_id = $1';
      await apply({ externalId: 'pending-4', status: 'failed' }, { externalId: 'pending-5', status: 'failed' });
      await database.dataSource.query(expire, [ids.destinationId]);
      await apply({ externalId: 'pending-5', status: 'sent' });
      const [expired, replaced] = [await sent('pending-4'), await sent('pending-5')];
      await store.applyPending([...named(expired, 'pending-4'), ...named(replaced, 'pending-5')]);
      expect([await statusOf(expired), await statusOf(replaced)]).toEqual([null, 'sent']);
    });

    it('are not applied to a delivery of another destination', async () => {
      await apply({ externalId: 'pending-3', status: 'delivered' });
      ids = await insertDestination(database.dataSource);
      const foreign = await sent('pending-3');
      await store.applyPending(named(foreign, 'pending-3'));
      expect(await statusOf(foreign)).toBeNull();
    });

    it('are never lost, in any order of update and record', async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      process.stderr.write(`seed ${seed}\n`);
      const random = seededRandom(seed);
      const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, random() * 8));
      const one = async (externalId: string): Promise<void> => {
        const delivery = await claimed();
        await Promise.all([
          pause().then(() => apply({ externalId, status: 'delivered' })),
          pause().then(async () => {
            await deliveries.record([{ ...succeeded(delivery), externalId }]);
            await store.applyPending(named(delivery.id, externalId));
          }),
        ]);
        expect(await statusOf(delivery.id)).toBe('delivered');
      };
      for (let round = 0; round < 40; round += 1) await one(`race-${round}`);
    }, 60_000);
  });

  describe('updates of a delivery that was never attempted', () => {
    /** Stores a due delivery that has a fallback and no lease. */
    async function scheduled(): Promise<string> {
      const event = sampleEvent(ids, Date.now() - 1_000);
      await events.storeGroup([event]);
      const id = event.deliveries[0]?.id ?? '';
      const messaging = JSON.stringify({ on: ['bounced'] });
      await database.dataSource.query('UPDATE deliveries_waiting SET messaging = $2::jsonb WHERE id = $1', [
        id,
        messaging,
      ]);
      return id;
    }
    async function claim(): Promise<ClaimedDelivery> {
      const request = { destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 };
      const [delivery] = (await deliveries.claim([request], Date.now() + 1_000)).deliveries;
      if (delivery === undefined) throw new Error('nothing was claimed');
      return delivery;
    }
    const sentNow = (delivery: ClaimedDelivery): DeliveryDecision => ({
      ...succeeded(delivery),
      messaging: { until: Date.now() + DAY_MS },
    });
    const triggerOf = async (id: string): Promise<unknown> =>
      (
        await database.dataSource.query<{ trigger: string }[]>(
          `SELECT messaging ->> 'trigger' AS trigger FROM triggered_steps WHERE delivery_id = $1`,
          [id],
        )
      )[0]?.trigger;

    it('stay pending, change nothing and trigger no fallback, even after a later attempt', async () => {
      const id = await scheduled();
      expect(await apply({ deliveryId: id, status: 'bounced' })).toBe(1);
      expect(await statusOf(id)).toBeNull();
      await deliveries.record([sentNow(await claim())]);
      expect([await statusOf(id), await triggerOf(id)]).toEqual([null, undefined]);
    });

    it('are applied and trigger a fallback once an attempt is recorded', async () => {
      const id = await scheduled();
      await apply({ deliveryId: id, status: 'sent' }, { deliveryId: id, status: 'bounced' });
      await deliveries.record([sentNow(await claim())]);
      await store.applyPending([{ destinationId: ids.destinationId, deliveryId: id, externalId: null }]);
      expect([await statusOf(id), await triggerOf(id)]).toEqual(['bounced', 'bounced']);
    });

    it('are applied at once while a worker holds the lease, because the call may be in flight', async () => {
      const id = await scheduled();
      const leased = await claim();
      await apply({ deliveryId: id, status: 'bounced' });
      expect(await statusOf(id)).toBe('bounced');
      await deliveries.record([sentNow(leased)]);
      expect(await triggerOf(id)).toBe('bounced');
    });

    it('are never applied to a delivery that ended without an attempt', async () => {
      const id = await scheduled();
      const unsent = { ...succeeded(await claim()), countedAttempts: 0, attempts: 0, attempt: null, externalId: null };
      await deliveries.record([{ ...unsent, state: 'suppressed', reason: 'consent' }]);
      await apply({ deliveryId: id, status: 'bounced' });
      expect([await statusOf(id), await triggerOf(id)]).toEqual([null, undefined]);
    });
  });

  describe('updates of a delivery whose answer was lost', () => {
    const stateOf = async (id: string): Promise<unknown> =>
      (await database.dataSource.query<{ state: string }[]>('SELECT state FROM deliveries WHERE id = $1', [id]))[0]
        ?.state;
    const lost = (delivery: ClaimedDelivery): DeliveryDecision => ({
      ...succeeded(delivery),
      state: 'unconfirmed',
      stateIfConfirmed: 'succeeded',
      errorKind: 'unconfirmed',
      externalId: null,
    });

    it.each(['delivered', 'failed'] as const)('confirm the delivery, even with the status %s', async (status) => {
      const delivery = await claimed();
      await deliveries.record([lost(delivery)]);
      expect(await apply({ deliveryId: delivery.id, status })).toBe(1);
      expect([await stateOf(delivery.id), await statusOf(delivery.id)]).toEqual(['succeeded', status]);
    });

    it('confirm the delivery if they arrived before its end', async () => {
      const delivery = await claimed();
      await apply({ deliveryId: delivery.id, status: 'sent' });
      await deliveries.record([lost(delivery)]);
      expect(await stateOf(delivery.id)).toBe('succeeded');
    });

    it('do not change the state of a delivery that is dead for another reason', async () => {
      const delivery = await claimed();
      await deliveries.record([{ ...lost(delivery), state: 'dead', stateIfConfirmed: null, errorKind: 'rejected' }]);
      await apply({ deliveryId: delivery.id, status: 'delivered' });
      expect([await stateOf(delivery.id), await statusOf(delivery.id)]).toEqual(['dead', 'delivered']);
    });

    it('prevent a further attempt', async () => {
      const delivery = await claimed();
      await deliveries.record([{ ...again(delivery, Date.now()), errorKind: 'unconfirmed' }]);
      await apply({ deliveryId: delivery.id, status: 'accepted' });
      const request = { destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 };
      expect((await deliveries.claim([request], Date.now() + 1_000)).deliveries).toMatchObject([
        { id: delivery.id, confirmed: true },
      ]);
    });

    describe('and that failed again afterwards', () => {
      const claim = async () =>
        (await deliveries.claim([{ destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 }], Date.now() + 1_000))
          .deliveries;
      const lostOnce = async (): Promise<ClaimedDelivery> => {
        const first = await claimed();
        await deliveries.record([{ ...again(first, Date.now()), errorKind: 'unconfirmed', messaging: { lost: true } }]);
        const [second] = await claim();
        if (second === undefined) throw new Error('nothing was claimed');
        return second;
      };

      it('prevent a further attempt', async () => {
        const second = await lostOnce();
        await deliveries.record([again(second, Date.now())]);
        const [third] = await claim();
        expect(third).toMatchObject({ id: second.id, confirmed: false });
        await deliveries.record([again(third ?? second, Date.now())]);
        await apply({ deliveryId: second.id, status: 'delivered' });
        expect(await claim()).toMatchObject([{ id: second.id, confirmed: true }]);
      });

      it.each(['before', 'after'] as const)('confirm the delivery if they arrive %s the end', async (when) => {
        const second = await lostOnce();
        const end = { ...again(second, 0), state: 'dead', stateIfConfirmed: 'succeeded', dueAt: null } as const;
        if (when === 'before') await apply({ deliveryId: second.id, status: 'delivered' });
        await deliveries.record([{ ...end, errorKind: 'rejected' }]);
        if (when === 'after') await apply({ deliveryId: second.id, status: 'delivered' });
        expect([await stateOf(second.id), await statusOf(second.id)]).toEqual(['succeeded', 'delivered']);
      });

      it('do not confirm a delivery that is pending, because polling decides it', async () => {
        const second = await lostOnce();
        const pending = {
          ...again(second, Date.now()),
          errorKind: null,
          externalId: 'file-9',
          pendingSince: Date.now(),
        };
        await deliveries.record([pending]);
        await apply({ deliveryId: second.id, status: 'accepted' });
        expect(await claim()).toMatchObject([{ id: second.id, confirmed: false }]);
      });
    });

    it('do not confirm a delivery that has only failed', async () => {
      const delivery = await claimed();
      await deliveries.record([again(delivery, Date.now())]);
      await apply({ deliveryId: delivery.id, status: 'failed' });
      const request = { destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 };
      expect((await deliveries.claim([request], Date.now() + 1_000)).deliveries).toMatchObject([
        { id: delivery.id, confirmed: false },
      ]);
    });

    it.each([
      ['block', true],
      ['supersede', false],
    ] as const)('unblock the order key and are recorded for it, under the policy %s', async (policy, blocks) => {
      const order = { key: randomUUID(), policy } as const;
      const pair = [10, 20].map((occurredAt) => {
        const event = sampleEvent(ids, Date.now() - 1_000);
        return { ...event, deliveries: [{ ...sampleDelivery(event.id, ids, 0), order: { ...order, occurredAt } }] };
      });
      const [first, second] = policy === 'block' ? pair : pair.toReversed();
      if (first === undefined || second === undefined) throw new Error('no events were created');
      await events.storeGroup([first]);
      const request = { destinationId: ids.destinationId, limit: 5, leaseMs: 60_000 };
      const claim = async () => (await deliveries.claim([request], Date.now())).deliveries;
      const [head] = await claim();
      if (head === undefined) throw new Error('nothing was claimed');
      await deliveries.record([{ ...lost(head), blocks }]);
      await events.storeGroup([second]);
      if (blocks) expect(await claim()).toEqual([]);
      await apply({ deliveryId: head.id, status: 'delivered' });
      expect(await claim()).toMatchObject([{ id: second.deliveries[0]?.id, outdated: policy === 'supersede' }]);
    });
  });

  it('applies nothing without updates', async () => {
    expect(await apply()).toBe(0);
  });
});
