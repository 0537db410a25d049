import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewEvent, StoredOutcome } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { openTestDatabase } from '../testing/open-test-database.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleWorker, type SampleWorker } from '../testing/sample-worker.js';

const BACKLOG = 400;
const BACKLOG_GROUP = 100;
const INGEST_GROUP = 20;

describe('a backlog of 400 deliveries', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let ids: SampleIds;
  let worker: SampleWorker;

  beforeAll(async () => {
    database = await openTestDatabase();
    ids = await insertDestination(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await worker.close();
    await database.close();
  });

  const eventAt = (at: number): NewEvent => {
    const event = sampleEvent(ids, at);
    return { ...event, deliveries: [{ ...sampleDelivery(event.id, ids, at), mayBeDirect: true }] };
  };
  const countLeased = (group: readonly NewEvent[], outcomes: readonly StoredOutcome[]): number =>
    group.filter(({ deliveries }, index) => {
      const outcome = outcomes[index];
      return outcome?.kind === 'accepted' && deliveries.some(({ id }) => outcome.leases?.has(id) === true);
    }).length;

  /** Stores a group as ingest does, and returns the number of deliveries that are sent from memory. */
  async function ingest(group: readonly NewEvent[]): Promise<number> {
    const direct = worker.direct.begin();
    try {
      direct.reserve(group);
      const outcomes = await worker.events.storeGroup(group, undefined, direct.leases);
      direct.start(group, outcomes);
      const leased = countLeased(group, outcomes);
      if (leased < group.length) worker.dispatcher.wake(ids.destinationId);
      return leased;
    } finally {
      direct.end();
    }
  }

  it('is sent once and completely while events arrive all the time, before any of them is sent from memory', async () => {
    const sent = new Map<string, number>();
    const slices = new Set<Promise<void>>();
    const wake = (destinationId: string): void => {
      setImmediate(() => {
        const slice = worker.dispatcher.runSlice(destinationId).finally(() => slices.delete(slice));
        slices.add(slice);
      });
    };
    const deliver = async ({ delivery }: { readonly delivery: { readonly id: string } }) => {
      sent.set(delivery.id, (sent.get(delivery.id) ?? 0) + 1);
      await new Promise((resolve) => setImmediate(resolve));
      return { kind: 'accepted' } as const;
    };
    worker = await sampleWorker(randomUUID(), { url: database.url, ids, deliver, idempotent: true }, wake);
    await worker.heartbeat();
    worker.direct.start();
    const at = Date.now() - 60_000;
    const backlog = new Set<string>();
    while (backlog.size < BACKLOG) {
      const group = Array.from({ length: BACKLOG_GROUP }, () => eventAt(at));
      await worker.events.storeGroup(group);
      for (const { deliveries } of group) for (const { id } of deliveries) backlog.add(id);
    }
    wake(ids.destinationId);

    const isDrained = (): boolean => {
      for (const id of backlog) {
        if (!sent.has(id)) return false;
        backlog.delete(id);
      }
      return true;
    };
    let whileBacklog = 0;
    let ingested = 0;
    while (!isDrained()) {
      const direct = await ingest(Array.from({ length: INGEST_GROUP }, () => eventAt(Date.now())));
      ingested += INGEST_GROUP;
      if (!isDrained()) whileBacklog += direct;
    }
    expect(whileBacklog).toBe(0);
    expect(ingested).toBeGreaterThan(0);

    // After the backlog and the events that waited behind it, new events are sent from memory again.
    await until(() => sent.size === BACKLOG + ingested, { what: 'all deliveries to be sent', timeoutMs: 120_000 });
    await until(async () => (await ingest([eventAt(Date.now())])) === 1, {
      what: 'a delivery from memory',
      timeoutMs: 30_000,
    });
    expect(new Set(sent.values())).toEqual(new Set([1]));
    expect(worker.faults).toEqual([]);
    await Promise.all(slices);
  }, 300_000);
});
