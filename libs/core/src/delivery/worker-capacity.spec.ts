import { NO_SUPPRESSIONS } from '../testing/no-suppressions.js';
import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { NOT_ENRICHED } from './enricher.port.js';
import { MessagePolicy } from '../messaging/rules.js';
import {
  configurationRecords,
  destinationRecord,
  plainVault,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { MemoryDeliveryStore } from '../testing/memory-delivery-store.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { MemoryWorkerRegistry } from '../testing/memory-worker-registry.js';
import { MappingCache, MessageBuilder } from './build-message.js';
import { createDispatcher } from './create-dispatcher.js';
import { CustomerLookups } from './customer-lookups.js';
import type { AttemptOutcome } from './delivery.js';
import type { DestinationGateway } from './destination-gateway.port.js';
import { DestinationHealth } from './destination-health.js';
import { PausedDestinations } from './paused-destinations.js';
import { StoredValuesCheck } from './destinations.js';
import { WorkerRing } from './worker-ring.js';
import { OutcomeRecorder } from './settle.js';
import { loadedStore } from '../testing/loaded-store.js';

const NOW = 1_795_544_400_000;
const LIMIT = 40;
/** Concurrency limit of each destination. Two destinations together can use all capacity of the process. */
const CONCURRENCY = 20;
const SLOW = ['slow-1', 'slow-2', 'slow-3', 'slow-4', 'slow-5'];
/**
 * Number of slices (bounded rounds of claims) that the queue runs at a time. Lower than the number of slow
 * destinations.
 */
const SLOTS = 4;

/**
 * Queue that runs at most {@link SLOTS} slices (bounded rounds of claims) at a time, in the order of the wake-ups. Runs
 * at most one slice per destination.
 */
class Queue {
  running = 0;
  private readonly woken = new Set<string>();

  constructor(private readonly slice: (destinationId: string) => Promise<void>) {}

  wake(destinationId: string): void {
    this.woken.add(destinationId);
    setImmediate(() => this.next());
  }

  private next(): void {
    const [destinationId] = this.woken;
    if (destinationId === undefined || this.running >= SLOTS) return;
    this.woken.delete(destinationId);
    this.running += 1;
    void this.slice(destinationId).finally(() => {
      this.running -= 1;
      this.next();
    });
    this.next();
  }
}

/**
 * Creates a worker whose slow destinations answer when the test releases them. Fast destinations answer at once. No
 * sweep runs.
 */
async function worker() {
  const records = configurationRecords({
    destinations: [...SLOW, 'fast', 'late'].map((id) =>
      destinationRecord({
        ...{ id, name: id, limits: { concurrency: CONCURRENCY } },
        sealedCredentials: plainVault.seal(`destination/${id}/credentials`, '{"key":"k"}'),
      }),
    ),
  });
  const store = new MemoryDeliveryStore();
  const held: { readonly destinationId: string; readonly answer: () => void }[] = [];
  const faults: unknown[] = [];
  const seen = { inFlight: 0, most: 0, holding: true };
  const answer = async (destinationId: string): Promise<AttemptOutcome> => {
    if (SLOW.includes(destinationId) && seen.holding) {
      await new Promise<void>((resolve) => held.push({ destinationId, answer: resolve }));
    } else await new Promise((resolve) => setImmediate(resolve));
    return { kind: 'accepted' };
  };
  const gateway: DestinationGateway = {
    facts: (type) => ({
      ...{
        type,
        messaging: null,
        quotaExcess: 'wait',
        limits: () => ({}),
        idempotent: () => true,
        batch: () => undefined,
        hasStatusCallback: false,
        addressPathsOf: () => [],
      },
      preset: () => undefined,
    }),
    checkMessage: () => [],
    checkCredentials: () => [],
    checkSettings: () => [],
    deliver: async ({ destination }) => {
      seen.most = Math.max(seen.most, (seen.inFlight += 1));
      return answer(destination.id).finally(() => (seen.inFlight -= 1));
    },
    deliverBatch: () => Promise.reject(new Error('The destination has no batches.')),
    poll: () => Promise.resolve({ kind: 'accepted' }),
  };
  const configuration = new LiveConfiguration(
    loadedStore(() => records),
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
  await configuration.refresh();
  const clock = { now: () => NOW };
  const fault = (error: unknown): void => void faults.push(error);
  const ring = new WorkerRing('me');
  ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }], { elapsedMs: 0 });
  const queue: Queue = new Queue((destinationId) => dispatcher.runSlice(destinationId));
  const dispatcher = createDispatcher({
    ...{ store, configuration, ring, clock },
    pauses: {
      pause: (id) => Promise.reject(new Error(`${id} is to be paused`)),
      alertFailing: (id) => Promise.reject(new Error(`${id} is failing`)),
    },
    gateway,
    storedValues: new StoredValuesCheck(gateway),
    suppressions: NO_SUPPRESSIONS,
    messages: new MessageBuilder({
      suppressions: NO_SUPPRESSIONS,
      gateway,
      mappings: new MappingCache({ subscriptionVersions: () => Promise.resolve([subscriptionRecord()]) }),
      lookups: new CustomerLookups(
        { enrich: () => Promise.resolve(NOT_ENRICHED) },
        { resolve: () => Promise.resolve({ phone: '+15005550006' }) },
      ),
      policy: new MessagePolicy(new MemoryMessagingStore(), clock),
    }),
    statusCallbackUrl: () => undefined,
    recorder: new OutcomeRecorder(
      ...([store, { applyPending: () => Promise.resolve() }] as const),
      ...([{ lingerMs: 1, maxBatch: 100, maxInFlight: 2, retryDelayMs: 1 }, fault] as const),
    ),
    wakeUps: { wake: (id) => queue.wake(id), wakeAt: (id) => fault(new Error(`${id} is to be woken later`)) },
    health: new DestinationHealth(new MemoryWorkerRegistry(), clock, fault),
    paused: new PausedDestinations(),
    fallbacks: { once: () => Promise.resolve() },
    log: {
      ...{ attempted: () => undefined, paused: () => undefined, opened: () => undefined },
      claimed: () => undefined,
      ...{ failing: () => undefined, fault },
    },
    options: { batch: 10, sliceMs: 50, maxInFlight: LIMIT, defaultConcurrency: 4 },
  });
  const add = (destinationId: string, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const id = `${destinationId}/${index}`;
      store.add({
        ...{ id, retentionDays: 30, brandId: 'brand-1', destinationId, destinationVersion: 1, pauseSeq: 0 },
        ...{ subscriptionId: 'subscription-1', subscriptionVersionId: 'subscription-1-v1' },
        ...{ countedAttempts: 0, attempts: 0, order: null, pendingSince: null, externalId: null },
        ...{ confirmed: false, outdated: false, undecided: false, messaging: null },
        event: {
          ...{ id: `event-${id}`, type: 'pointsIssued', sourceId: 'source-1', customerId: '7', customerKey: '7' },
          ...{ occurredAt: NOW, receivedAt: NOW, data: { points: 5 }, sealed: null },
        },
      });
    }
    queue.wake(destinationId);
  };
  const done = (destinationId: string): number =>
    [...store.rows.values()].filter(
      ({ delivery, decision }) => delivery.destinationId === destinationId && decision?.state === 'succeeded',
    ).length;
  /** Lets the slow destinations acquire all capacity that they can get. */
  const crowd = async (): Promise<void> => {
    for (const id of SLOW) add(id, 30);
    for (let still = 0, before = 0; still < 10; before = held.length) {
      await sleep(20);
      still = held.length === before ? still + 1 : 0;
    }
  };
  const release = (): void => {
    seen.holding = false;
    for (const call of held.splice(0)) call.answer();
  };
  return { dispatcher, queue, held, faults, seen, add, done, crowd, release };
}

