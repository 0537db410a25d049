import { NO_SUPPRESSIONS } from '../testing/no-suppressions.js';
import { describe, expect, it, jest } from '@jest/globals';
import type { Json } from '@patchbay/plugin-sdk';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  plainVault,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { MemoryDeliveryStore } from '../testing/memory-delivery-store.js';
import { MemoryWorkerRegistry } from '../testing/memory-worker-registry.js';
import { MessagePolicy } from '../messaging/rules.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { MappingCache, MessageBuilder } from './build-message.js';
import { createDispatcher } from './create-dispatcher.js';
import { NOT_ENRICHED } from './enricher.port.js';
import { CustomerLookups } from './customer-lookups.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DeliverRequest, DestinationGateway } from './destination-gateway.port.js';
import type { AttemptFacts } from './dispatcher-log.js';
import { DestinationHealth } from './destination-health.js';
import { PausedDestinations } from './paused-destinations.js';
import { StoredValuesCheck } from './destinations.js';
import { WorkerRing } from './worker-ring.js';
import { FAILURES_TO_OPEN } from './circuit-breaker.js';
import { THROTTLED_TOO_LONG } from './decide.js';
import type { AttemptedDeliveryIds } from './status-update-store.port.js';
import { OutcomeRecorder } from './settle.js';
import { DEFAULT_TIME_LIMIT_MS, LEASE_MARGIN_MS, leaseFor } from './lease.js';
import { uuidV7 } from '../ids.js';
import { loadedStore } from '../testing/loaded-store.js';

const NOW = 1_795_544_400_000;
const JUST_NOW = { elapsedMs: 0 };

/**
 * Creates a worker with one destination, whose answers the test sets.
 * @param isLoaded false to leave the brand out of memory, which then has room for one brand
 */
async function worker(destination: Partial<DestinationRecord> = {}, isLoaded = true) {
  const store = new MemoryDeliveryStore();
  const sent: DeliverRequest[] = [];
  const polled: string[] = [];
  const world = {
    answer: (_request: DeliverRequest): Promise<AttemptOutcome> => Promise.resolve({ kind: 'accepted' }),
    pollAnswer: (): Promise<AttemptOutcome> => Promise.resolve({ kind: 'accepted' }),
    now: NOW,
    records: configurationRecords({ destinations: [destinationRecord(destination)] }),
    /** Version of the destination as stored. */
    version: 1,
    /** True if the configuration cannot be loaded. */
    isAway: false,
    duringLookup: (): Promise<void> => Promise.resolve(),
  };
  const gateway: DestinationGateway = {
    facts: (type) => ({
      type,
      messaging: 'sms',
      quotaExcess: 'wait',
      limits: (settings) => (settings['slow'] === true ? { ratePerSecond: 1 } : {}),
      idempotent: () => false,
      batch: () => undefined,
      hasStatusCallback: true,
      addressPathsOf: () => [],
      preset: () => undefined,
    }),
    checkMessage: (_type, message: Json) =>
      typeof message === 'object' && message !== null && 'to' in message
        ? []
        : [{ field: 'to', message: 'is required', missing: true }],
    checkCredentials: () => [],
    checkSettings: () => [],
    deliver: (request) => {
      sent.push(request);
      return world.answer(request);
    },
    deliverBatch: () => Promise.reject(new Error('The destination has no batches.')),
    poll: ({ deliveryId, externalId }) => {
      polled.push(`${deliveryId} ${externalId}`);
      return world.pollAnswer();
    },
  };
  const configuration = new LiveConfiguration(
    loadedStore(() => (world.isAway ? Promise.reject(new Error('away')) : world.records)),
    new Map([[simpleAdapter.name, simpleAdapter]]),
    ...(isLoaded ? [] : [1]),
  );
  await configuration.refresh();
  if (isLoaded) await configuration.brand('brand-1');
  const woken: [string, number?][] = [];
  const pauses: string[] = [];
  const paused: string[] = [];
  const alerts: string[] = [];
  const faults: unknown[] = [];
  const logged: AttemptFacts[] = [];
  const ring = new WorkerRing('me');
  ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }], JUST_NOW);
  const registry = new MemoryWorkerRegistry();
  const health = new DestinationHealth(registry, { now: () => world.now }, (error) => faults.push(error));
  const pausedDestinations = new PausedDestinations();
  const appliedPending: AttemptedDeliveryIds[] = [];
  const recorder = new OutcomeRecorder(
    store,
    {
      applyPending: (named) => {
        appliedPending.push(...named);
        return Promise.resolve();
      },
    },
    { lingerMs: 1, maxBatch: 100, maxInFlight: 1, retryDelayMs: 1 },
    (error) => faults.push(error),
  );
  const dispatcher = createDispatcher({
    store,
    configuration,
    pauses: {
      pause: (id, reason, _actor, { failedAttempt } = {}) => {
        if (failedAttempt !== undefined && failedAttempt.version < world.version) return Promise.resolve(false);
        pauses.push(reason);
        store.paused.add(id);
        return Promise.resolve(true);
      },
      alertFailing: (_id, reason) => {
        alerts.push(reason);
        return Promise.resolve();
      },
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
        {
          resolve: async ({ event, enriched }) => {
            await world.duringLookup();
            return { ...simpleAdapter.recipientOf(event.type, event.data), ...enriched };
          },
        },
      ),
      policy: new MessagePolicy(new MemoryMessagingStore(), { now: () => world.now }),
    }),
    statusCallbackUrl: ({ id }, deliveryId) => `https://hub.example/${id}?delivery=${deliveryId}`,
    recorder,
    wakeUps: { wake: (id) => woken.push([id]), wakeAt: (id, at) => woken.push([id, at]) },
    ring,
    health,
    paused: pausedDestinations,
    fallbacks: { once: () => Promise.resolve() },
    clock: { now: () => world.now },
    log: {
      attempted: (facts) => logged.push(facts),
      paused: ({ reason }) => paused.push(reason),
      opened: () => undefined,
      claimed: () => undefined,
      failing: () => undefined,
      fault: (error) => faults.push(error),
    },
    options: { batch: 10, sliceMs: 50, maxInFlight: 100, defaultConcurrency: 4 },
  });
  const add = (id: string, also: Partial<ClaimedDelivery> & { personal?: boolean } = {}): void => {
    const { personal = true, ...fields } = also;
    store.add({
      id,
      retentionDays: 30,
      brandId: 'brand-1',
      destinationId: 'destination-1',
      destinationVersion: 1,
      pauseSeq: 0,
      subscriptionId: 'subscription-1',
      subscriptionVersionId: 'subscription-1-v1',
      countedAttempts: 0,
      attempts: 0,
      order: null,
      pendingSince: null,
      externalId: null,
      confirmed: false,
      outdated: false,
      undecided: false,
      messaging: null,
      event: {
        id: `event-${id}`,
        type: 'pointsIssued',
        sourceId: 'source-1',
        customerId: '7',
        customerKey: '7',
        occurredAt: NOW,
        receivedAt: NOW,
        data: { points: 5 },
        sealed: personal
          ? plainVault.seal(`event/event-${id}/personal`, '[{"root":"data","path":["phone"],"value":"+15005550006"}]')
          : null,
      },
      ...fields,
    });
  };
  /** Runs slices (bounded rounds of claims) until no delivery is due, as wake-ups do. */
  const drain = async (): Promise<void> => {
    for (let round = 0; round < 10_000; round += 1) {
      await dispatcher.runSlice('destination-1');
      // Wait for a slice (one bounded round of claims) that the dispatcher may have scheduled itself.
      await new Promise((resolve) => setImmediate(resolve));
      while ([...store.rows.values()].some(({ token }) => token !== null)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if ((await store.destinationsWithDueWork(world.now)).length === 0) return;
    }
    throw new Error('Deliveries are still due after 10,000 slices.');
  };
  const decisionOf = (id: string) => store.rows.get(id)?.decision;
  return {
    store,
    world,
    configuration,
    health,
    appliedPending,
    ring,
    registry,
    sent,
    polled,
    dispatcher,
    recorder,
    woken,
    pauses,
    paused,
    pausedDestinations,
    alerts,
    faults,
    logged,
    add,
    drain,
    decisionOf,
  };
}

