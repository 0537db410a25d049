import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BatchClaim, BatchClaimRequest, ClaimedDelivery, DeliveryDecision, OrderPolicy } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresDeliveryInterventions } from '../replays/postgres-delivery-interventions.js';
import { attemptsOf } from '../sql/attempts.js';
import { DELETE_ENDED_BATCHES } from '../sql/batches.js';
import { again, succeeded } from '../testing/decisions.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { fillEvents, fillWaiting, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { explainStatements } from '../testing/statement-plans.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const SIZE = 3;
const WITHIN_MS = 5_000;
const HOUR_MS = 3_600_000;

describe.each(await testServers())('batches on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let events: PostgresEventStore;
  let store: PostgresDeliveryStore;
  let ids: SampleIds;
  let now = 0;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    store = new PostgresDeliveryStore(database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
    now = Date.now();
  });

  /** Stores deliveries that have been due for the given times, in milliseconds. Returns their ids. */
  async function due(...ages: number[]): Promise<string[]> {
    const group = ages.map((age) => {
      const event = sampleEvent(ids, now - age);
      return { ...event, deliveries: [sampleDelivery(event.id, ids, now - age)] };
    });
    await events.storeGroup(group);
    return group.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  }
  /** Stores deliveries of one order key, whose events happened at the given times. */
  async function ordered(policy: OrderPolicy, key: string, ...occurred: number[]): Promise<string[]> {
    const group = occurred.map((at) => {
      const event = sampleEvent(ids, now - HOUR_MS + at);
      const order = { key, occurredAt: now + at, policy };
      return { ...event, deliveries: [{ ...sampleDelivery(event.id, ids, now - HOUR_MS), order }] };
    });
    await events.storeGroup(group);
    return group.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  }
  const claim = (request: Partial<BatchClaimRequest> = {}, at = now): Promise<BatchClaim> =>
    store.claimBatch(
      { destinationId: ids.destinationId, size: SIZE, within: WITHIN_MS, leaseMs: 60_000, ...request },
      at,
    );
  const idsOf = (deliveries: readonly { readonly id: string }[]): string[] => deliveries.map(({ id }) => id);
  const mark = (deliveries: readonly ClaimedDelivery[], isFrozen = true, id = randomUUID()) =>
    store.markBatch({ id, destinationId: ids.destinationId, isFrozen, deliveries });
  const lost = (delivery: ClaimedDelivery, dueAt = now): DeliveryDecision => ({
    ...again(delivery, dueAt),
    errorKind: 'unconfirmed',
    messaging: { lost: true },
  });
  const rowOf = async (id: string | undefined): Promise<Record<string, unknown> | undefined> => {
    const rows: Record<string, unknown>[] = await database.dataSource.query('SELECT * FROM deliveries WHERE id = $1', [
      id,
    ]);
    return rows[0];
  };
  const batchRows = (): Promise<{ id: string; delivery_ids: string[] }[]> =>
    database.dataSource.query('SELECT id, delivery_ids FROM batches WHERE destination_id = $1', [ids.destinationId]);
  /** Claims, marks and loses the answer of a frozen batch of all deliveries. */
  async function frozen(dueAt = now): Promise<{ readonly batch: string; readonly members: string[] }> {
    const batch = randomUUID();
    const { deliveries } = await claim();
    const marked = await mark(deliveries, true, batch);
    await store.record(marked.map((delivery) => lost(delivery, dueAt)));
    return { batch, members: idsOf(marked) };
  }

  describe('a claim', () => {
    it('waits while the batch is not full and the oldest delivery is young', async () => {
      await due(1_000, 100);
      expect(await claim()).toMatchObject({ deliveries: [], blocked: 0, isFrozen: false });
      const { collectingUntil } = await claim();
      expect(Math.round(collectingUntil ?? 0)).toBe(now - 1_000 + WITHIN_MS);
      expect(await rowOf((await due(50))[0])).toMatchObject({ lease_token: null });
    });

    it('takes a full batch at once, oldest due first, and leaves the rest', async () => {
      const [first, second, third] = await due(400, 300, 200, 100);
      const { deliveries } = await claim();
      expect(idsOf(deliveries)).toEqual([first, second, third]);
      expect(deliveries[0]).toMatchObject({ destinationVersion: 3, event: { type: 'pointsIssued' } });
      expect(new Set(deliveries.map(({ token }) => token)).size).toBe(1);
      expect((await claim()).deliveries).toEqual([]);
    });

    it('takes fewer deliveries if the oldest has been due for long enough', async () => {
      const [oldest, youngest] = await due(WITHIN_MS, 10);
      expect(idsOf((await claim()).deliveries)).toEqual([oldest, youngest]);
    });

    it('reports nothing to collect if nothing is due', async () => {
      await due(-1_000);
      expect(await claim()).toEqual({ deliveries: [], blocked: 0, isFrozen: false, collectingUntil: null });
    });

    it.each([
      ['paused', 'destination_states', 'destination_id'],
      ['disabled', 'destinations', 'id'],
    ])('takes nothing from a %s destination', async (column, table, key) => {
      await due(HOUR_MS);
      await database.dataSource.query(`UPDATE ${table} SET ${column} = true WHERE ${key} = $1`, [ids.destinationId]);
      expect((await claim()).deliveries).toEqual([]);
    });

    it('never takes two deliveries of one order key', async () => {
      const key = randomUUID();
      const [first, second] = await ordered('skip', key, 1, 2);
      const [other] = await due(HOUR_MS);
      const { deliveries, blocked } = await claim();
      expect(new Set(idsOf(deliveries))).toEqual(new Set([first, other]));
      expect(blocked).toBe(1);
      await store.record(deliveries.map(succeeded));
      expect(idsOf((await claim()).deliveries)).toEqual([second]);
    });

    it('is never shared by two processes', async () => {
      const stored = await due(...Array.from({ length: 30 }, (_, index) => HOUR_MS + index));
      const stores = Array.from({ length: 4 }, () => new PostgresDeliveryStore(database.pgPool));
      const request = { destinationId: ids.destinationId, size: SIZE, within: WITHIN_MS, leaseMs: 60_000 };
      const claimed: string[] = [];
      while (claimed.length < stored.length) {
        const claims = await Promise.all(stores.map((one) => one.claimBatch(request, now)));
        for (const { deliveries } of claims) claimed.push(...idsOf(deliveries));
      }
      expect(new Set(claimed)).toEqual(new Set(stored));
      expect(claimed).toHaveLength(stored.length);
    });
  });

  it('reads only the first deliveries of a long backlog, to count and to claim them', async () => {
    const filling = { ids, retentionDays: 30, at: now - HOUR_MS, count: 3_000 } as const;
    await makeDays(database.dataSource, 30, now, 2);
    await fillEvents(database.dataSource, filling);
    await fillWaiting(database.dataSource, filling);
    await database.dataSource.query('VACUUM ANALYZE deliveries_waiting');
    const plans = await explainStatements(database.url);
    const own = await openDatabase({ url: database.url, onError: () => undefined });
    try {
      const request = { destinationId: ids.destinationId, size: 50, within: WITHIN_MS, leaseMs: 60_000 };
      expect((await new PostgresDeliveryStore(own.pgPool).claimBatch(request, now)).deliveries).toHaveLength(50);
      const statements = plans.take().filter(({ text }) => text.includes('deliveries_waiting'));
      expect(statements.map(({ indexes }) => indexes.includes('deliveries_waiting_due_idx'))).toEqual([true, true]);
      // Without the index, a statement would read all pages of the table.
      const [table] = await database.dataSource.query<{ pages: number }[]>(
        `SELECT (pg_relation_size('deliveries_waiting') / 8192)::int AS pages`,
      );
      expect(Math.max(...statements.map(({ pages }) => pages))).toBeLessThan(10 * (table?.pages ?? 0));
      expect(statements[0]?.pages).toBeLessThan(60);
    } finally {
      plans.stop();
      await own.close();
      await database.dataSource.query('DELETE FROM deliveries_waiting WHERE brand_id = $1', [ids.brandId]);
    }
  });

  describe('the mark of a batch', () => {
    it('writes the place of each message, and leaves out a delivery that lost its lease', async () => {
      await due(400, 300, 200);
      const { deliveries } = await claim();
      const [first, stolen, last] = deliveries;
      await database.dataSource.query('UPDATE deliveries_waiting SET lease_token = $2 WHERE id = $1', [
        stolen?.id,
        randomUUID(),
      ]);
      const batch = randomUUID();
      expect(idsOf(await mark(deliveries, false, batch))).toEqual([first?.id, last?.id]);
      expect(await rowOf(first?.id)).toMatchObject({
        sending: true,
        messaging: { batch: { id: batch, index: 0, size: 2 } },
      });
      expect(await rowOf(last?.id)).toMatchObject({ messaging: { batch: { id: batch, index: 1, size: 2 } } });
      expect(await rowOf(stolen?.id)).toMatchObject({ sending: false, messaging: null });
      expect(await batchRows()).toEqual([]);
    });

    it('stores the members of a batch that is repeated as a whole, until the batch ends', async () => {
      await due(400, 300, 200);
      const { deliveries } = await claim();
      const batch = randomUUID();
      await mark(deliveries, true, batch);
      expect(await batchRows()).toEqual([{ id: batch, delivery_ids: idsOf(deliveries) }]);
      await store.endBatches([batch]);
      expect(await batchRows()).toEqual([]);
    });

    it('is shown with the attempts of a delivery', async () => {
      await due(400, 300, 200);
      const { deliveries } = await claim();
      const batch = randomUUID();
      const marked = await mark(deliveries, false, batch);
      const place = (index: number) => ({ id: batch, index, size: 3 });
      const decisions = marked.map((delivery, index) => {
        const decision = index === 1 ? again(delivery, now) : succeeded(delivery);
        return { ...decision, attempt: decision.attempt && { ...decision.attempt, batch: place(index) } };
      });
      await store.record(decisions);
      for (const [index, { id }] of marked.entries()) {
        const attempts: unknown[] = await database.dataSource.query(
          attemptsOf((column) => `${column} = $1`),
          [id],
        );
        expect(attempts).toMatchObject([{ number: 1, batch: place(index) }]);
      }
    });
  });

  describe('a crash', () => {
    const crash = (): Promise<unknown> =>
      database.dataSource.query(
        `WITH expired AS (
          UPDATE deliveries_waiting SET lease_until = now() - interval '1 s' WHERE destination_id = $1
        )
        UPDATE claims SET check_at = now()`,
        [ids.destinationId],
      );
    const reclaimed = async (): Promise<readonly ClaimedDelivery[]> =>
      (await store.reclaimExpired(1_000, 60_000)).filter(({ destinationId }) => destinationId === ids.destinationId);

    it('before the mark makes the deliveries due again, for any batch', async () => {
      const stored = await due(400, 300, 200);
      await claim();
      await crash();
      expect(await reclaimed()).toEqual([]);
      expect(idsOf((await claim()).deliveries)).toEqual(stored);
    });

    it('after the mark returns every member for a decision, with its place', async () => {
      await due(400, 300, 200);
      const batch = randomUUID();
      const marked = await mark((await claim()).deliveries, true, batch);
      await crash();
      const members = await reclaimed();
      expect(new Set(idsOf(members))).toEqual(new Set(idsOf(marked)));
      expect(members.map(({ messaging }) => messaging?.batch)).toContainEqual({
        ...{ id: batch, index: 2, size: 3, isFrozen: true },
      });
      // The late outcome of the stopped process is not written.
      expect((await store.record(marked.map(succeeded))).size).toBe(0);
      await store.record(members.map((delivery) => lost(delivery)));
      const repeated = await claim();
      expect(repeated.isFrozen).toBe(true);
      expect(idsOf(repeated.deliveries)).toEqual(idsOf(marked));
    });
  });

  describe('a frozen batch', () => {
    it('is claimed as a whole, in its order, and not together with others', async () => {
      await due(400, 300, 200);
      const { batch, members } = await frozen();
      const [other] = await due(HOUR_MS);
      const first = await claim();
      expect(first.isFrozen).toBe(true);
      expect(idsOf(first.deliveries)).toEqual(members);
      expect(first.deliveries[1]?.messaging?.batch).toEqual({ id: batch, index: 1, size: 3, isFrozen: true });
      const second = await claim();
      expect(second.isFrozen).toBe(false);
      expect(idsOf(second.deliveries)).toEqual([other]);
    });

    it('waits until all members are due and unleased', async () => {
      await due(400, 300, 200);
      await frozen(now + 1_000);
      expect((await claim()).deliveries).toEqual([]);
      const { deliveries } = await claim({}, now + 1_000);
      expect(deliveries).toHaveLength(3);
      await store.record(deliveries.slice(1).map((delivery) => lost(delivery)));
      expect((await claim({}, now + HOUR_MS)).deliveries).toEqual([]);
    });

    it('is claimed by one of several processes', async () => {
      await due(400, 300, 200);
      await frozen();
      const claims = await Promise.all(Array.from({ length: 4 }, () => claim()));
      expect(claims.map(({ deliveries }) => deliveries.length).sort()).toEqual([0, 0, 0, 3]);
    });

    it('is claimed without a member that was cancelled', async () => {
      await due(400, 300, 200);
      const { members } = await frozen();
      const interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
      expect(await interventions.cancel({ deliveryId: members[1] ?? '', brandId: ids.brandId })).toBe(true);
      expect(idsOf((await claim()).deliveries)).toEqual([members[0], members[2]]);
    });

    it('keeps newer states of its order keys waiting, which would be overwritten', async () => {
      const key = randomUUID();
      const [older] = await ordered('supersede', key, 1);
      await due(200, 100);
      await frozen(now + 1_000);
      await ordered('supersede', key, 2);
      expect((await claim()).deliveries).toEqual([]);
      const { deliveries, isFrozen } = await claim({}, now + 1_000);
      expect(isFrozen).toBe(true);
      expect(idsOf(deliveries)).toContain(older);
      await store.record(deliveries.map(succeeded));
      expect((await claim()).deliveries).toHaveLength(1);
    });

    it('leaves nothing behind: maintenance deletes rows of batches that have ended', async () => {
      await due(400, 300, 200);
      const { batch } = await frozen();
      await database.dataSource.query(`UPDATE batches SET created_at = now() - interval '1 day' WHERE id = $1`, [
        batch,
      ]);
      await database.dataSource.query(DELETE_ENDED_BATCHES);
      expect(await batchRows()).toHaveLength(1);
      await store.record((await claim()).deliveries.map(succeeded));
      await database.dataSource.query(DELETE_ENDED_BATCHES);
      expect(await batchRows()).toEqual([]);
    });
  });

  it('after a person redelivers a message, it is no longer part of its frozen batch', async () => {
    await due(400, 300, 200);
    const { members } = await frozen();
    const { deliveries } = await claim();
    await store.record(
      deliveries.map((one) => ({ ...succeeded(one), state: 'unconfirmed', errorKind: 'unconfirmed' })),
    );
    const interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
    const redelivered = { deliveryId: members[0] ?? '', brandId: ids.brandId, state: 'unconfirmed' } as const;
    await interventions.redeliver({ ...redelivered, countedAttempts: 0, now });
    expect((await rowOf(members[0]))?.['messaging']).toEqual({ lost: true, redelivered: true });
  });
});