describe('the capacity of a process', () => {
  it('is never used up by slow destinations: a fast one continues, and all waiting deliveries end', async () => {
    const { dispatcher, held, faults, seen, add, done, crowd, release } = await worker();
    await crowd();
    const before = held.length;
    expect(before).toBeGreaterThanOrEqual(LIMIT / 2);
    add('fast', 200);
    expect(await becomesTrue(() => done('fast') === 200)).toBe(true);
    expect(held.length).toBeGreaterThanOrEqual(before);
    expect(seen.most).toBeLessThanOrEqual(LIMIT);
    release();
    expect(await becomesTrue(() => SLOW.every((id) => done(id) === 30))).toBe(true);
    expect(seen.most).toBeLessThanOrEqual(LIMIT);
    await dispatcher.stop(1_000);
    expect(faults).toEqual([]);
  });

  it('does not occupy the queue’s slots while destinations wait for it', async () => {
    const { dispatcher, queue, held, add, crowd, done, release } = await worker();
    await crowd();
    expect(await becomesTrue(() => queue.running === 0)).toBe(true);
    const before = held.length;
    // The slow destinations already wait for capacity, so a further slice (one bounded round of claims) ends at once.
    for (let round = 0; round < 20; round += 1) for (const id of SLOW) await dispatcher.runSlice(id);
    expect(held.length).toBe(before);
    add('fast', 10);
    add('late', 10);
    expect(await becomesTrue(() => done('fast') + done('late') === 20)).toBe(true);
    release();
    expect(await becomesTrue(() => SLOW.every((id) => done(id) === 30))).toBe(true);
    await dispatcher.stop(1_000);
  });

  it('goes to waiting destinations when it is released, until each destination has its share', async () => {
    const { dispatcher, held, seen, done, crowd, release } = await worker();
    await crowd();
    const heldPerDestination = (): number[] =>
      SLOW.map((id) => held.filter(({ destinationId }) => destinationId === id).length);
    // End the oldest call first, because the first destinations hold the most capacity.
    for (let ended = 0; ended < 2 * LIMIT && Math.min(...heldPerDestination()) < 3; ended += 1) {
      held.shift()?.answer();
      await sleep(10);
      expect(await becomesTrue(() => held.length > LIMIT / 2)).toBe(true);
    }
    expect(Math.min(...heldPerDestination())).toBeGreaterThanOrEqual(3);
    expect(seen.most).toBeLessThanOrEqual(LIMIT);
    release();
    expect(await becomesTrue(() => SLOW.every((id) => done(id) === 30))).toBe(true);
    await dispatcher.stop(1_000);
  });
});

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Resolves to true if `holds` returns true within three seconds, else to false. */
async function becomesTrue(holds: () => boolean): Promise<boolean> {
  const end = performance.now() + 3_000;
  while (!holds() && performance.now() < end) await sleep(5);
  return holds();
}