/** Calls the write check as the HTTP client does before it writes the request of a message. */
function written({ beforeWrite }: DeliverRequest): AttemptOutcome | null {
  const verdict = beforeWrite?.({ delivers: true }) ?? null;
  if (verdict?.kind === 'delay') throw new Error('the write was delayed');
  return verdict;
}

describe('Dispatcher', () => {
  it('logs facts about each attempt, with the time since the event was received', async () => {
    const { logged, world, add, drain, dispatcher } = await worker();
    const ids = [uuidV7(NOW - 70), uuidV7(NOW - 70)].sort();
    const answers: AttemptOutcome[] = [
      { kind: 'accepted', response: { status: 201 } },
      { kind: 'rejected', message: 'no', response: { status: 422 } },
    ];
    world.answer = () => Promise.resolve(answers.shift() ?? { kind: 'accepted' });
    for (const id of ids) {
      add(id);
      await drain();
    }
    await dispatcher.stop(1_000);
    const both = {
      ...{ eventType: 'pointsIssued', brandId: 'brand-1', sourceId: 'source-1', subscriptionId: 'subscription-1' },
      ...{ destinationId: 'destination-1', attempt: 1, written: true, direct: false, batchSize: 1, nextDueAt: null },
    };
    const accepted = { outcome: 'accepted', state: 'succeeded', errorKind: null, reason: null, responseStatus: 201 };
    const rejected = { outcome: 'rejected', state: 'dead', errorKind: 'rejected', reason: 'rejected' };
    expect(logged).toMatchObject([
      { deliveryId: ids[0], eventId: `event-${ids[0]}`, ...both, ...accepted, deliveredAfterMs: 70 },
      {
        deliveryId: ids[1],
        eventId: `event-${ids[1]}`,
        ...both,
        ...rejected,
        responseStatus: 422,
        deliveredAfterMs: null,
      },
    ]);
  });

  it('opens the event, maps it and sends it with the delivery’s idempotency key', async () => {
    const { sent, add, drain, dispatcher, decisionOf } = await worker();
    add('d1');
    await drain();
    await dispatcher.stop(1_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      message: { to: '+15005550006', text: '5 points' },
      event: { brand: 'acme', source: 'in', data: { points: 5, phone: '+15005550006' } },
      destination: { credentials: { key: 'k' } },
      delivery: {
        id: 'd1',
        attempt: 1,
        idempotencyKey: 'd1',
        statusCallbackUrl: 'https://hub.example/destination-1?delivery=d1',
      },
    });
    expect(decisionOf('d1')).toMatchObject({ state: 'succeeded', attempts: 1 });
  });

  it('sends each of many deliveries exactly once, within the concurrency of the destination', async () => {
    const { world, add, drain, dispatcher, store, sent } = await worker({ limits: { concurrency: 3 } });
    let inFlight = 0;
    let most = 0;
    world.answer = async () => {
      most = Math.max(most, (inFlight += 1));
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return { kind: 'accepted' };
    };
    for (let index = 0; index < 40; index += 1) add(`d${index}`);
    await drain();
    await dispatcher.stop(1_000);
    expect(new Set(sent.map(({ delivery }) => delivery.id)).size).toBe(40);
    expect(sent).toHaveLength(40);
    expect([...store.rows.values()].every(({ decision }) => decision?.state === 'succeeded')).toBe(true);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('never runs more calls of a destination at the same time than its limit, also across slices', async () => {
    const { world, add, dispatcher, sent } = await worker({ limits: { concurrency: 3 } });
    const answers: (() => void)[] = [];
    world.answer = () => new Promise((resolve) => answers.push(() => resolve({ kind: 'accepted' })));
    for (let index = 0; index < 12; index += 1) add(`d${index}`);
    await dispatcher.runSlice('destination-1');
    await dispatcher.runSlice('destination-1');
    expect(sent).toHaveLength(3);
    answers[0]?.();
    answers[1]?.();
    await dispatcher.runSlice('destination-1');
    await dispatcher.runSlice('destination-1');
    expect(sent).toHaveLength(5);
    await dispatcher.stop(20);
    for (const answer of answers) answer();
  });

  it('claims nothing of a brand that cannot be loaded, and applies the limits once the brand is loaded', async () => {
    const { world, add, dispatcher, store, sent } = await worker({ limits: { ratePerSecond: 1 } }, false);
    for (const id of ['d1', 'd2', 'd3']) add(id);
    world.isAway = true;
    await expect(dispatcher.runSlice('destination-1')).rejects.toThrow('away');
    expect([...store.rows.values()].map(({ token }) => token)).toEqual([null, null, null]);
    world.isAway = false;
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    expect(sent).toHaveLength(1);
  });

  it('keeps the brand in memory until the attempts of its deliveries end', async () => {
    const { world, add, dispatcher, configuration, decisionOf } = await worker({}, false);
    const others = ['brand-2', 'brand-3'].map((id) => ({ ...brandRecord(), id, name: id, revision: 2 }));
    world.records = { ...world.records, revision: 2, brands: [...world.records.brands, ...others] };
    const inMemory: boolean[] = [];
    const isInMemory = (): boolean => configuration.brandIfLoaded('brand-1') !== undefined;
    world.answer = async () => {
      await configuration.brand('brand-2');
      inMemory.push(isInMemory());
      return { kind: 'accepted' };
    };
    add('d1');
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    expect(decisionOf('d1')?.state).toBe('succeeded');
    await configuration.brand('brand-3');
    inMemory.push(isInMemory());
    expect(inMemory).toEqual([true, false]);
  });

  it('waits for a claim in progress when it stops, and releases the claimed deliveries', async () => {
    const { add, dispatcher, store, sent } = await worker();
    let answer = (): void => undefined;
    store.claimDelay = new Promise((resolve) => (answer = resolve));
    add('d1');
    const slice = dispatcher.runSlice('destination-1');
    const order: string[] = [];
    const stopped = dispatcher.stop(10_000).then(() => order.push('stopped'));
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    order.push('claimed');
    answer();
    await Promise.all([slice, stopped]);
    expect(order).toEqual(['claimed', 'stopped']);
    expect(sent).toEqual([]);
    expect(store.rows.get('d1')).toMatchObject({ token: null, decision: null });
  });

  it('releases lost claims when it stops, and stops even if the release fails', async () => {
    const first = await worker();
    await first.dispatcher.stop(1_000);
    expect(first.store.lostClaimsReleased).toBe(1);
    const second = await worker();
    second.store.away = true;
    await second.dispatcher.stop(1_000);
    expect(second.store.lostClaimsReleased).toBe(0);
    expect(second.faults).toHaveLength(1);
  });

  it.each([
    ['the rate that the plugin declares for the settings', { settings: { slow: true } }, 1, 1],
    ['the rate of the brand, which overrides it', { settings: { slow: true }, limits: { ratePerSecond: 3 } }, 3, 1],
    ['a burst', { limits: { ratePerSecond: 2, burst: 4 } }, 2, 4],
    ['no rate if neither sets one', {}, 0, 9],
  ])('applies %s', async (_name, destination, ratePerSecond, burst) => {
    const { add, dispatcher, sent } = await worker({ limits: { concurrency: 9 }, ...destination });
    for (let index = 0; index < 9; index += 1) add(`d${index}`);
    const begun = performance.now();
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(10_000);
    const seconds = (performance.now() - begun) / 1_000;
    expect(sent.length).toBeGreaterThanOrEqual(1);
    expect(sent.length).toBeLessThanOrEqual(burst + ratePerSecond * seconds);
  });

  it('sends all deliveries under a rate, one interval apart', async () => {
    const { add, drain, dispatcher, sent, world } = await worker({ limits: { ratePerSecond: 200 } });
    // `beforeWrite` takes the write slot, and the process may be interrupted before or after that moment.
    const writes: { readonly before: number; readonly after: number }[] = [];
    world.answer = (request) => {
      const before = performance.now();
      const verdict = request.beforeWrite?.({ delivers: true }) ?? null;
      if (verdict === null) writes.push({ before, after: performance.now() });
      else if (verdict.kind === 'delay') {
        return new Promise((resolve) => setTimeout(() => resolve(world.answer(request)), verdict.milliseconds));
      }
      return Promise.resolve({ kind: 'accepted' });
    };
    for (let index = 0; index < 30; index += 1) add(`d${index}`);
    await drain();
    await dispatcher.stop(1_000);
    expect(sent).toHaveLength(30);
    for (let index = 1; index < 30; index += 1) {
      expect((writes[index]?.after ?? 0) - (writes[index - 1]?.before ?? 0)).toBeGreaterThanOrEqual(5);
    }
  });

  it('releases a delivery without an attempt if another worker owns the destination at the write', async () => {
    const { add, dispatcher, ring, store, world, decisionOf } = await worker({ limits: { ratePerSecond: 100 } });
    const verdicts: unknown[] = [];
    world.answer = (request) => {
      // Simulate that the process was suspended after the start of the attempt: its last heartbeat has expired.
      ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }], { elapsedMs: 48_000 });
      const verdict = written(request);
      verdicts.push(verdict);
      return Promise.resolve(verdict ?? { kind: 'accepted' });
    };
    add('d1');
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    expect(verdicts).toEqual([expect.objectContaining({ kind: 'internal_error' })]);
    expect(decisionOf('d1')).toBeNull();
    expect(store.rows.get('d1')?.token).toBeNull();
  });

  it('releases a delivery if a rate was configured after the claim and another worker owns the destination', async () => {
    const { add, dispatcher, ring, store, world, configuration, decisionOf } = await worker();
    const verdicts: unknown[] = [];
    world.answer = async (request) => {
      verdicts.push(written(request));
      ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }], { elapsedMs: 48_000 });
      verdicts.push(written(request));
      const limited = destinationRecord({ limits: { ratePerSecond: 100 } });
      world.records = { ...configurationRecords({ destinations: [limited] }), revision: world.records.revision + 1 };
      await configuration.refresh();
      const verdict = written(request);
      verdicts.push(verdict);
      return verdict ?? { kind: 'accepted' };
    };
    add('d1');
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    expect(verdicts).toEqual([null, null, expect.objectContaining({ kind: 'internal_error' })]);
    expect(decisionOf('d1')).toBeNull();
    expect(store.rows.get('d1')?.token).toBeNull();
  });

  describe('a delivery whose destination was paused after the claim', () => {
    const pause = (seq: number) => [{ destinationId: 'destination-1', seq, pauseSeq: seq, breaker: null }];

    it('is released without a call', async () => {
      const { add, dispatcher, store, world, pausedDestinations, sent, decisionOf } = await worker();
      world.duringLookup = () => Promise.reject(new Error('no lookup is made'));
      pausedDestinations.refresh(pause(7));
      add('d1', { pauseSeq: 6 });
      await dispatcher.runSlice('destination-1');
      await dispatcher.stop(1_000);
      expect([sent, decisionOf('d1'), store.rows.get('d1')?.token]).toEqual([[], null, null]);
    });

    it('is released at the write, but not between the requests of one message', async () => {
      const { add, dispatcher, store, world, pausedDestinations, decisionOf } = await worker();
      const verdicts: unknown[] = [];
      world.answer = (request) => {
        if (request.delivery.id === 'd1') pausedDestinations.refresh(pause(7));
        verdicts.push(written(request));
        if (request.delivery.id === 'd2') pausedDestinations.refresh(pause(8));
        const verdict = written(request);
        verdicts.push(verdict);
        return Promise.resolve(verdict ?? { kind: 'accepted' });
      };
      add('d1', { pauseSeq: 6 });
      await dispatcher.runSlice('destination-1');
      while (store.rows.get('d1')?.token !== null) await new Promise((resolve) => setImmediate(resolve));
      const refused = expect.objectContaining({ kind: 'internal_error' });
      expect([verdicts.splice(0), decisionOf('d1')]).toEqual([[refused, refused], null]);

      add('d2', { pauseSeq: 7 });
      await dispatcher.runSlice('destination-1');
      await dispatcher.stop(1_000);
      expect(verdicts.slice(-2)).toEqual([null, null]);
      expect(decisionOf('d2')).toMatchObject({ state: 'succeeded' });
    });

    it('is sent if the claim is newer than the pause that this process knows', async () => {
      const { add, drain, pausedDestinations, sent } = await worker();
      pausedDestinations.refresh(pause(7));
      add('d1', { pauseSeq: 8 });
      await drain();
      expect(sent).toHaveLength(1);
    });
  });

  it('repeats the release of a delivery that is marked as being sent if the database is unavailable', async () => {
    const { add, dispatcher, ring, store, world } = await worker({ limits: { ratePerSecond: 100 } });
    const release = store.release.bind(store);
    let calls = 0;
    const released = new Promise<void>((resolve) => {
      store.release = async (held) => {
        calls += 1;
        if (calls === 1) throw new Error('the database is away');
        await release(held);
        resolve();
      };
    });
    world.answer = (request) => {
      ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }], { elapsedMs: 48_000 });
      return Promise.resolve(written(request) ?? { kind: 'accepted' });
    };
    add('d1');
    await dispatcher.runSlice('destination-1');
    await released;
    await dispatcher.stop(1_000);
    expect(store.rows.get('d1')?.token).toBeNull();
  });

  it('suppresses a delivery without a recipient, and makes no call', async () => {
    const { add, drain, sent, decisionOf } = await worker();
    add('d1', { personal: false });
    await drain();
    expect(sent).toHaveLength(0);
    expect(decisionOf('d1')).toMatchObject({ state: 'suppressed', reason: 'no recipient' });
  });

  it('schedules a retry and a wake-up for it', async () => {
    const { world, add, drain, woken, decisionOf } = await worker();
    world.answer = () => Promise.resolve({ kind: 'transient', message: 'away' });
    add('d1');
    await drain();
    const dueAt = decisionOf('d1')?.dueAt;
    expect(decisionOf('d1')).toMatchObject({ state: 'scheduled', countedAttempts: 1 });
    expect(woken).toContainEqual(['destination-1', dueAt]);
  });

  it('does not call a throttling destination until its wait is over', async () => {
    const { world, add, drain, dispatcher, sent, woken } = await worker({ limits: { concurrency: 1 } });
    world.answer = () => Promise.resolve({ kind: 'throttled', message: 'slow', retryAfterMs: 9_000 });
    add('d1');
    await drain();
    add('d2');
    await dispatcher.runSlice('destination-1');
    expect(sent).toHaveLength(1);
    expect(woken).toContainEqual(['destination-1', NOW + 9_000]);
  });

  it('pauses a destination whose credentials are refused', async () => {
    const { world, add, dispatcher, pauses, paused, decisionOf, recorder } = await worker();
    world.answer = () => Promise.resolve({ kind: 'credentials', message: 'the token was refused' });
    add('d1');
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    await recorder.drained();
    expect(pauses).toEqual(['the token was refused']);
    expect(paused).toEqual(pauses);
    expect(decisionOf('d1')).toMatchObject({ state: 'scheduled', countedAttempts: 0 });
  });

  it('does not pause a destination whose credentials were fixed during the failed attempt', async () => {
    const { registry, health, world, add, drain, pauses, paused, sent, woken, decisionOf } = await worker();
    const breaker = { openUntil: NOW, openCount: 1, failingSince: 0, limitShare: 1 };
    await registry.setBreakers([{ destinationId: 'destination-1', breaker }]);
    health.refresh(registry.changedAfter(0));
    world.answer = () => {
      world.version += 1;
      world.answer = () => Promise.resolve({ kind: 'accepted' });
      return Promise.resolve({ kind: 'credentials', message: 'the token was refused' });
    };
    add('d1');
    await drain();
    expect([...pauses, ...paused]).toEqual([]);
    expect(registry.breakerOf('destination-1')).toBeNull();
    // The delivery was due again at once, and was sent with the new credentials.
    expect(woken).toContainEqual(['destination-1', NOW]);
    expect(sent).toHaveLength(2);
    expect(decisionOf('d1')).toMatchObject({ state: 'succeeded', countedAttempts: 0 });
  });

  it('counts no attempt for an internal error', async () => {
    const { world, add, dispatcher, faults, decisionOf } = await worker();
    world.answer = () => Promise.reject(new Error('a bug'));
    add('d1');
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    expect(faults).toHaveLength(1);
    expect(decisionOf('d1')).toMatchObject({ state: 'scheduled', countedAttempts: 0, attempts: 0, attempt: null });
  });

  it('keeps outcomes while the database is unavailable', async () => {
    const { store, world, add, dispatcher, decisionOf, faults } = await worker();
    world.answer = () => {
      store.away = true;
      return Promise.resolve({ kind: 'accepted' });
    };
    add('d1');
    await dispatcher.runSlice('destination-1');
    while (faults.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(decisionOf('d1')).toBeNull();
    store.away = false;
    await dispatcher.stop(1_000);
    expect(decisionOf('d1')).toMatchObject({ state: 'succeeded' });
  });

  it('holds a delivery that a dead worker was sending, and releases one that it had not sent', async () => {
    const { store, add, dispatcher, decisionOf } = await worker({ retry: { scheduleMs: [0], onUnconfirmed: 'hold' } });
    add('sending');
    add('waiting');
    const claimed = await store.claim([{ destinationId: 'destination-1', limit: 2, leaseMs: 60_000 }], NOW);
    await store.markSending(claimed.deliveries.filter(({ id }) => id === 'sending'));
    await dispatcher.reclaimExpired();
    await dispatcher.stop(1_000);
    expect(decisionOf('sending')).toMatchObject({ state: 'unconfirmed' });
    expect(decisionOf('waiting')).toBeNull();
    expect(await store.destinationsWithDueWork(NOW)).toEqual(['destination-1']);
  });

  it.each<['monotonic' | 'wall', typeof performance | typeof Date]>([
    ['monotonic', performance],
    ['wall', Date],
  ])('forbids a write after the lease by %s time, and counts no attempt', async (_name, clock) => {
    const { dispatcher, world, add, decisionOf } = await worker();
    const now = jest.spyOn(clock, 'now');
    const answers: (AttemptOutcome | null | undefined)[] = [];
    world.answer = (request) => {
      answers.push(written(request));
      // Simulate that the process was suspended between the start of the attempt and the write.
      now.mockReturnValue(clock.now() + leaseFor(DEFAULT_TIME_LIMIT_MS));
      const outcome = written(request);
      answers.push(outcome);
      return Promise.resolve(outcome ?? { kind: 'accepted' });
    };
    add('d1');
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    now.mockRestore();
    expect(answers).toEqual([null, expect.objectContaining({ kind: 'internal_error' })]);
    expect(decisionOf('d1')).toMatchObject({ state: 'scheduled', countedAttempts: 0, attempts: 0, attempt: null });
  });

  it('sends nothing if the lease ends soon or is lost', async () => {
    const late = await worker();
    const before = jest.spyOn(performance, 'now');
    late.world.duringLookup = () => {
      before.mockReturnValue(performance.now() + LEASE_MARGIN_MS);
      return Promise.resolve();
    };
    late.add('d1');
    await late.dispatcher.runSlice('destination-1');
    await late.dispatcher.stop(1_000);
    before.mockRestore();
    expect(late.sent).toHaveLength(0);
    expect(late.decisionOf('d1')).toMatchObject({ state: 'scheduled', countedAttempts: 0, attempts: 0, attempt: null });

    const lost = await worker();
    lost.world.duringLookup = () =>
      lost.store.release([...lost.store.rows].map(([id, { token }]) => ({ id, token: token ?? '' })));
    lost.add('d1');
    await lost.dispatcher.runSlice('destination-1');
    await lost.dispatcher.stop(1_000);
    expect(lost.sent).toHaveLength(0);
    expect(lost.decisionOf('d1')).toBeNull();
  });

  it('stops calling a failing destination, probes it with single calls, and resumes after a successful probe', async () => {
    const { world, store, registry, add, dispatcher, sent, woken } = await worker();
    const slice = async (): Promise<number> => {
      const before = sent.length;
      await dispatcher.runSlice('destination-1');
      while ([...store.rows.values()].some(({ token }) => token !== null)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      return sent.length - before;
    };
    world.answer = () => Promise.resolve({ kind: 'transient', message: 'away' });
    for (let index = 0; index < 40; index += 1) add(`d${index}`);
    // On a busy machine, one slice (one bounded round of claims) may end before the breaker opens.
    let failed = 0;
    for (let more = await slice(); more > 0; more = await slice()) failed += more;
    expect(failed).toBeGreaterThanOrEqual(FAILURES_TO_OPEN);
    expect(failed).toBeLessThan(FAILURES_TO_OPEN + 4);
    expect(await slice()).toBe(0);
    const breaker = registry.breakerOf('destination-1');
    expect(breaker).toMatchObject({ openCount: 1, failingSince: NOW });
    expect(woken).toContainEqual(['destination-1', breaker?.openUntil]);

    world.now = breaker?.openUntil ?? 0;
    expect(await slice()).toBe(1);
    expect(registry.breakerOf('destination-1')?.openCount).toBe(2);

    world.now = registry.breakerOf('destination-1')?.openUntil ?? 0;
    world.answer = () => Promise.resolve({ kind: 'accepted' });
    expect(await slice()).toBeGreaterThan(1);
    expect(registry.breakerOf('destination-1')).toMatchObject({ openCount: 0, failingSince: null });
  });

  it('leaves few deliveries unconfirmed in an hour of 500s, and sends each other delivery once afterwards', async () => {
    const { world, store, registry, add, drain, dispatcher, sent } = await worker({ limits: { concurrency: 4 } });
    const total = 60;
    for (let index = 0; index < total; index += 1) add(`d${index}`);
    const end = NOW + 3_600_000;
    // The outcome of a 500 from a vendor that does not ignore repeated messages.
    world.answer = () => {
      world.now += 50;
      return Promise.resolve({ kind: 'unconfirmed', message: 'the vendor answered 500', response: { status: 500 } });
    };
    while (world.now < end) {
      await dispatcher.runSlice('destination-1');
      do await new Promise((resolve) => setImmediate(resolve));
      while ([...store.rows.values()].some(({ token }) => token !== null));
      // Only the breaker lets time pass: on a busy machine, a slice may end before the breaker opens.
      world.now = Math.max(world.now, registry.breakerOf('destination-1')?.openUntil ?? 0);
    }
    const states = () => [...store.rows.values()].map(({ decision }) => decision?.state ?? 'waits');
    const unconfirmed = states().filter((state) => state === 'unconfirmed').length;
    const probes = (registry.breakerOf('destination-1')?.openCount ?? 0) - 1;
    const alsoInFlight = 4 - 1;
    expect(unconfirmed).toBe(sent.length);
    expect(unconfirmed).toBeGreaterThanOrEqual(FAILURES_TO_OPEN + probes);
    expect(unconfirmed).toBeLessThanOrEqual(FAILURES_TO_OPEN + alsoInFlight + probes);
    expect(probes).toBeLessThan(25);
    expect(states().filter((state) => state === 'waits')).toHaveLength(total - unconfirmed);

    world.answer = () => Promise.resolve({ kind: 'accepted' });
    world.now = registry.breakerOf('destination-1')?.openUntil ?? world.now;
    await drain();
    await dispatcher.stop(1_000);
    expect(states().filter((state) => state === 'succeeded')).toHaveLength(total - unconfirmed);
    expect(new Set(sent.map(({ delivery }) => delivery.id)).size).toBe(sent.length);
  });

  it('delays only the delivery whose recipient is throttled, and ends it after a day', async () => {
    const { world, store, registry, add, drain, dispatcher, sent, decisionOf } = await worker();
    world.answer = ({ delivery }) =>
      Promise.resolve(
        delivery.id === 'd1'
          ? { kind: 'throttled', message: 'too many for this device', retryAfterMs: 3_600_000, recipientOnly: true }
          : { kind: 'accepted' },
      );
    for (const id of ['d1', 'd2', 'd3']) add(id);
    await drain();
    expect(['d2', 'd3'].map((id) => decisionOf(id)?.state)).toEqual(['succeeded', 'succeeded']);
    expect(decisionOf('d1')).toMatchObject({ state: 'scheduled', dueAt: NOW + 3_600_000, countedAttempts: 0 });
    expect(registry.breakerOf('destination-1')).toBeUndefined();

    for (let hour = 1; hour <= 30; hour += 1) {
      world.now = NOW + hour * 3_600_000;
      await drain();
    }
    await dispatcher.stop(1_000);
    expect(decisionOf('d1')).toMatchObject({ state: 'dead', reason: THROTTLED_TOO_LONG, errorKind: 'throttled' });
    expect(sent.filter(({ delivery }) => delivery.id === 'd1')).toHaveLength(25);
    expect([...store.rows.values()].map(({ dueAt }) => dueAt)).toEqual([Infinity, Infinity, Infinity]);
  });

  it('alerts if the vendor refuses ten messages for a reason that may concern all, and pauses nothing', async () => {
    const { world, add, drain, dispatcher, alerts, pauses, decisionOf } = await worker({ limits: { concurrency: 1 } });
    let answered = 0;
    world.answer = () => {
      answered += 1;
      const suspicious = { kind: 'rejected', message: 'the sender is refused', suspectsDestination: true } as const;
      return Promise.resolve(answered === 6 ? { kind: 'accepted' } : suspicious);
    };
    for (let index = 0; index < 15; index += 1) add(`d${index}`);
    await drain();
    // The sixth message was accepted.
    expect(alerts).toEqual(['The vendor refused 10 of 11 messages. Last refusal: the sender is refused']);
    for (let index = 15; index < 30; index += 1) add(`d${index}`);
    await drain();
    await dispatcher.stop(1_000);
    expect(alerts.slice(1)).toEqual(['The vendor refused 10 messages in a row. Last refusal: the sender is refused']);
    expect(pauses).toEqual([]);
    expect(decisionOf('d29')).toMatchObject({ state: 'dead', reason: 'rejected' });
  });

  it('pauses a destination that has failed for longer than pauseAfter', async () => {
    const retry = { scheduleMs: Array.from({ length: 50 }, () => 0), pauseAfterMs: 60_000 };
    const { world, registry, store, add, dispatcher, pauses } = await worker({ retry });
    world.answer = () => {
      world.now += 1_000;
      return Promise.resolve({ kind: 'transient', message: 'away' });
    };
    for (let index = 0; index < 40; index += 1) add(`d${index}`);
    for (let round = 0; round < 200 && pauses.length === 0; round += 1) {
      await dispatcher.runSlice('destination-1');
      while ([...store.rows.values()].some(({ token }) => token !== null)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      world.now = Math.max(world.now, registry.breakerOf('destination-1')?.openUntil ?? 0);
    }
    expect(pauses).toEqual([expect.stringMatching(/^Every call since .*Z failed\. .* Last failure: away$/)]);
    await dispatcher.stop(1_000);
    expect(registry.breakerOf('destination-1')).toBeNull();
    expect([...store.rows.values()].every(({ decision }) => decision === null || decision.state === 'scheduled')).toBe(
      true,
    );
  });

  it('leaves a destination with limits to its owner, and forwards its wake-ups', async () => {
    const { add, dispatcher, ring, sent, woken } = await worker({ limits: { concurrency: 1 } });
    const others = Array.from({ length: 50 }, (_, index) => ({
      id: `other-${index}`,
      activeInMs: 0,
      sinceHeartbeatMs: 0,
    }));
    const owner = others.find(({ id }) => {
      const theirs = new WorkerRing(id);
      const both = ['me', id].map((one) => ({ id: one, activeInMs: 0, sinceHeartbeatMs: 0 }));
      theirs.update(both, JUST_NOW);
      return theirs.owns('destination-1');
    });
    if (owner === undefined) throw new Error('this worker owns every destination');
    ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }, owner], JUST_NOW);
    add('d1');
    for (let index = 0; index < 100; index += 1) await dispatcher.runSlice('destination-1');
    dispatcher.wake('destination-1');
    expect(sent).toHaveLength(0);
    expect(woken.length).toBeGreaterThan(0);
    expect(woken.length).toBeLessThan(100);
    ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }], JUST_NOW);
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    expect(sent).toHaveLength(1);
  });

  it('shares the calls of a destination with the other workers unless the shares would be small', async () => {
    const sharing = async (concurrency: number) => {
      const { add, dispatcher, ring, sent, world } = await worker({ limits: { concurrency } });
      let answer: (outcome: AttemptOutcome) => void = () => undefined;
      const answered = new Promise<AttemptOutcome>((resolve) => (answer = resolve));
      world.answer = () => answered;
      const workers = Array.from({ length: 3 }, (_, index) => ({
        ...{ id: index === 0 ? 'me' : `other-${index}`, activeInMs: 0, sinceHeartbeatMs: 0 },
      }));
      ring.update(workers, JUST_NOW);
      for (let index = 0; index < concurrency; index += 1) add(`d${index}`);
      await dispatcher.runSlice('destination-1');
      const inFlight = sent.length;
      answer({ kind: 'accepted' });
      await dispatcher.stop(1_000);
      return { inFlight, isOwner: ring.serves('destination-1') };
    };
    expect(await sharing(20)).toMatchObject({ inFlight: 6 });
    const { inFlight, isOwner } = await sharing(14);
    expect(inFlight).toBe(isOwner ? 14 : 0);
  });

  it('continues with its own share of the calls, and wakes another worker for the other share', async () => {
    const { add, dispatcher, ring, sent, woken, world } = await worker({ limits: { concurrency: 10 } });
    let answer: (outcome: AttemptOutcome) => void = () => undefined;
    const answered = new Promise<AttemptOutcome>((resolve) => (answer = resolve));
    world.answer = () => answered;
    ring.update(
      ['me', 'other'].map((id) => ({ id, activeInMs: 0, sinceHeartbeatMs: 0 })),
      JUST_NOW,
    );
    for (let index = 0; index < 15; index += 1) add(`d${index}`);
    await dispatcher.runSlice('destination-1');
    expect([sent.length, woken]).toEqual([5, []]);
    answer({ kind: 'accepted' });
    while (sent.length < 15) await new Promise((resolve) => setImmediate(resolve));
    expect(woken).toContainEqual(['destination-1']);
    await dispatcher.stop(1_000);
  });

  it('sends to a destination without a rate before it becomes an owner beside a dead worker', async () => {
    const { add, dispatcher, ring, sent } = await worker({ limits: { concurrency: 1 } });
    const died = { id: 'dead', activeInMs: 0, sinceHeartbeatMs: 3_000 };
    ring.update([{ id: 'me', activeInMs: 5_000, sinceHeartbeatMs: 0 }, died], JUST_NOW);
    add('d1');
    await dispatcher.runSlice('destination-1');
    await dispatcher.stop(1_000);
    expect(sent).toHaveLength(1);
  });

  it('drops outdated deliveries without a call, and wakes the destination for the next one of the key', async () => {
    const { add, drain, sent, decisionOf } = await worker({ limits: { concurrency: 1 } });
    add('old', { order: { policy: 'supersede' }, outdated: true });
    add('older', { order: { policy: 'supersede' }, outdated: true });
    add('new', { order: { policy: 'supersede' } });
    await drain();
    expect(sent.map(({ delivery }) => delivery.id)).toEqual(['new']);
    expect(decisionOf('old')).toMatchObject({ state: 'superseded', attempts: 0 });
    expect(decisionOf('older')).toMatchObject({ state: 'superseded' });
    // Without limits, any worker may run the slice (one bounded round of claims), so the wake-up goes to the queue.
    const unowned = await worker();
    unowned.add('old', { order: { policy: 'supersede' }, outdated: true });
    await unowned.drain();
    expect(unowned.woken).toContainEqual(['destination-1']);
  });

  it('polls for a pending message, and never sends it again', async () => {
    const { world, store, add, drain, sent, polled, decisionOf } = await worker();
    world.answer = () => Promise.resolve({ kind: 'pending', message: '', externalId: 'file-1', pollAfterMs: 5_000 });
    world.pollAnswer = () =>
      Promise.resolve({ kind: 'pending', message: '', externalId: 'file-1', pollAfterMs: 7_000 });
    add('d1');
    await drain();
    expect([sent.length, polled.length, store.rows.get('d1')?.dueAt]).toEqual([1, 0, NOW + 5_000]);
    world.now += 5_000;
    await drain();
    expect([sent.length, polled, store.rows.get('d1')?.dueAt]).toEqual([1, ['d1 file-1'], NOW + 12_000]);
    world.now += 7_000;
    world.pollAnswer = () => Promise.resolve({ kind: 'accepted' });
    await drain();
    expect(sent).toHaveLength(1);
    expect(decisionOf('d1')).toMatchObject({ state: 'succeeded', attempts: 1, countedAttempts: 0 });
  });

  it('does not repeat a message that a status update has confirmed since its answer was lost', async () => {
    const { add, drain, sent, decisionOf } = await worker();
    add('d1', { confirmed: true, countedAttempts: 1, attempts: 1 });
    await drain();
    expect(sent).toHaveLength(0);
    expect(decisionOf('d1')).toMatchObject({ state: 'succeeded', countedAttempts: 1, attempts: 1, attempt: null });
  });

  it('applies pending status updates after the outcome is written', async () => {
    const { world, add, drain, dispatcher, appliedPending } = await worker();
    world.answer = ({ delivery }) =>
      Promise.resolve(delivery.id === 'd1' ? { kind: 'accepted', externalId: 'ext-1' } : { kind: 'accepted' });
    add('d1');
    add('d2');
    await drain();
    await dispatcher.stop(1_000);
    expect(appliedPending.toSorted((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1))).toEqual([
      { destinationId: 'destination-1', deliveryId: 'd1', externalId: 'ext-1' },
      { destinationId: 'destination-1', deliveryId: 'd2', externalId: null },
    ]);
  });

  it('marks a delivery as being sent before a call that must not be repeated after a lost answer', async () => {
    const { store, world, add, drain } = await worker();
    let marked = false;
    world.answer = ({ delivery }) => {
      marked = store.rows.get(delivery.id)?.sending ?? false;
      return Promise.resolve({ kind: 'accepted' });
    };
    add('d1');
    await drain();
    expect(marked).toBe(true);
  });

  it('waits for calls in flight when it stops, aborts those that take too long, and claims nothing new', async () => {
    const { world, add, dispatcher, sent, decisionOf } = await worker();
    world.answer = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'transient', message: 'aborted' }));
      });
    add('d1');
    await dispatcher.runSlice('destination-1');
    add('d2');
    await dispatcher.stop(20);
    await dispatcher.runSlice('destination-1');
    expect(sent).toHaveLength(1);
    expect(decisionOf('d1')).toMatchObject({ state: 'scheduled', countedAttempts: 1 });
    expect(decisionOf('d2')).toBeNull();
  });
});
