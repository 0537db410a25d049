import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ClaimedDelivery, NewEvent } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { attemptsOf } from '../sql/attempts.js';
import { again, succeeded } from '../testing/decisions.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { seededRandom } from '../testing/seeded-random.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const LEASE_MS = 60_000;

describe.each(await testServers())('PostgresDeliveryStore on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let store: PostgresDeliveryStore;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    store = new PostgresDeliveryStore(database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
  });

  async function due(count: number, at = Date.now(), overrides: Partial<NewEvent> = {}): Promise<NewEvent[]> {
    const group = Array.from({ length: count }, (_, i) => sampleEvent(ids, at - i, overrides));
    await events.storeGroup(group);
    return group;
  }
  const claim = async (limit: number, lease = LEASE_MS): Promise<readonly ClaimedDelivery[]> => {
    const requests = [{ destinationId: ids.destinationId, limit, leaseMs: lease }];
    return (await store.claim(requests, Date.now() + 1_000)).deliveries;
  };
  const rowOf = async (id: string): Promise<Record<string, unknown> | undefined> => {
    const rows: Record<string, unknown>[] = await database.dataSource.query('SELECT * FROM deliveries WHERE id = $1', [
      id,
    ]);
    return rows[0];
  };
  const claimsOf = (token: string): Promise<{ delivery_ids: string[]; check_at: Date }[]> =>
    database.dataSource.query('SELECT delivery_ids, check_at FROM claims WHERE token = $1', [token]);
  const attemptsOfDelivery = (id: string): Promise<Record<string, unknown>[]> =>
    database.dataSource.query(`${attemptsOf((delivery) => `${delivery} = $1`)} ORDER BY number`, [id]);
  const attemptRows = (id: string): Promise<unknown[]> =>
    database.dataSource.query('SELECT FROM attempts WHERE delivery_id = $1', [id]);
  const claimOne = async (): Promise<ClaimedDelivery> => {
    await due(1);
    const [delivery] = await claim(1);
    if (delivery === undefined) throw new Error('nothing was claimed');
    return delivery;
  };

  describe('claim', () => {
    it('returns the trace context of an event only if tracing is on', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await due(1, Date.now(), { traceparent });
      await due(1, Date.now() - 1_000);
      const [untraced] = await claim(1);
      expect(untraced?.event.traceparent).toBeUndefined();
      const request = { destinationId: ids.destinationId, limit: 1, leaseMs: LEASE_MS };
      const tracing = new PostgresDeliveryStore(database.pgPool, undefined, { withTraces: true });
      const [traced] = (await tracing.claim([request], Date.now() + 1_000)).deliveries;
      expect(traced?.event.traceparent).toBe(traceparent);
      await store.release(traced === undefined ? [] : [traced]);
      expect((await claim(1))[0]?.event.traceparent).toBeUndefined();
    });

    it('returns the oldest due deliveries up to the limit, with the event and the version of the destination', async () => {
      const [newest, middle, oldest] = await due(3);
      const first = await claim(2);
      expect(first.map(({ event }) => event.id)).toEqual([oldest?.id, middle?.id]);
      expect(first[0]).toMatchObject({
        retentionDays: 30,
        brandId: ids.brandId,
        destinationId: ids.destinationId,
        destinationVersion: 3,
        pauseSeq: 0,
        subscriptionId: ids.subscriptionId,
        subscriptionVersionId: ids.subscriptionVersionId,
        countedAttempts: 0,
        attempts: 0,
        event: {
          type: 'pointsIssued',
          sourceId: ids.sourceId,
          customerId: 'customer-1',
          data: oldest?.data,
          occurredAt: oldest?.occurredAt,
          receivedAt: oldest?.receivedAt,
          sealed: null,
        },
      });
      expect((await claim(2)).map(({ event }) => event.id)).toEqual([newest?.id]);
      expect(await claim(2)).toEqual([]);
    });

    it('claims only due deliveries, of several destinations in one statement', async () => {
      const here = ids;
      await due(2);
      await due(1, Date.now() + 3_600_000);
      ids = await insertDestination(database.dataSource);
      await due(3);
      const requests = [here, ids].map(({ destinationId }) => ({ destinationId, limit: 10, leaseMs: LEASE_MS }));
      const { deliveries: claimed } = await store.claim(requests, Date.now() + 1_000);
      expect(claimed.filter(({ destinationId }) => destinationId === here.destinationId)).toHaveLength(2);
      expect(claimed.filter(({ destinationId }) => destinationId === ids.destinationId)).toHaveLength(3);
    });

    it.each([
      ['paused', 'destination_states', 'destination_id'],
      ['disabled', 'destinations', 'id'],
    ])('claims nothing from a %s destination', async (column, table, key) => {
      await due(1);
      const set = `UPDATE ${table} SET ${column} = $2 WHERE ${key} = $1`;
      await database.dataSource.query(set, [ids.destinationId, true]);
      expect(await claim(1)).toEqual([]);
      expect(await store.destinationsWithDueWork(Date.now())).not.toContain(ids.destinationId);
      await database.dataSource.query(set, [ids.destinationId, false]);
      expect(await store.destinationsWithDueWork(Date.now())).toContain(ids.destinationId);
      expect(await claim(1)).toHaveLength(1);
    });

    it('returns the number of the last pause or resumption of the destination', async () => {
      await due(1);
      await database.dataSource.query('UPDATE destination_states SET pause_seq = 7 WHERE destination_id = $1', [
        ids.destinationId,
      ]);
      expect(await claim(1)).toMatchObject([{ destinationVersion: 3, pauseSeq: 7 }]);
    });

    it('finds events of any age and retention class', async () => {
      await due(1, Date.now(), { retentionDays: 7 });
      await due(1, Date.now() - 20 * 86_400_000, { retentionDays: 400 });
      await due(1, Date.now() - 3 * 86_400_000);
      expect(await claim(10)).toHaveLength(3);
    });

    it('ends a delivery whose event was erased', async () => {
      const [event] = await due(1);
      await database.dataSource.query('DELETE FROM events WHERE id = $1', [event?.id]);
      expect(await claim(1)).toEqual([]);
      expect(await rowOf(event?.deliveries[0]?.id ?? '')).toMatchObject({ state: 'cancelled', reason: 'event erased' });
    });

    it('never returns one delivery to two workers', async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      process.stderr.write(`seed ${seed}\n`);
      const random = seededRandom(seed);
      const total = 2_000;
      for (let i = 0; i < 4; i += 1) await due(total / 4, Date.now() - i * 1_000);
      const seen = new Map<string, number>();
      const decided = new Map<string, number>();
      async function worker(): Promise<void> {
        // The loop ends only if no delivery is lost.
        while (decided.size < total) {
          const claimed = await claim(1 + Math.floor(random() * 60));
          for (const { id } of claimed) seen.set(id, (seen.get(id) ?? 0) + 1);
          const released = claimed.filter(() => random() < 0.1);
          await store.release(released);
          for (const { id } of released) seen.set(id, (seen.get(id) ?? 1) - 1);
          const done = claimed.filter((delivery) => !released.includes(delivery));
          for (const id of await store.record(done.map(succeeded))) decided.set(id, (decided.get(id) ?? 0) + 1);
        }
      }
      await Promise.all(Array.from({ length: 6 }, worker));
      expect(new Set(seen.values())).toEqual(new Set([1]));
      expect(decided.size).toBe(total);
      expect(new Set(decided.values())).toEqual(new Set([1]));
    }, 60_000);
  });

  describe('record', () => {
    it('moves an ended delivery to the partition of its day, with its attempt', async () => {
      const delivery = await claimOne();
      expect(await store.record([succeeded(delivery)])).toEqual(new Set([delivery.id]));
      expect(await rowOf(delivery.id)).toMatchObject({
        state: 'succeeded',
        waiting: false,
        counted_attempts: 1,
        attempts: 1,
        external_id: 'vendor-1',
        lease_token: null,
        due_at: null,
        ended_at: expect.any(Date),
      });
      expect(await database.dataSource.query('SELECT FROM deliveries_waiting WHERE id = $1', [delivery.id])).toEqual(
        [],
      );
      expect(await attemptsOfDelivery(delivery.id)).toMatchObject([
        { number: 1, outcome: 'accepted', duration_ms: 13, response: { status: 200, body: 'ok' } },
      ]);
    });

    it('stores a first attempt that succeeded in its delivery, and all other attempts as rows', async () => {
      const [first, retried] = [await claimOne(), await claimOne()];
      const decision = succeeded(first);
      const response = { status: 200, body: 'a\u0000b' };
      const attempt = decision.attempt === null ? null : { ...decision.attempt, response };
      await store.record([{ ...decision, attempt }, again(retried, Date.now())]);
      expect(await attemptRows(first.id)).toHaveLength(0);
      expect(await attemptsOfDelivery(first.id)).toEqual([
        {
          ...{ delivery_id: first.id, number: 1, started_at: new Date(attempt?.startedAt ?? 0), duration_ms: 13 },
          ...{ outcome: 'accepted', message: null, vendor_code: null, response, direct: false },
          request: 'POST https://vendor.example/messages',
          batch: null,
        },
      ]);
      const [next] = await claim(1);
      if (next !== undefined) await store.record([succeeded(next)]);
      expect(await attemptRows(retried.id)).toHaveLength(2);
      expect((await attemptsOfDelivery(retried.id)).map(({ number }) => number)).toEqual([1, 2]);
    });

    it('keeps a retried delivery waiting, and free for the next claim when it is due', async () => {
      const delivery = await claimOne();
      const dueAt = Date.now() + 60_000;
      await store.markSending([delivery]);
      await store.record([again(delivery, dueAt)]);
      expect(await rowOf(delivery.id)).toMatchObject({
        state: 'scheduled',
        waiting: true,
        error_kind: 'transient',
        lease_token: null,
        lease_until: null,
        sending: false,
        due_at: new Date(dueAt),
      });
      expect(await claim(1)).toEqual([]);
      const requests = [{ destinationId: ids.destinationId, limit: 1, leaseMs: LEASE_MS }];
      const [next] = (await store.claim(requests, dueAt)).deliveries;
      expect(next).toMatchObject({ id: delivery.id, countedAttempts: 1, attempts: 1 });
      if (next !== undefined) await store.record([succeeded(next)]);
      expect((await attemptsOfDelivery(delivery.id)).map(({ outcome }) => outcome)).toEqual(['transient', 'accepted']);
    });

    it('stores since when a delivery is pending at the vendor, and the vendor’s id, until it is decided', async () => {
      const delivery = await claimOne();
      const pendingSince = Date.now();
      expect(delivery).toMatchObject({ pendingSince: null, externalId: null });
      await store.record([{ ...again(delivery, Date.now()), externalId: 'file-1', pendingSince }]);
      const [polled] = await claim(1);
      expect(polled).toMatchObject({ id: delivery.id, pendingSince, externalId: 'file-1' });
      if (polled === undefined) throw new Error('nothing was claimed');
      await store.record([{ ...again(polled, Date.now()), externalId: null, pendingSince: null }]);
      expect(await claim(1)).toMatchObject([{ pendingSince: null, externalId: 'file-1' }]);
    });

    it('writes nothing under a wrong token, and still writes the other decisions', async () => {
      const lost = await claimOne();
      const other = await claimOne();
      const wrongToken = { ...lost, token: other.token };
      expect(await store.record([succeeded(wrongToken), succeeded(other)])).toEqual(new Set([other.id]));
      expect(await rowOf(lost.id)).toMatchObject({ state: 'scheduled', attempts: 0, lease_token: lost.token });
      expect(await attemptsOfDelivery(lost.id)).toEqual([]);
      expect(await store.record([again(wrongToken, Date.now())])).toEqual(new Set());
      expect(await store.record([succeeded(lost)])).toEqual(new Set([lost.id]));
      expect(await store.record([succeeded(lost)])).toEqual(new Set());
    });

    it('stores an outcome even if a text of the vendor contains a NUL', async () => {
      const delivery = await claimOne();
      const decision = again(delivery, Date.now());
      const attempt = decision.attempt && {
        ...decision.attempt,
        message: 'odd \u0000 text',
        response: { status: 503, body: 'a\u0000b' },
      };
      expect(await store.record([{ ...decision, attempt }])).toEqual(new Set([delivery.id]));
      expect(await attemptsOfDelivery(delivery.id)).toMatchObject([
        { message: 'odd \uFFFD text', response: { status: 503, body: 'a\u0000b' } },
      ]);
    });

    it('keeps an attempt that is recorded already, and writes everything else', async () => {
      const [delivery, other] = [await claimOne(), await claimOne()];
      await database.dataSource.query(
        `INSERT INTO attempts (delivery_id, retention_days, number, started_at, duration_ms, outcome)
        VALUES ($1, $2, 1, now(), 7, 'transient')`,
        [delivery.id, delivery.retentionDays],
      );
      expect(await store.record([succeeded(delivery), succeeded(other)])).toEqual(new Set([delivery.id, other.id]));
      expect(await rowOf(delivery.id)).toMatchObject({ state: 'succeeded' });
      expect(await attemptsOfDelivery(delivery.id)).toMatchObject([
        { number: 1, outcome: 'transient', duration_ms: 7 },
      ]);
      expect(await attemptsOfDelivery(other.id)).toMatchObject([{ number: 1, outcome: 'accepted' }]);
    });

    it('creates a missing partition', async () => {
      const at = Date.UTC(2021, 2, 3);
      await due(1, at);
      const [delivery] = await claim(1);
      for (const table of ['attempts', 'deliveries_ended']) {
        await database.dataSource.query(`DROP TABLE IF EXISTS ${table}_d30_20210303`);
      }
      expect((await store.record(delivery === undefined ? [] : [succeeded(delivery)])).size).toBe(1);
    });
  });

  describe('leases', () => {
    it('releases a lease and changes nothing else', async () => {
      const delivery = await claimOne();
      await store.markSending([delivery]);
      await store.release([{ ...delivery, token: ids.brandId }]);
      expect(await rowOf(delivery.id)).toMatchObject({ lease_token: delivery.token, sending: true });
      await store.release([delivery]);
      expect(await rowOf(delivery.id)).toMatchObject({
        lease_token: null,
        sending: false,
        counted_attempts: 0,
        attempts: 0,
      });
      expect(await claim(1)).toMatchObject([{ id: delivery.id }]);
    });

    it('marks only under the live lease, even if the process also holds an expired lease', async () => {
      await due(1);
      const [expired] = await claim(1, -1);
      await store.reclaimExpired(1_000, LEASE_MS);
      const [live] = await claim(1);
      if (expired === undefined || live === undefined) throw new Error('not claimed');
      expect(live.id).toBe(expired.id);
      expect(await store.markSending([expired, live])).toEqual(new Set([live]));
      expect(await store.markSending([expired])).toEqual(new Set());
    });

    it('reclaims expired leases: unmarked deliveries are due again, marked ones are returned under a new token', async () => {
      await due(3);
      const claimed = await claim(3, -1);
      const [marked, unmarked, alive] = claimed;
      if (marked === undefined || unmarked === undefined || alive === undefined) throw new Error('not claimed');
      await store.markSending([marked]);
      await database.dataSource.query(
        `UPDATE deliveries_waiting SET lease_until = now() + interval '1 h' WHERE id = $1`,
        [alive.id],
      );
      const all = await store.reclaimExpired(1_000, LEASE_MS);
      const reclaimed = all.filter(({ destinationId }) => destinationId === ids.destinationId);
      expect(reclaimed).toMatchObject([{ id: marked.id, event: { id: marked.event.id } }]);
      expect(reclaimed[0]?.token).not.toBe(marked.token);
      expect(await rowOf(marked.id)).toMatchObject({ sending: true });
      expect(await rowOf(alive.id)).toMatchObject({ lease_token: alive.token });
      expect(await store.record([succeeded(marked), succeeded(unmarked)])).toEqual(new Set());
      expect(await claim(3)).toMatchObject([{ id: unmarked.id }]);
      expect(await store.record(reclaimed.map(succeeded))).toEqual(new Set([marked.id]));
    });

    it.each(['its answer', 'its events'])('releases the deliveries of a claim if %s did not arrive', async (lost) => {
      await due(3);
      const query = database.pgPool.query.bind(database.pgPool);
      const broken = jest.spyOn(database.pgPool, 'query').mockImplementation(async (statement) => {
        const isClaim = statement.name === 'claim';
        if (!isClaim && lost === 'its events') throw new Error('the connection broke');
        const rows = await query(statement);
        if (lost === 'its answer') throw new Error('the connection broke');
        return rows;
      });
      await expect(claim(3)).rejects.toThrow('the connection broke');
      broken.mockRestore();
      expect(await claim(3)).toEqual([]);
      await store.reclaimExpired(1_000, LEASE_MS);
      expect(await claim(3)).toHaveLength(3);
      // The release of the lost claim is repeated, and does not affect later claims.
      await store.reclaimExpired(1_000, LEASE_MS);
      expect(await claim(3)).toEqual([]);
    });

    it('releases lost claims on request, for a process that stops', async () => {
      await due(3);
      const query = database.pgPool.query.bind(database.pgPool);
      const broken = jest.spyOn(database.pgPool, 'query').mockImplementation(async (statement) => {
        await query(statement);
        throw new Error('the connection broke');
      });
      await expect(claim(3)).rejects.toThrow('the connection broke');
      broken.mockRestore();
      await store.releaseLostClaims();
      expect(await claim(3)).toHaveLength(3);
    });

    it('checks the live leases of a claim again when they expire, and then deletes the claim', async () => {
      await due(3);
      const claimed = await claim(3, -1);
      const [alive] = claimed;
      if (alive === undefined) throw new Error('not claimed');
      const leaseOf = (until: string): Promise<unknown> =>
        database.dataSource.query(`UPDATE deliveries_waiting SET lease_until = ${until} WHERE id = $1`, [alive.id]);
      await leaseOf(`now() + interval '1 h'`);
      await store.reclaimExpired(1_000, LEASE_MS);
      const [remaining] = await claimsOf(alive.token);
      expect(remaining?.delivery_ids).toEqual([alive.id]);
      expect(remaining?.check_at.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
      expect(await rowOf(alive.id)).toMatchObject({ lease_token: alive.token });

      await leaseOf(`now() - interval '1 s'`);
      await database.dataSource.query('UPDATE claims SET check_at = now() WHERE token = $1', [alive.token]);
      await store.reclaimExpired(1_000, LEASE_MS);
      expect(await claimsOf(alive.token)).toEqual([]);
      expect(await rowOf(alive.id)).toMatchObject({ lease_token: null });
      expect(await claim(3)).toHaveLength(3);
    });

    it('deletes a claim once all of its deliveries are decided or released, and not before', async () => {
      await due(3);
      const [first, second, third] = await claim(3);
      if (first === undefined || second === undefined || third === undefined) throw new Error('not claimed');
      await store.record([succeeded(first)]);
      await store.release([second]);
      await store.release([second]);
      expect(await claim(3)).toMatchObject([{ id: second.id }]);
      expect(await claimsOf(first.token)).toMatchObject([
        { delivery_ids: expect.arrayContaining([first.id, second.id, third.id]) },
      ]);
      await store.record([succeeded(third)]);
      await claim(3);
      expect(await claimsOf(first.token)).toEqual([]);
    });

    it('returns the destinations with due deliveries', async () => {
      const later = Date.now() + 3_600_000;
      await due(1, later);
      expect(await store.destinationsWithDueWork(Date.now())).not.toContain(ids.destinationId);
      expect(await store.destinationsWithDueWork(later)).toContain(ids.destinationId);
    });
  });
});
