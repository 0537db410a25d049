import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CircuitBreaker, DestinationState } from '@patchbay/core';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresReadStore } from '../read/postgres-read.store.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleEvent } from '../testing/event-fixtures.js';
import { PostgresWorkerRegistry } from './postgres-worker-registry.js';

describe('PostgresWorkerRegistry', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let registry: PostgresWorkerRegistry;
  const now = Date.now();

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
    });
    database = await openDatabase({ url: testDatabase.url, onError: () => undefined });
    registry = new PostgresWorkerRegistry(database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });
  beforeEach(async () => {
    await database.dataSource.query('DELETE FROM workers');
  });

  const heartbeat = async (id: string): Promise<ReadonlyMap<string, number>> =>
    new Map((await registry.heartbeat(id, 0)).workers.map((worker) => [worker.id, worker.activeInMs]));
  const age = (id: string, column: 'seen_at' | 'joined_at', seconds: number): Promise<unknown> =>
    database.dataSource.query(`UPDATE workers SET ${column} = ${column} - $2 * interval '1 s' WHERE id = $1`, [
      id,
      seconds,
    ]);

  it('activates a single worker at its second heartbeat, and a joining worker after the delay', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    // Another worker may join at the same time, which only the second heartbeat shows.
    expect((await heartbeat(first)).get(first)).toBeGreaterThan(4_000);
    expect((await heartbeat(first)).get(first)).toBeLessThanOrEqual(0);
    const seen = await heartbeat(second);
    expect([...seen.keys()].sort()).toEqual([first, second].sort());
    expect(seen.get(first)).toBeLessThan(0);
    expect(seen.get(second)).toBeGreaterThan(4_000);
    expect((await heartbeat(first)).get(second)).toBeGreaterThan(0);
    await age(second, 'joined_at', 6);
    expect((await heartbeat(first)).get(second)).toBeLessThan(0);
  });

  it('adds up the health that workers report: a success ends the failures in a row', async () => {
    const [{ destinationId }, other] = [await insertDestination(database.dataSource), randomUUID()];
    const store = new PostgresReadStore(database.dataSource, database.clock);
    const health = async () => (await store.health([destinationId, other], now)).get(destinationId);
    expect(await health()).toBeUndefined();
    const failures = { destinationId, lastSuccessAt: null, lastFailureAt: now, failures: 3 };
    await registry.addHealth([failures, { ...failures, destinationId: other }]);
    await registry.addHealth([{ ...failures, lastFailureAt: now - 5_000, failures: 4 }]);
    expect(await health()).toEqual({
      ...{ circuitBreaker: 'closed', openUntil: null, failingSince: null },
      ...{ lastSuccessAt: null, lastFailureAt: now, failuresInARow: 7 },
    });
    await registry.addHealth([{ destinationId, lastSuccessAt: now + 1, lastFailureAt: null, failures: 1 }]);
    const breaker = { openUntil: now + 60_000, openCount: 2, failingSince: now, limitShare: 1 };
    await registry.setBreakers([{ destinationId, breaker }]);
    expect(await health()).toEqual({
      ...{ circuitBreaker: 'open', openUntil: now + 60_000, failingSince: now },
      ...{ lastSuccessAt: now + 1, lastFailureAt: now, failuresInARow: 1 },
    });
  });

  it('drops a worker that is silent or has left, and lets a silent worker join again', async () => {
    const [here, silent, leaving] = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of [here, silent, leaving]) await heartbeat(id);
    for (const id of [here, silent, leaving]) await age(id, 'joined_at', 60);
    await age(silent, 'seen_at', 10);
    await registry.leave(leaving);
    expect([...(await heartbeat(here)).keys()]).toEqual([here]);
    expect((await heartbeat(silent)).get(silent)).toBeGreaterThan(4_000);
  });

  it('returns the time since the last heartbeat of each worker', async () => {
    const [here, quiet] = [randomUUID(), randomUUID()];
    await heartbeat(quiet);
    await age(quiet, 'seen_at', 3);
    const silent = new Map(
      (await registry.heartbeat(here, 0)).workers.map(({ id, sinceHeartbeatMs }) => [id, sinceHeartbeatMs]),
    );
    expect(silent.get(quiet)).toBeGreaterThanOrEqual(3_000);
    expect(silent.get(here)).toBeLessThan(silent.get(quiet) ?? 0);
  });

  it('lets a lapsed worker join again before the others treat it as gone', async () => {
    const [here, lapsed] = [randomUUID(), randomUUID()];
    for (const id of [here, lapsed]) await heartbeat(id);
    for (const id of [here, lapsed]) await age(id, 'joined_at', 60);
    await age(lapsed, 'seen_at', 4);
    expect((await heartbeat(here)).get(lapsed)).toBeLessThan(0);
    expect((await heartbeat(lapsed)).get(lapsed)).toBeGreaterThan(4_000);
    expect((await heartbeat(here)).get(lapsed)).toBeGreaterThan(0);
  });

  it('lets a worker join again and drops a dead worker although the database clock was ahead before', async () => {
    const [here, living, dead] = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of [here, living, dead]) await heartbeat(id);
    for (const id of [here, living, dead]) {
      await age(id, 'joined_at', -3_600);
      await age(id, 'seen_at', -3_600);
    }
    // A worker that may still be alive stays in the registry for a moment, so that two workers never own a destination.
    const seen = await heartbeat(here);
    expect([...seen.keys()].sort()).toEqual([here, living, dead].sort());
    expect(seen.get(here)).toBeLessThanOrEqual(5_000);
    await heartbeat(living);
    await age(dead, 'seen_at', 6);
    const later = await heartbeat(here);
    expect([...later.keys()].sort()).toEqual([here, living].sort());
    expect(later.get(living)).toBeLessThanOrEqual(5_000);
  });

  it('activates at most one of several workers that start at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      await database.dataSource.query('DELETE FROM workers');
      const ids = Array.from({ length: 3 }, () => randomUUID());
      const counts = await Promise.all(
        ids.map(async (id) => {
          await heartbeat(id);
          return ((await heartbeat(id)).get(id) ?? 0) <= 0;
        }),
      );
      expect(counts.filter(Boolean).length).toBeLessThanOrEqual(1);
    }
  });

  describe('states of destinations', () => {
    const BREAKER: CircuitBreaker = {
      openUntil: now + 5_000,
      openCount: 2,
      failingSince: now - 1_000,
      limitShare: 0.5,
    };
    const changedAfter = async (seq: number): Promise<readonly DestinationState[]> =>
      (await registry.heartbeat(randomUUID(), seq)).states;
    const lastSeq = async (): Promise<number> => (await changedAfter(0)).at(-1)?.seq ?? 0;
    const newDestination = async (): Promise<string> => (await insertDestination(database.dataSource)).destinationId;

    it('are returned once per change, with the later of two open periods', async () => {
      const [destinationId, healthy] = [await newDestination(), await newDestination()];
      const start = await lastSeq();
      expect(await changedAfter(start)).toEqual([]);
      await registry.setBreakers([{ destinationId, breaker: BREAKER }]);
      const [first] = await changedAfter(start);
      expect(first).toEqual({ destinationId, seq: expect.any(Number), pauseSeq: null, breaker: BREAKER });
      expect(await changedAfter(first?.seq ?? 0)).toEqual([]);

      const recovering = { openUntil: now + 1_000, openCount: 0, failingSince: null, limitShare: 0.25 };
      await registry.setBreakers([{ destinationId, breaker: recovering }]);
      expect(await changedAfter(first?.seq ?? 0)).toMatchObject([
        { breaker: { ...recovering, openUntil: now + 5_000 } },
      ]);
      await registry.setBreakers([{ destinationId, breaker: null }]);
      expect(await changedAfter(start)).toMatchObject([{ destinationId, breaker: null }]);
      expect((await changedAfter(0)).map((state) => state.destinationId)).not.toContain(healthy);
    });

    it('are all read by a reader that reads above the last number while many processes write', async () => {
      const ids = await Promise.all(Array.from({ length: 40 }, newDestination));
      let seen = await lastSeq();
      const found = new Set<string>();
      const writing = { hasEnded: false };
      const reading = (async () => {
        do {
          for (const { destinationId, seq } of await changedAfter(seen)) {
            found.add(destinationId);
            seen = seq;
          }
        } while (!writing.hasEnded);
      })();
      // Each statement changes two destinations, in alternating order, as different processes may.
      await Promise.all(
        ids.map((destinationId, i) => {
          const pair = [destinationId, ids[(i + 1) % ids.length] ?? destinationId];
          const changes = (i % 2 === 0 ? pair : pair.toReversed()).map((id) => ({
            destinationId: id,
            breaker: BREAKER,
          }));
          return registry.setBreakers(changes);
        }),
      );
      writing.hasEnded = true;
      await reading;
      for (const { destinationId } of await changedAfter(seen)) found.add(destinationId);
      expect([...found].sort()).toEqual(ids.toSorted());
    });

    it('get no breaker while the destination is paused, so that it is healthy when it is resumed', async () => {
      const [held, other] = [await newDestination(), await newDestination()];
      const changes = [held, other].map((destinationId) => ({ destinationId, breaker: BREAKER }));
      await database.dataSource.query('UPDATE destination_states SET paused = true WHERE destination_id = $1', [held]);
      await registry.setBreakers(changes);
      const open = (await changedAfter(0))
        .filter(({ breaker }) => breaker !== null)
        .map((state) => state.destinationId);
      expect([open.includes(held), open.includes(other)]).toEqual([false, true]);
    });
  });

  it('excludes a destination from claims and sweeps while its circuit breaker is open', async () => {
    const events = new PostgresEventStore(database.pgPool);
    const store = new PostgresDeliveryStore(database.pgPool);
    const [blocked, healthy] = [
      await insertDestination(database.dataSource),
      await insertDestination(database.dataSource),
    ];
    await events.storeGroup([sampleEvent(blocked, now - 1_000), sampleEvent(healthy, now - 1_000)]);
    const breaker = { openUntil: now + 5_000, openCount: 1, failingSince: now, limitShare: 1 };
    await registry.setBreakers([{ destinationId: blocked.destinationId, breaker }]);
    const requests = [blocked, healthy].map(({ destinationId }) => ({ destinationId, limit: 5, leaseMs: 60_000 }));
    const due = await store.destinationsWithDueWork(now);
    expect([due.includes(blocked.destinationId), due.includes(healthy.destinationId)]).toEqual([false, true]);
    const { deliveries } = await store.claim(requests, now);
    expect(deliveries.map(({ destinationId }) => destinationId)).toEqual([healthy.destinationId]);
    expect(await store.destinationsWithDueWork(now + 5_000)).toContain(blocked.destinationId);
    expect((await store.claim(requests, now + 5_000)).deliveries).toHaveLength(1);
  });
});
