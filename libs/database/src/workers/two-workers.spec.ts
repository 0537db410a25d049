import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptOutcome, DeliverRequest, DestinationMessagingSpec, OrderPolicy } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { RESET_BREAKERS } from '../sql/destination-states.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { sampleWorker, type SampleWorker, type SampleWorkerOptions } from '../testing/sample-worker.js';
import { seededRandom } from '../testing/seeded-random.js';

const DAY_MS = 86_400_000;

describe('two workers on one database', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let ids: SampleIds;
  const workers: SampleWorker[] = [];
  const slices = new Set<Promise<void>>();

  beforeAll(async () => {
    database = await openTestDatabase();
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
  });
  afterEach(async () => {
    const ended = workers.splice(0);
    // Stop the dispatchers before the pools close, because a slice (one bounded round of claims) may still be claiming.
    await Promise.all(ended.map((worker) => worker.dispatcher.stop(100)));
    while (slices.size > 0) await Promise.all(slices);
    await Promise.all(ended.map((worker) => worker.close()));
  });

  /** Starts two workers. Each wake-up reaches one of the two workers at random. */
  async function start(options: Omit<SampleWorkerOptions, 'url' | 'ids'>): Promise<SampleWorker[]> {
    const wake = (destinationId: string): void => {
      setImmediate(() => {
        const worker = workers[Math.floor(Math.random() * workers.length)];
        const slice = (worker?.dispatcher.runSlice(destinationId) ?? Promise.resolve()).finally(() =>
          slices.delete(slice),
        );
        slices.add(slice);
      });
    };
    const shared = { url: database.url, ids, ...options };
    workers.push(await sampleWorker(randomUUID(), shared, wake), await sampleWorker(randomUUID(), shared, wake));
    for (const worker of workers) await worker.heartbeat();
    // Move the start of both workers back, so that they joined long enough ago to be active.
    await database.dataSource.query(`UPDATE workers SET joined_at = joined_at - interval '1 min'`);
    for (const worker of workers) await worker.heartbeat();
    return workers;
  }
  async function stored(count: number, order?: { keys: readonly string[]; policy: OrderPolicy }): Promise<string[]> {
    const at = Date.now() - 60_000;
    const made = Array.from({ length: count }, (_, index) => {
      const event = sampleEvent(ids, at + index);
      const delivery = sampleDelivery(event.id, ids, at + index);
      if (order === undefined) return { ...event, deliveries: [delivery] };
      const key = order.keys[index % order.keys.length] ?? '';
      return { ...event, deliveries: [{ ...delivery, order: { key, occurredAt: at + index, policy: order.policy } }] };
    });
    await new PostgresEventStore(database.pgPool).storeGroup(made);
    return made.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  }
  const waiting = async (): Promise<number> =>
    (
      await database.dataSource.query<unknown[]>('SELECT FROM deliveries_waiting WHERE destination_id = $1', [
        ids.destinationId,
      ])
    ).length;
  const leased = async (): Promise<number> =>
    (
      await database.dataSource.query<unknown[]>(
        'SELECT FROM deliveries_waiting WHERE destination_id = $1 AND lease_token IS NOT NULL',
        [ids.destinationId],
      )
    ).length;
  /** Schedules the destination on both workers, as the sweeps do each second. */
  function wakeAll(): void {
    for (const worker of workers) worker.dispatcher.wake(ids.destinationId);
  }
  /** Runs heartbeats and schedules the destination on both workers, as the hub does each second. */
  async function heartbeatAndWake(): Promise<void> {
    for (const worker of workers) await worker.heartbeat();
    wakeAll();
  }
  /**
   * Runs slices (bounded rounds of claims) on both workers until no delivery waits.
   * @param step action per round. A step without heartbeats ensures that no worker counts as gone if the machine is
   * busy
   */
  const drain = async (step: () => Promise<void> | void = heartbeatAndWake): Promise<void> => {
    await until(
      async () => {
        await step();
        return (await waiting()) === 0;
      },
      { what: 'all deliveries to end', timeoutMs: 30_000 },
    );
    expect(workers.flatMap(({ faults }) => faults)).toEqual([]);
  };

  it('send each delivery once, and never both at the same time', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stderr.write(`seed ${seed}\n`);
    const random = seededRandom(seed);
    const running = new Set<string>();
    const times = new Map<string, number>();
    const senders = new Set<string>();
    await start({
      deliver: async ({ delivery }, worker) => {
        expect(running.has(delivery.id)).toBe(false);
        running.add(delivery.id);
        times.set(delivery.id, (times.get(delivery.id) ?? 0) + 1);
        senders.add(worker);
        await new Promise((resolve) => setTimeout(resolve, random() * 10));
        running.delete(delivery.id);
        return { kind: 'accepted' };
      },
    });
    const made = await stored(400);
    await drain();
    expect(new Set(times.keys())).toEqual(new Set(made));
    expect(new Set(times.values())).toEqual(new Set([1]));
    expect(senders.size).toBe(2);
  }, 60_000);

  it('share a destination’s concurrency limit, and send one delivery per key at a time', async () => {
    const running = new Set<string>();
    let most = 0;
    const keyOf = new Map<string, string>();
    const sent = new Map<string, string[]>();
    await start({
      limits: { concurrency: 3 },
      deliver: async ({ delivery }) => {
        const key = keyOf.get(delivery.id) ?? '';
        expect([...running].map((id) => keyOf.get(id))).not.toContain(key);
        running.add(delivery.id);
        most = Math.max(most, running.size);
        sent.set(key, [...(sent.get(key) ?? []), delivery.id]);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running.delete(delivery.id);
        return { kind: 'accepted' };
      },
    });
    const keys = Array.from({ length: 12 }, () => randomUUID());
    const made = await stored(120, { keys, policy: 'skip' });
    made.forEach((id, index) => keyOf.set(id, keys[index % keys.length] ?? ''));
    await drain(wakeAll);
    expect(most).toBe(3);
    for (const key of keys) expect(sent.get(key)).toEqual(made.filter((id) => keyOf.get(id) === key));
  }, 60_000);

  it('share a destination’s rate limit', async () => {
    const rate = { ratePerSecond: 50, burst: 3 };
    // The slot of a call was taken between the two times, however long the process was suspended there.
    const calls: { readonly from: number; readonly to: number }[] = [];
    await start({
      limits: { ...rate, concurrency: 10 },
      deliver: async (request) => {
        let from: number;
        for (;;) {
          from = performance.now();
          const verdict = request.beforeWrite?.({ delivers: true }) ?? null;
          if (verdict === null) break;
          if (verdict.kind !== 'delay') return verdict;
          await new Promise((resolve) => setTimeout(resolve, verdict.milliseconds));
        }
        calls.push({ from, to: performance.now() });
        return { kind: 'accepted' };
      },
    });
    await stored(100);
    await drain();
    expect(calls).toHaveLength(100);
    calls.sort((a, b) => a.from - b.from);
    calls.forEach(({ from }, index) => {
      for (const [ahead, { to }] of calls.slice(index).entries()) {
        expect(ahead + 1).toBeLessThanOrEqual(((to - from) * rate.ratePerSecond) / 1_000 + rate.burst);
      }
    });
  }, 60_000);

  describe('share the messaging rules of a destination', () => {
    /** Time that the clocks of the workers are ahead. At noon, no period of a day ends during a test. */
    let ahead = 0;
    const clock = { now: () => Date.now() + ahead };
    beforeEach(() => {
      ahead = (1.5 * DAY_MS - (Date.now() % DAY_MS)) % DAY_MS;
    });

    /** Starts two workers that record the deliveries which were sent. Every fifth first attempt fails and is retried. */
    async function startWith(messaging: DestinationMessagingSpec): Promise<Set<string>> {
      const sent = new Set<string>();
      let calls = 0;
      await start({
        messaging,
        clock,
        deliver: ({ delivery: { id, attempt } }) => {
          sent.add(id);
          calls += 1;
          const fails = attempt === 1 && calls % 5 === 0;
          return Promise.resolve(fails ? { kind: 'transient', message: 'busy' } : { kind: 'accepted' });
        },
      });
      return sent;
    }
    const states = async (): Promise<Record<string, number>> => {
      const rows = await database.dataSource.query<{ state: string; count: number }[]>(
        `SELECT state, count(*)::int AS count FROM deliveries WHERE destination_id = $1 GROUP BY state`,
        [ids.destinationId],
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    };

    /** Returns the number of statements that wait for a lock of another transaction. */
    const waitingForLock = async (): Promise<number> =>
      (
        await database.dataSource.query<unknown[]>(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
      ).length;
    /** Returns the number of deliveries that are due or in flight. */
    const unsettled = async (): Promise<number> =>
      (
        await database.dataSource.query<unknown[]>(
          `SELECT FROM deliveries_waiting
          WHERE destination_id = $1 AND (lease_token IS NOT NULL OR due_at <= to_timestamp($2::float8 / 1000))`,
          [ids.destinationId, clock.now()],
        )
      ).length;

    it('quota: exactly as many messages leave as it allows, and the others are suppressed', async () => {
      const sent = await startWith({ quota: { max: 3, perMs: DAY_MS, excess: 'suppress' } });
      await stored(60);
      const day = Math.floor(clock.now() / DAY_MS) * DAY_MS;
      // Lock the counter until statements of the workers wait for it. They then all begin with a count of 0.
      await database.dataSource.transaction(async (manager) => {
        await manager.query(
          `INSERT INTO quota_periods (destination_id, period_start, expires_at, used)
          VALUES ($1, to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000) + interval '2 days', 0)`,
          [ids.destinationId, day],
        );
        wakeAll();
        await until(async () => (await waitingForLock()) > 3, { what: 'the workers to wait', timeoutMs: 30_000 });
      });
      await drain();
      expect(await states()).toEqual({ succeeded: 3, suppressed: 57 });
      expect(sent.size).toBe(3);
    }, 60_000);

    it('quota: exactly as many messages leave in each period, until all have left', async () => {
      const sent = await startWith({ quota: { max: 25, perMs: DAY_MS, excess: 'wait' } });
      const made = await stored(60);
      for (const [day, left] of [35, 10, 0].entries()) {
        await until(
          async () => {
            await heartbeatAndWake();
            return (await unsettled()) === 0;
          },
          { what: 'all messages of the day to end or to wait', timeoutMs: 30_000 },
        );
        expect(await waiting()).toBe(left);
        expect(sent.size).toBe(Math.min(60, 25 * (day + 1)));
        ahead += DAY_MS;
      }
      expect(sent).toEqual(new Set(made));
    }, 60_000);

    it('contact interval: a customer gets one message', async () => {
      const sent = await startWith({ contactIntervalMs: 30 * DAY_MS });
      await stored(40);
      await drain();
      expect(await states()).toEqual({ succeeded: 1, suppressed: 39 });
      expect(sent.size).toBe(1);
    }, 60_000);
  });

  it('both stop sending to a failing destination, and send in order after it recovers', async () => {
    let works = false;
    let calls = 0;
    const order: string[] = [];
    const [here, there] = await start({
      limits: { concurrency: 1 },
      deliver: ({ delivery }) => {
        calls += 1;
        if (!works) return Promise.resolve({ kind: 'throttled', message: 'slow down', retryAfterMs: 3_600_000 });
        order.push(delivery.id);
        return Promise.resolve({ kind: 'accepted' });
      },
    });
    const made = await stored(20);
    await until(
      async () => {
        await heartbeatAndWake();
        return calls > 0;
      },
      { what: 'the first call' },
    );
    await until(
      async () => (await here?.store.destinationsWithDueWork(Date.now()))?.includes(ids.destinationId) === false,
      {
        what: 'the circuit breaker to open',
      },
    );
    await until(async () => (await leased()) === 0, { what: 'the first outcomes to be recorded' });
    for (const worker of workers) await worker.breakersStored();
    const before = calls;
    const requests = [{ destinationId: ids.destinationId, limit: 5, leaseMs: 60_000 }];
    for (const worker of [here, there])
      expect((await worker?.store.claim(requests, Date.now()))?.deliveries).toEqual([]);
    expect(calls).toBe(before);

    works = true;
    await database.dataSource.query(RESET_BREAKERS, [[ids.destinationId]]);
    await database.dataSource.query('UPDATE deliveries_waiting SET due_at = created_at WHERE destination_id = $1', [
      ids.destinationId,
    ]);
    for (const worker of workers) await worker.heartbeat();
    await drain(wakeAll);
    expect(order).toEqual(made);
  }, 60_000);

  it.each([
    ['retried if the plugin is idempotent', true, 'succeeded'],
    ['unconfirmed if the plugin is not idempotent', false, 'unconfirmed'],
  ])(
    'reclaim a delivery of a stalled worker, which is %s',
    async (_what, idempotent, state) => {
      const stalled: { request: DeliverRequest; resolve: (outcome: AttemptOutcome) => void }[] = [];
      const [here, there] = await start({
        idempotent,
        deliver: (request, worker) =>
          worker === here?.name
            ? new Promise((resolve) => stalled.push({ request, resolve }))
            : Promise.resolve({ kind: 'accepted', externalId: 'second' }),
      });
      if (here === undefined || there === undefined) throw new Error('no workers were started');
      const [id] = await stored(1);
      await here.dispatcher.runSlice(ids.destinationId);
      await until(() => stalled.length === 1, { what: 'the first worker to start the call' });
      await there.dispatcher.runSlice(ids.destinationId);
      expect(await waiting()).toBe(1);

      await database.dataSource.query(
        `UPDATE deliveries_waiting SET lease_until = now() - interval '1 s' WHERE id = $1`,
        [id],
      );
      await database.dataSource.query('UPDATE claims SET check_at = now() WHERE $1 = ANY (delivery_ids)', [id]);
      await there.dispatcher.reclaimExpired();
      await until(
        async () => {
          await there.dispatcher.runSlice(ids.destinationId);
          return (await waiting()) === 0;
        },
        { what: 'the second worker to decide the delivery' },
      );
      // The first worker resumes only now, which is too late.
      stalled[0]?.resolve({ kind: 'rejected', message: 'no such address' });
      await here.dispatcher.stop(1_000);
      const rows = await database.dataSource.query<{ state: string; attempts: number }[]>(
        'SELECT state, attempts FROM deliveries WHERE id = $1',
        [id],
      );
      expect(rows).toEqual([{ state, attempts: 1 }]);
    },
    60_000,
  );

  it('lose no delivery when one of them stops during its work', async () => {
    const times = new Map<string, number>();
    const [here] = await start({
      deliver: async ({ delivery }) => {
        times.set(delivery.id, (times.get(delivery.id) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 3));
        return { kind: 'accepted' };
      },
    });
    const made = await stored(200);
    for (const worker of workers) worker.dispatcher.wake(ids.destinationId);
    await until(() => times.size > 20, { what: 'some deliveries to be sent' });
    await here?.dispatcher.stop(5_000);
    await drain();
    expect(new Set(times.keys())).toEqual(new Set(made));
    expect(new Set(times.values())).toEqual(new Set([1]));
  }, 60_000);
});
