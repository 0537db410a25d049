import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  deliveryId,
  nextStepId,
  uuidV7,
  type ClaimedDelivery,
  type DeliveryDecision,
  type DeliveryMessaging,
  type DeliveryOrder,
  type FallbackTrigger,
  type NewEvent,
} from '@patchbay/core';
import type { VendorSuppressionReason } from '@patchbay/plugin-sdk';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresStatusUpdateStore } from '../status-updates/postgres-status-update.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresReadStore } from '../read/postgres-read.store.js';
import { PostgresDeliveryInterventions } from '../replays/postgres-delivery-interventions.js';
import { succeeded } from '../testing/decisions.js';
import { explainStatements, type StatementPlans } from '../testing/statement-plans.js';
import { fillEvents } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { PostgresMessagingStore } from './postgres-messaging.store.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describe.each(await testServers())('messaging rules on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let store: PostgresMessagingStore;
  let ids: SampleIds;
  let now = 0;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    store = new PostgresMessagingStore(database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
    await database.dataSource.query('DELETE FROM triggered_steps');
    now = Date.now();
  });

  /** Stores an event with one delivery, due at once. Returns the delivery's id. */
  async function stored(
    also: { at?: number; order?: DeliveryOrder; messaging?: DeliveryMessaging; event?: Partial<NewEvent> } = {},
  ): Promise<{ readonly id: string; readonly eventId: string }> {
    const { at = now - MINUTE_MS, order, messaging, event: fields } = also;
    const event = sampleEvent(ids, at, fields);
    const delivery = { ...sampleDelivery(event.id, ids, at), ...(order && { order }), ...(messaging && { messaging }) };
    await events.storeGroup([{ ...event, deliveries: [delivery] }]);
    return { id: delivery.id, eventId: event.id };
  }
  async function claim(limit = 10): Promise<readonly ClaimedDelivery[]> {
    const wanted = [{ destinationId: ids.destinationId, limit, leaseMs: 60_000 }];
    return (await deliveries.claim(wanted, now)).deliveries;
  }
  async function claimOne(): Promise<ClaimedDelivery> {
    const [delivery, ...others] = await claim();
    if (delivery === undefined || others.length > 0) throw new Error('expected exactly one claimed delivery');
    return delivery;
  }
  const ended = (delivery: ClaimedDelivery, also: Partial<DeliveryDecision>): DeliveryDecision => ({
    ...succeeded(delivery),
    ...also,
  });
  const rowOf = async (id: string): Promise<Record<string, unknown> | undefined> => {
    const rows: Record<string, unknown>[] = await database.dataSource.query(
      'SELECT state, reason, merged_into, messaging FROM deliveries WHERE id = $1',
      [id],
    );
    return rows[0];
  };

  describe('quotas', () => {
    const start = Date.parse('2026-03-01T00:00:00Z');
    const take = (id: string, also: { start?: number; max?: number } = {}): Promise<boolean> =>
      store.takeQuota({
        destinationId: ids.destinationId,
        deliveryId: id,
        start,
        end: start + DAY_MS,
        max: 2,
        ...also,
      });

    it('count each delivery once per period and destination', async () => {
      const [first, second, third] = [uuidV7(now), uuidV7(now), uuidV7(now)];
      expect([await take(first), await take(second), await take(third)]).toEqual([true, true, false]);
      expect([await take(first), await take(second, { max: 9 })]).toEqual([true, true]);
      expect(await store.quotaUsed({ destinationId: ids.destinationId, start })).toBe(2);
      expect(await take(third, { max: 3 })).toBe(true);
      expect(await take(uuidV7(now), { start: start + DAY_MS })).toBe(true);
      expect(await store.quotaUsed({ destinationId: randomUUID(), start })).toBe(0);
    });

    it('are counted until the end of a period that a change made longer', async () => {
      const { destinationId } = ids;
      await store.takeQuota({ destinationId, deliveryId: uuidV7(now), start, end: start + MINUTE_MS, max: 2 });
      expect(await take(uuidV7(now))).toBe(true);
      const [period] = await database.dataSource.query<{ expires_at: Date }[]>(
        'SELECT expires_at FROM quota_periods WHERE destination_id = $1',
        [destinationId],
      );
      expect(period?.expires_at.getTime()).toBe(start + 2 * DAY_MS);
    });

    it('are not exceeded by concurrent deliveries', async () => {
      const taken = await Promise.all(Array.from({ length: 20 }, () => take(uuidV7(now), { max: 7 })));
      expect(taken.filter(Boolean)).toHaveLength(7);
      expect(await store.quotaUsed({ destinationId: ids.destinationId, start })).toBe(7);
    });
  });

  describe('caps', () => {
    const leased = (id = uuidV7(now)): { id: string; token: string; retentionDays: 30 } => ({
      id,
      token: randomUUID(),
      retentionDays: 30,
    });
    const take = (key: string, id: string, at: number, max = 2): Promise<number | null> =>
      store.takeSlot({ key, delivery: leased(id), max, perMs: DAY_MS, now: at });

    it('allow the maximum in any period, and a retried delivery uses its own slot', async () => {
      const key = randomUUID();
      const [one, two, three] = [uuidV7(now), uuidV7(now), uuidV7(now)];
      expect(await take(key, one, now)).toBeNull();
      expect(await take(key, two, now + 1)).toBeNull();
      expect(await take(key, three, now + 2)).toBe(2);
      expect(await take(key, one, now + 3)).toBeNull();
      // The time is one day after the second message. The first delivery was retried later than that.
      expect(await take(key, three, now + DAY_MS)).toBe(2);
      expect(await take(key, three, now + DAY_MS + 1)).toBeNull();
      expect(await take(key, two, now + DAY_MS + 2)).toBe(2);
    });

    it('allow nothing with a maximum of 0, and count each key separately', async () => {
      expect(await take(randomUUID(), uuidV7(now), now, 0)).toBe(0);
      expect(await take(randomUUID(), uuidV7(now), now, 1)).toBeNull();
      expect(await take(randomUUID(), uuidV7(now), now, 1)).toBeNull();
    });

    it('never give out more slots than the maximum to concurrent workers', async () => {
      const key = randomUUID();
      const taken = await Promise.all(Array.from({ length: 8 }, () => take(key, uuidV7(now), now, 3)));
      expect(taken.filter((others) => others === null)).toHaveLength(3);
      expect(taken.filter((others) => others !== null)).toEqual([3, 3, 3, 3, 3]);
    });

    it.each(['dead', 'suppressed', 'cancelled', 'superseded'] as const)(
      'do not count deliveries that are %s, and count those that are sent or being attempted',
      async (state) => {
        const key = randomUUID();
        await stored();
        const first = await claimOne();
        expect(await take(key, first.id, now, 1)).toBeNull();
        expect(await take(key, uuidV7(now), now, 1)).toBe(1);
        const count = (at: number) => store.countSlots({ key, perMs: DAY_MS, now: at, retentionDays: 30 });
        expect([await count(now), await count(now + DAY_MS)]).toEqual([1, 0]);
        await deliveries.record([ended(first, { state, errorKind: 'rejected' })]);
        expect(await count(now)).toBe(0);
        const second = uuidV7(now);
        expect(await take(key, second, now, 1)).toBeNull();
        expect(await take(key, first.id, now, 1)).toBe(1);
        await stored();
        const sent = await claimOne();
        const other = randomUUID();
        expect(await take(other, sent.id, now, 1)).toBeNull();
        await deliveries.record([succeeded(sent)]);
        expect(await take(other, uuidV7(now), now, 1)).toBe(1);
      },
    );

    it('do not count a delivery that triggered a fallback step, and count one that may have arrived', async () => {
      const key = randomUUID();
      const messaging: DeliveryMessaging = { on: ['undelivered'], withinMs: MINUTE_MS };
      await stored({ messaging });
      const first = await claimOne();
      expect(await take(key, first.id, now, 1)).toBeNull();
      await deliveries.record([ended(first, { messaging: { until: now + MINUTE_MS } })]);
      const step = nextStepId(first.id);
      expect(await take(key, step, now, 1)).toBe(1);
      await new PostgresStatusUpdateStore(database, database.clock).apply(ids.destinationId, [
        { deliveryId: first.id, status: 'undelivered' },
      ]);
      expect(await take(key, step, now, 1)).toBeNull();

      const other = randomUUID();
      await stored();
      const lost = await claimOne();
      expect(await take(other, lost.id, now, 1)).toBeNull();
      await deliveries.record([ended(lost, { state: 'dead', errorKind: 'unconfirmed' })]);
      expect(await take(other, uuidV7(now), now, 1)).toBe(1);
    });

    it('do not free the slot of an ended delivery that is redelivered and sent meanwhile', async () => {
      const key = randomUUID();
      await stored();
      const first = await claimOne();
      expect(await take(key, first.id, now, 1)).toBeNull();
      await deliveries.record([ended(first, { state: 'dead', errorKind: 'rejected' })]);
      const pool = database.pgPool;
      const query = pool.query.bind(pool);
      const redelivered: (number | null)[] = [];
      const race = jest.spyOn(pool, 'query').mockImplementation(async (statement, rows) => {
        const found = await query(statement, rows);
        if (statement.text.includes('FROM deliveries_ended_')) {
          const interventions = new PostgresDeliveryInterventions(database.dataSource, pool);
          const redelivery = { deliveryId: first.id, brandId: first.brandId, countedAttempts: 0, now } as const;
          await interventions.redeliver({ ...redelivery, state: 'dead' });
          redelivered.push(await take(key, first.id, now + 6, 1));
        }
        return found;
      });
      try {
        expect(await take(key, uuidV7(now), now + 5, 1)).toBe(1);
      } finally {
        race.mockRestore();
      }
      expect(redelivered).toEqual([null]);
    });

    it.each(['dead', 'suppressed', 'cancelled', 'superseded'] as const)(
      'count a delivery that is %s although the answer to an earlier attempt was lost',
      async (state) => {
        const key = randomUUID();
        await stored();
        const lost = await claimOne();
        expect(await take(key, lost.id, now, 1)).toBeNull();
        const unconfirmed = { state: 'scheduled', errorKind: 'unconfirmed', messaging: { lost: true } } as const;
        await deliveries.record([ended(lost, { ...unconfirmed, dueAt: now })]);
        const retried = await claimOne();
        await deliveries.record([ended(retried, { state, errorKind: state === 'dead' ? 'transient' : null })]);
        expect(await take(key, uuidV7(now), now, 1)).toBe(1);
      },
    );
  });

  describe('digests', () => {
    const orderAt = (key: string, occurredAt: number): DeliveryOrder => ({ key, occurredAt, policy: 'skip' });

    async function withMembers(count: number): Promise<{ key: string; group: { id: string; eventId: string }[] }> {
      const key = randomUUID();
      const group: { id: string; eventId: string }[] = [];
      for (let i = 0; i < count; i += 1) {
        const at = now - MINUTE_MS + i * 10;
        group.push(await stored({ at, order: orderAt(key, at) }));
      }
      return { key, group };
    }

    it('merge their members in one statement', async () => {
      const { group } = await withMembers(4);
      const [first, second, third, fourth] = group.map(({ id }) => id);
      const digest = await claimOne();
      expect(digest.id).toBe(first);
      const members = await store.digestMembers(digest, 100);
      expect(members.map(({ id }) => id)).toEqual([second, third, fourth]);
      expect(members.map(({ event }) => event.id)).toEqual(group.slice(1).map(({ eventId }) => eventId));
      const ends = members.map(({ id }) => ({ id, state: 'merged' as const, reason: null }));
      const closed = await store.closeDigest(digest, [
        ...ends.slice(0, 1),
        { id: third ?? '', state: 'cancelled', reason: 'cancelled by pointsReversed e' },
        ...ends.slice(2),
      ]);
      const merged = [group[1]?.eventId, group[3]?.eventId];
      expect(closed).toEqual(merged);
      expect(await rowOf(second ?? '')).toMatchObject({ state: 'merged', merged_into: first });
      expect(await rowOf(third ?? '')).toMatchObject({
        state: 'cancelled',
        merged_into: null,
        reason: 'cancelled by pointsReversed e',
      });
      expect((await rowOf(first ?? ''))?.['messaging']).toEqual({ digest: merged });
    });

    it('keep their members after a crash between closing and sending', async () => {
      const { key, group } = await withMembers(3);
      const digest = await claimOne();
      const ends = (await store.digestMembers(digest, 100)).map(({ id }) => ({
        id,
        state: 'merged' as const,
        reason: null,
      }));
      const merged = await store.closeDigest(digest, ends);
      const late = await stored({ at: now - 1, order: orderAt(key, now - 1) });
      await deliveries.release([digest]);
      const again = await claimOne();
      expect([again.id, again.messaging?.digest]).toEqual([digest.id, merged]);
      const loaded = await store.events(again.messaging?.digest ?? [], again);
      expect(loaded.map(({ id }) => id)).toEqual(group.slice(1).map(({ eventId }) => eventId));
      await deliveries.record([succeeded(again)]);
      expect((await rowOf(digest.id))?.['messaging']).toEqual({ digest: merged });
      expect((await claimOne()).id).toBe(late.id);
    });

    it('cannot be closed without the live lease', async () => {
      const { group } = await withMembers(2);
      const digest = await claimOne();
      const ends = [{ id: group[1]?.id ?? '', state: 'merged' as const, reason: null }];
      await deliveries.release([digest]);
      const again = await claimOne();
      expect(await store.closeDigest(digest, ends)).toBeNull();
      expect(await store.digestMembers(digest, 100)).toEqual([]);
      expect(await rowOf(group[1]?.id ?? '')).toMatchObject({ state: 'scheduled' });
      expect(await store.closeDigest(again, ends)).toEqual([group[1]?.eventId]);
    });

    it('have one worker at a time, and leave out members that are gone or redelivered by a person', async () => {
      const { group } = await withMembers(3);
      const both = await Promise.all([claim(), claim()]);
      expect(both.flat()).toHaveLength(1);
      const [digest] = both.flat();
      if (digest === undefined) throw new Error('nothing was claimed');
      await database.dataSource.query(
        `UPDATE deliveries_waiting SET messaging = '{"redelivered":true}' WHERE id = $1`,
        [group[1]?.id],
      );
      expect((await store.digestMembers(digest, 100)).map(({ id }) => id)).toEqual([group[2]?.id]);
      await database.dataSource.query(`DELETE FROM deliveries_waiting WHERE id = $1`, [group[2]?.id]);
      const ends = [{ id: group[2]?.id ?? '', state: 'merged' as const, reason: null }];
      expect(await store.closeDigest(digest, ends)).toEqual([]);
    });
  });

  describe('cancelling events', () => {
    const query = (types = ['pointsReversed']) => ({
      ...{ brandId: ids.brandId, customerIds: ['customer-1'], types, retentionDays: 30 as const, now },
      ...{ occurredFrom: now - 10 * MINUTE_MS, receivedFrom: now - DAY_MS },
    });
    const reversed = (at: number, also: Partial<NewEvent> = {}): Promise<{ readonly eventId: string }> =>
      stored({ at, event: { type: 'pointsReversed', occurredAt: at, ...also } });

    it('match the customer, a type, the time and the caller’s condition', async () => {
      await stored();
      await reversed(now - MINUTE_MS, { customerIds: ['customer-2'] });
      await reversed(now - 11 * MINUTE_MS);
      await reversed(now - MINUTE_MS, { type: 'pointsIssued' });
      expect(await store.findCancellingEvent(query(), () => true)).toBeNull();
      const first = await reversed(now - 2 * MINUTE_MS);
      const second = await reversed(now - MINUTE_MS);
      expect((await store.findCancellingEvent(query(), () => true))?.id).toBe(first.eventId);
      expect((await store.findCancellingEvent(query(), ({ id }) => id !== first.eventId))?.id).toBe(second.eventId);
    });

    it('are found by each id of the customer', async () => {
      await stored();
      const found = await reversed(now - MINUTE_MS, { customer: { key: '+15005550006', platformId: 'customer-1' } });
      const wanted = { ...query(), customerIds: ['+15005550007', '+15005550006'] };
      expect((await store.findCancellingEvent(wanted, () => true))?.id).toBe(found.eventId);
      const event = await store.findCancellingEvent(query(), () => true);
      expect(event).toMatchObject({ customerId: 'customer-1', customerKey: '+15005550006' });
    });

    it('are found in the partition of the day before', async () => {
      await stored();
      const early = await reversed(now - DAY_MS + MINUTE_MS, { occurredAt: now });
      await reversed(now - DAY_MS - MINUTE_MS, { occurredAt: now });
      expect((await store.findCancellingEvent(query(), () => true))?.id).toBe(early.eventId);
    });

    it('are found along the index of customers, with many events of other customers', async () => {
      await stored();
      await fillEvents(database.dataSource, { ids, retentionDays: 30, at: now - 3_600_000, count: 3_000 });
      await database.dataSource.query('ANALYZE events');
      const plans: StatementPlans = await explainStatements(database.url);
      const own = await openDatabase({ url: database.url, onError: () => undefined });
      try {
        const messagingStore = new PostgresMessagingStore(own.pgPool);
        const wanted = { ...query(['common']), customerIds: ['customer-7', 'customer-8'], occurredFrom: 0 };
        expect(await messagingStore.findCancellingEvent(wanted, () => false)).toBeNull();
        const pages = plans.take().reduce((sum, statement) => sum + statement.pages, 0);
        expect(pages).toBeGreaterThan(0);
        expect(pages).toBeLessThan(200);
      } finally {
        plans.stop();
        await own.close();
      }
    });
  });

  describe('fallbacks', () => {
    const messaging: DeliveryMessaging = { on: ['rejected', 'undelivered', 'failed'], withinMs: MINUTE_MS };
    const dead = { state: 'dead', errorKind: 'rejected', messaging: { until: 0, trigger: 'rejected' } } as const;

    it('are triggered in the statement that ends a delivery, and concurrent workers create their step once', async () => {
      const { id, eventId } = await stored({ messaging });
      await deliveries.record([ended(await claimOne(), dead)]);
      const triggered = await store.triggeredSteps(10);
      expect(triggered).toMatchObject([
        { id, eventId, brandId: ids.brandId, messaging: { ...messaging, trigger: 'rejected' } },
      ]);
      expect(await store.triggeredSteps(10, [id])).toEqual([]);
      expect(await store.triggeredSteps(10, [eventId])).toHaveLength(1);
      const steps = triggered.map((one) => ({
        triggered: one,
        delivery: { id: nextStepId(id), destinationId: ids.destinationId, dueAt: now, messaging: { step: 1 } },
      }));
      await Promise.all([store.createSteps(steps), store.createSteps(steps), store.createSteps(steps)]);
      const step = await claimOne();
      expect(step).toMatchObject({ id: nextStepId(id), messaging: { step: 1 }, event: { id: eventId } });
      expect(await store.triggeredSteps(10)).toEqual([]);
      await deliveries.record([succeeded(step)]);
      await store.createSteps(steps);
      expect(await claim()).toEqual([]);
    });

    it('are not triggered by other outcomes, or for a delivery without a fallback', async () => {
      await stored({ messaging });
      await stored();
      const [one, other] = await claim();
      if (one === undefined || other === undefined) throw new Error('expected two claimed deliveries');
      const until = { messaging: { until: now + MINUTE_MS } };
      await deliveries.record([ended(one, until), ended(other, { state: 'dead', errorKind: 'rejected' })]);
      expect(await store.triggeredSteps(10)).toEqual([]);
    });

    it('are deleted if the step no longer exists', async () => {
      await stored({ messaging });
      await deliveries.record([ended(await claimOne(), dead)]);
      await store.createSteps((await store.triggeredSteps(10)).map((triggered) => ({ triggered, delivery: null })));
      expect(await store.triggeredSteps(10)).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    describe('by status updates', () => {
      let clock = 0;
      let statusUpdates: PostgresStatusUpdateStore;
      beforeEach(() => {
        clock = now;
        statusUpdates = new PostgresStatusUpdateStore(database, { now: () => clock });
      });
      const update = (id: string, status: 'delivered' | 'undelivered' | 'failed' | 'bounced'): Promise<number> =>
        statusUpdates.apply(ids.destinationId, [{ deliveryId: id, status }]);
      async function sent(): Promise<string> {
        const { id } = await stored({ messaging });
        await deliveries.record([ended(await claimOne(), { messaging: { until: now + MINUTE_MS } })]);
        return id;
      }

      it('are triggered once, by the first failure status', async () => {
        const id = await sent();
        await update(id, 'delivered');
        await update(id, 'bounced');
        expect(await store.triggeredSteps(10)).toEqual([]);
        await update(id, 'undelivered');
        const triggered = await store.triggeredSteps(10);
        expect(triggered).toMatchObject([{ id, messaging: { trigger: 'undelivered' } }]);
        await store.createSteps(triggered.map((one) => ({ triggered: one, delivery: null })));
        await update(id, 'undelivered');
        await update(id, 'failed');
        expect(await store.triggeredSteps(10)).toEqual([]);
      });

      it('are not triggered by an update that arrives too late', async () => {
        const id = await sent();
        clock = now + MINUTE_MS + 1;
        await update(id, 'undelivered');
        expect(await store.triggeredSteps(10)).toEqual([]);
      });

      describe('about a message that the vendor did not send, because the customer refuses messages', () => {
        const refuse = (id: string, suppress: VendorSuppressionReason = 'opt_out'): Promise<number> =>
          statusUpdates.apply(ids.destinationId, [{ deliveryId: id, status: 'failed', suppress }]);
        const naming = (...on: FallbackTrigger[]): DeliveryMessaging => ({ on, withinMs: MINUTE_MS });
        const cases = [
          ['do not trigger a step that does not name it', naming('failed', 'undelivered'), []],
          ['trigger a step that names it', naming('suppressed'), [{ messaging: { trigger: 'failed' } }]],
        ] as const;

        it.each(cases)('%s', async (_what, state, expected) => {
          const { id } = await stored({ messaging: state });
          await deliveries.record([ended(await claimOne(), { messaging: { until: now + MINUTE_MS } })]);
          await refuse(id);
          expect(await store.triggeredSteps(10)).toMatchObject(expected);
          await refuse(id);
          await update(id, 'undelivered');
          expect(await store.triggeredSteps(10)).toHaveLength(expected.length);
        });

        it.each(cases)('%s, also before the answer', async (_what, state, expected) => {
          const { id } = await stored({ messaging: state });
          const delivery = await claimOne();
          await refuse(id, 'complaint');
          expect(await store.triggeredSteps(10)).toEqual([]);
          await deliveries.record([ended(delivery, { messaging: { until: now + MINUTE_MS } })]);
          expect(await store.triggeredSteps(10)).toMatchObject(expected);
        });

        it('does not apply to an address that does not exist', async () => {
          const { id } = await stored({ messaging: naming('failed') });
          await deliveries.record([ended(await claimOne(), { messaging: { until: now + MINUTE_MS } })]);
          await refuse(id, 'invalid');
          expect(await store.triggeredSteps(10)).toMatchObject([{ messaging: { trigger: 'failed' } }]);
        });
      });

      it('are triggered by an update that arrives before the answer', async () => {
        const { id } = await stored({ messaging });
        const delivery = await claimOne();
        await update(id, 'undelivered');
        expect(await store.triggeredSteps(10)).toEqual([]);
        await deliveries.record([ended(delivery, { messaging: { until: now + MINUTE_MS } })]);
        expect(await store.triggeredSteps(10)).toMatchObject([{ id, messaging: { trigger: 'undelivered' } }]);
      });

      it('are not triggered for a message that is retried', async () => {
        const { id } = await stored({ messaging });
        const delivery = await claimOne();
        await deliveries.record([{ ...ended(delivery, { state: 'scheduled', dueAt: now, errorKind: 'transient' }) }]);
        await update(id, 'undelivered');
        expect(await store.triggeredSteps(10)).toEqual([]);
        // The next attempt succeeded, so the status update may concern the attempt before.
        await deliveries.record([ended(await claimOne(), { messaging: { until: now + MINUTE_MS } })]);
        expect(await store.triggeredSteps(10)).toEqual([]);
      });

      it('are triggered by an update about a lost message, which is not sent again', async () => {
        const { id } = await stored({ messaging });
        const waits = { state: 'scheduled', dueAt: now, errorKind: 'unconfirmed' } as const;
        await deliveries.record([ended(await claimOne(), waits)]);
        await update(id, 'undelivered');
        const confirmed = await claimOne();
        const withoutAttempt = { attempts: confirmed.attempts, attempt: null, messaging: { until: now + MINUTE_MS } };
        await deliveries.record([ended(confirmed, withoutAttempt)]);
        expect(await store.triggeredSteps(10)).toMatchObject([{ id, messaging: { trigger: 'undelivered' } }]);
      });
    });

    it('are not triggered by the first message after a person redelivers it', async () => {
      const interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
      const statusUpdates = new PostgresStatusUpdateStore(database, { now: () => now });
      const { id } = await stored({ messaging });
      await deliveries.record([ended(await claimOne(), { messaging: { until: now + MINUTE_MS } })]);
      const newId = uuidV7(now);
      const request = { brandId: ids.brandId, deliveryId: id, newId, countedAttempts: 0, now };
      expect(await interventions.redeliverAsNew(request)).toBe('created');
      await statusUpdates.apply(ids.destinationId, [{ deliveryId: id, status: 'undelivered' }]);
      expect(await store.triggeredSteps(10)).toEqual([]);
      // The new delivery still waits, so no further delivery is created. The new delivery triggers the fallback step.
      expect(await interventions.redeliverAsNew({ ...request, newId: uuidV7(now) })).toBe('waiting');
      await deliveries.record([ended(await claimOne(), { messaging: { until: now + MINUTE_MS } })]);
      await statusUpdates.apply(ids.destinationId, [{ deliveryId: newId, status: 'undelivered' }]);
      expect(await store.triggeredSteps(10)).toMatchObject([{ id: newId }]);
    });

    it('prevent a redelivery once the next step is triggered', async () => {
      const interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
      const { id } = await stored({ messaging });
      await deliveries.record([ended(await claimOne(), dead)]);
      const request = { brandId: ids.brandId, deliveryId: id, state: 'dead', countedAttempts: 0, now } as const;
      expect(await interventions.redeliver(request)).toBe(false);
      const other = await stored({ messaging });
      await deliveries.record([
        ended(await claimOne(), { state: 'dead', errorKind: 'unconfirmed', messaging: { lost: true } }),
      ]);
      expect(await interventions.redeliver({ ...request, deliveryId: other.id })).toBe(true);
      const again = await claimOne();
      expect(again.messaging).toEqual({ ...messaging, lost: true, redelivered: true });
      await deliveries.record([succeeded(again)]);
      const newId = deliveryId({ eventId: other.eventId, subscriptionId: ids.subscriptionId, replayId: uuidV7(now) });
      expect(await interventions.redeliverAsNew({ ...request, deliveryId: other.id, newId })).toBe('created');
      expect((await claimOne()).messaging).toEqual({ ...messaging, redelivered: true });
    });
  });

  it('keep the lost answer of a delivery that they defer', async () => {
    const { id } = await stored();
    const again = { state: 'scheduled', dueAt: now, reason: 'quiet hours until then' } as const;
    await deliveries.record([ended(await claimOne(), { ...again, errorKind: 'unconfirmed' })]);
    const second = await claimOne();
    await deliveries.record([ended(second, { ...again, attempts: second.attempts, attempt: null, errorKind: null })]);
    await new PostgresStatusUpdateStore(database, database.clock).apply(ids.destinationId, [
      { deliveryId: id, status: 'sent' },
    ]);
    expect(await claimOne()).toMatchObject({ id, confirmed: true });
  });

  it('are shown with a delivery', async () => {
    const messaging: DeliveryMessaging = { step: 2, on: ['rejected'], withinMs: 1 };
    const { id } = await stored({ messaging });
    await deliveries.record([
      ended(await claimOne(), { state: 'dead', errorKind: 'rejected', messaging: { until: 1, trigger: 'rejected' } }),
    ]);
    await insertNames();
    const read = new PostgresReadStore(database.dataSource, database.clock);
    expect(await read.delivery(ids.brandId, id)).toMatchObject({
      ...{ step: 2, nextStepTrigger: 'rejected', mergedInto: null },
    });
  });

  async function insertNames(): Promise<void> {
    await database.dataSource.query(
      `INSERT INTO subscriptions (id, name, managed_by, file, disabled, brand_id)
      VALUES ($1, 'points', 'api', NULL, false, $2)`,
      [ids.subscriptionId, ids.brandId],
    );
  }
});
