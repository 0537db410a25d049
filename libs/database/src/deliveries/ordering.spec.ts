import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedDelivery, DeliveryDecision, DeliveryOrder, OrderPolicy } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { again, succeeded } from '../testing/decisions.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { seededRandom } from '../testing/seeded-random.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const HOUR_MS = 3_600_000;

describe.each(await testServers())('deliveries with an order key, on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let store: PostgresDeliveryStore;
  let ids: SampleIds;
  let clock = 0;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    store = new PostgresDeliveryStore(database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
    clock = Date.now();
  });

  /** Stores deliveries with one order key and the given event times. Returns the ids of the deliveries. */
  async function stored(policy: OrderPolicy, key: string, ...occurred: number[]): Promise<string[]> {
    const group = occurred.map((at, index) => {
      const event = sampleEvent(ids, clock - 1_000 + index);
      const order: DeliveryOrder = { key, occurredAt: clock + at, policy };
      return { ...event, deliveries: [{ ...sampleDelivery(event.id, ids, clock - 1_000), order }] };
    });
    await events.storeGroup(group);
    return group.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  }
  async function claim(limit = 10, later = 0): Promise<readonly ClaimedDelivery[]> {
    const requests = [{ destinationId: ids.destinationId, limit, leaseMs: 60_000 }];
    return (await store.claim(requests, clock + later)).deliveries;
  }
  const claimedIds = async (limit = 10, later = 0): Promise<string[]> =>
    (await claim(limit, later)).map(({ id }) => id);
  async function claimOne(): Promise<ClaimedDelivery> {
    const [delivery, ...others] = await claim();
    if (delivery === undefined || others.length > 0) throw new Error('expected exactly one claimed delivery');
    return delivery;
  }
  const end = (state: DeliveryDecision['state'], blocks: boolean, delivery: ClaimedDelivery): DeliveryDecision => ({
    ...succeeded(delivery),
    state,
    blocks,
    errorKind: 'rejected',
  });
  const stateOf = async (id: string | undefined): Promise<unknown> => {
    const rows: { state: string }[] = await database.dataSource.query('SELECT state FROM deliveries WHERE id = $1', [
      id,
    ]);
    return rows[0]?.state;
  };

  it('are claimed one per key at a time, in the order of their events', async () => {
    const [second, first, third] = await stored('skip', randomUUID(), 20, 10, 30);
    const [other] = await stored('skip', randomUUID(), 40);
    const claimed = await claim();
    expect(new Set(claimed.map(({ id }) => id))).toEqual(new Set([first, other]));
    expect(claimed.map(({ order }) => order?.policy)).toEqual(['skip', 'skip']);
    expect(await claimedIds(10, HOUR_MS)).toEqual([]);
    await store.record(claimed.filter(({ id }) => id === first).map(succeeded));
    expect((await claimOne()).id).toBe(second);
    await database.dataSource.query(
      'UPDATE deliveries_waiting SET lease_token = NULL, lease_until = NULL, active_key = NULL',
    );
    expect(await claimedIds()).not.toContain(third);
  });

  it('are counted when they are blocked, so that the caller claims again', async () => {
    await stored('skip', randomUUID(), 1, 2, 3, 4);
    const requests = [{ destinationId: ids.destinationId, limit: 3, leaseMs: 60_000 }];
    const { deliveries, blocked } = await store.claim(requests, clock);
    expect([deliveries.length, blocked.get(ids.destinationId)]).toEqual([1, 2]);
    expect(await store.destinationsWithDueWork(clock)).toContain(ids.destinationId);
    expect((await store.claim(requests, clock)).blocked.get(ids.destinationId)).toBe(1);
    expect(await store.destinationsWithDueWork(clock)).not.toContain(ids.destinationId);
  });

  it('do not overtake a delivery that is retried', async () => {
    const [first, second] = await stored('skip', randomUUID(), 10, 20);
    const delivery = await claimOne();
    await store.record([again(delivery, clock + 60_000)]);
    expect(await claimedIds(10, 50_000)).toEqual([]);
    expect(await claimedIds(10, 400_000)).toEqual([first]);
    expect(await stateOf(second)).toBe('scheduled');
  });

  it('are claimed in the order of their events, even if they were stored in another order', async () => {
    const key = randomUUID();
    const [later] = await stored('skip', key, 20);
    const [earlier] = await stored('skip', key, 10);
    expect(await claimedIds()).toEqual([earlier]);
    expect(await stateOf(later)).toBe('scheduled');
  });

  it('continue after a dead delivery under the policy skip', async () => {
    const [, second] = await stored('skip', randomUUID(), 10, 20);
    await store.record([end('dead', false, await claimOne())]);
    expect(await claimedIds()).toEqual([second]);
  });

  it.each(['dead', 'unconfirmed'] as const)(
    'stay blocked after a delivery that is %s under the policy block',
    async (state) => {
      const key = randomUUID();
      const [first, second] = await stored('block', key, 10, 20);
      const other = await stored('block', randomUUID(), 10);
      const claimed = await claim();
      const head = claimed.find(({ id }) => id === first);
      const rest = claimed.filter(({ id }) => id !== first);
      if (head === undefined) throw new Error('the first delivery was not claimed');
      expect(rest.map(({ id }) => id)).toEqual(other);
      await store.record([end(state, true, head), ...rest.map(succeeded)]);
      expect(await claimedIds(10, HOUR_MS)).toEqual([]);
      await database.dataSource.query('DELETE FROM order_blocks WHERE order_key = $1', [key]);
      expect(await claimedIds(10, 2 * HOUR_MS)).toEqual([second]);
    },
  );

  it.each(['skip', 'supersede'] as const)(
    'wait for a delivery that is pending at the vendor, under the policy %s',
    async (policy) => {
      const key = randomUUID();
      const [first] = await stored(policy, key, 20);
      const pending = { ...again(await claimOne(), clock + 60_000), externalId: 'file-1', pendingSince: clock };
      await store.record([pending]);
      await stored(policy, key, 10);
      const [newer] = await stored(policy, key, 30);
      const meanwhile = await claim(10, 30_000);
      expect(meanwhile.filter(({ outdated }) => !outdated)).toEqual([]);
      const polled = (await claim(10, 400_000)).filter(({ outdated }) => !outdated);
      expect(polled).toMatchObject([{ id: first, pendingSince: clock }]);
      await store.record([...polled, ...meanwhile].map(succeeded));
      if (policy === 'supersede') expect(await claimedIds()).toEqual([newer]);
    },
  );

  describe('under the policy supersede', () => {
    it('are claimed to be sent if they are the newest, and as outdated otherwise', async () => {
      const [middle, newest, oldest] = await stored('supersede', randomUUID(), 20, 30, 10);
      const claimed = await claim();
      expect(new Map(claimed.map(({ id, outdated }) => [id, outdated]))).toEqual(
        new Map([
          [middle, true],
          [newest, false],
          [oldest, true],
        ]),
      );
      await store.record(claimed.filter(({ outdated }) => outdated).map((one) => end('superseded', false, one)));
      expect(await stateOf(middle)).toBe('superseded');
    });

    it('are outdated if a newer state was delivered before, and are sent if they are newer', async () => {
      const key = randomUUID();
      await stored('supersede', key, 20);
      await store.record([succeeded(await claimOne())]);
      const [late] = await stored('supersede', key, 10);
      expect(await claim()).toMatchObject([{ id: late, outdated: true }]);
      const [newer] = await stored('supersede', key, 30);
      expect(await claim()).toMatchObject([{ id: newer, outdated: false }]);
    });

    it('are not outdated by a newer state that was never delivered', async () => {
      const key = randomUUID();
      await stored('supersede', key, 20);
      await store.record([end('dead', false, await claimOne())]);
      const [late] = await stored('supersede', key, 10);
      expect(await claim()).toMatchObject([{ id: late, outdated: false }]);
    });

    it('wait for the delivery in flight, and the newest is woken when that ends or fails', async () => {
      const key = randomUUID();
      const [first] = await stored('supersede', key, 10);
      const inFlight = await claimOne();
      const [second, third] = await stored('supersede', key, 20, 30);
      const claimed = await claim();
      expect(claimed).toMatchObject([{ id: second, outdated: true }]);
      await store.record([again(inFlight, clock + 60_000), ...claimed.map((one) => end('superseded', false, one))]);
      expect(await claim()).toMatchObject([{ id: third, outdated: false }]);
      expect(await claim(10, 61_000)).toMatchObject([{ id: first, outdated: true }]);
    });
  });

  it('are blocked if another delivery of their key is claimed at the same moment', async () => {
    const [first, second] = await stored('skip', randomUUID(), 10, 20);
    const other = database.dataSource.createQueryRunner();
    try {
      await other.startTransaction();
      await other.query(
        `UPDATE deliveries_waiting SET lease_token = gen_random_uuid(), lease_until = now() + interval '1 h',
          active_key = order_key WHERE id = $1`,
        [second],
      );
      const claimed = claimedIds();
      const waitingClaims = (): Promise<unknown[]> =>
        database.dataSource.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%verdicts%'`,
        );
      await until(async () => (await waitingClaims()).length > 0, {
        what: 'the claim to wait for the other transaction',
      });
      await other.commitTransaction();
      expect(await claimed).toEqual([]);
      expect(await stateOf(first)).toBe('scheduled');
    } finally {
      await other.release();
    }
  });

  it('are never in flight two per key, and keep their order with concurrent workers', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stderr.write(`seed ${seed}\n`);
    const random = seededRandom(seed);
    const keys = Array.from({ length: 12 }, () => randomUUID());
    const keyOf = new Map<string, string>();
    const position = new Map<string, number>();
    for (const key of keys) {
      const occurred = Array.from({ length: 25 }, (_, index) => index * 10).sort(() => random() - 0.5);
      (await stored('skip', key, ...occurred)).forEach((id, index) => {
        keyOf.set(id, key);
        position.set(id, occurred[index] ?? 0);
      });
    }
    const inFlight = new Set<string>();
    const last = new Map<string, number>();
    let ended = 0;
    let later = HOUR_MS;
    async function worker(): Promise<void> {
      while (ended < keyOf.size) {
        later += 60_000;
        const claimed = await claim(1 + Math.floor(random() * 9), later);
        for (const { id } of claimed) {
          const key = keyOf.get(id) ?? '';
          expect(inFlight.has(key)).toBe(false);
          inFlight.add(key);
          expect(position.get(id)).toBeGreaterThanOrEqual(last.get(key) ?? -1);
          last.set(key, position.get(id) ?? 0);
        }
        const released = claimed.filter(() => random() < 0.1);
        for (const { id } of claimed) inFlight.delete(keyOf.get(id) ?? '');
        await store.release(released);
        const done = claimed.filter((one) => !released.includes(one));
        const decisions = done.map((one) => (random() < 0.2 ? end('dead', false, one) : succeeded(one)));
        const written = await store.record(decisions);
        ended += written.size;
      }
    }
    await Promise.all(Array.from({ length: 5 }, worker));
    expect(ended).toBe(keyOf.size);
  }, 60_000);
});
