import { NO_SUPPRESSIONS } from '../testing/no-suppressions.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import type { ConfigurationRecords, DestinationRecord } from '../configuration/configuration-snapshot.js';
import {
  StoreRefusedError,
  type EventStore,
  type NewEvent,
  type NewLease,
  type StoredOutcome,
} from '../ingest/event-store.port.js';
import { GroupCommit, type CallOutcome } from '../ingest/group-commit.js';
import { prepareEvent, unreadableContent, type ReceivedEvent } from '../ingest/prepare-event.js';
import { SourceCounts } from '../ingest/source-counts.js';
import { uuidV7 } from '../ids.js';
import {
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { loadedStore } from '../testing/loaded-store.js';
import { MemoryDeliveryStore } from '../testing/memory-delivery-store.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { MemoryWorkerRegistry } from '../testing/memory-worker-registry.js';
import { MessagePolicy } from '../messaging/rules.js';
import { MappingCache, MessageBuilder } from './build-message.js';
import { createDispatcher } from './create-dispatcher.js';
import { CustomerLookups } from './customer-lookups.js';
import type { AttemptOutcome } from './delivery.js';
import type { DeliverRequest, DestinationGateway } from './destination-gateway.port.js';
import { DestinationHealth } from './destination-health.js';
import { StoredValuesCheck } from './destinations.js';
import { DirectDelivery, mayBeDirect, storedForm, type DirectCandidate } from './direct-delivery.js';
import { NOT_ENRICHED } from './enricher.port.js';
import { PausedDestinations } from './paused-destinations.js';
import { OutcomeRecorder } from './settle.js';
import type { Dispatcher, ReservedCall } from './worker.js';
import { WorkerRing } from './worker-ring.js';

const NOW = 1_795_544_400_000;
const LIMIT = 8;
const DIRECT_LIMIT = LIMIT / 2;

/** Event store in memory that leases deliveries on request, until a test changes its answer. */
class LeasingStore implements EventStore {
  readonly requested: string[][] = [];
  grants = true;
  /** Runs before a group is stored. */
  before: (events: readonly NewEvent[]) => Promise<readonly StoredOutcome[] | null> = () => Promise.resolve(null);

  constructor(private readonly deliveries: MemoryDeliveryStore) {}

  readonly storeGroup: EventStore['storeGroup'] = async (events, _quarantine, leases = new Map()) => {
    this.requested.push([...leases.keys()]);
    const answer = await this.before(events);
    if (answer !== null) return answer;
    return events.map((event): StoredOutcome => {
      const granted = new Map<string, NewLease>();
      for (const delivery of event.deliveries) {
        const lease = { token: `token-of-${delivery.id}`, destinationVersion: 1, pauseSeq: 1 };
        this.deliveries.add(asStored(event, delivery));
        if (!this.grants || !leases.has(delivery.id)) continue;
        const row = this.deliveries.rows.get(delivery.id);
        if (row !== undefined) row.token = lease.token;
        granted.set(delivery.id, lease);
      }
      return { kind: 'accepted', leases: granted };
    });
  };
}

function asStored(
  event: NewEvent,
  delivery: NewEvent['deliveries'][number],
): Parameters<MemoryDeliveryStore['add']>[0] {
  // The database returns personal values only as sealed.
  const { personal: _, ...stored } = storedForm(event);
  return {
    ...{ ...delivery, retentionDays: event.retentionDays, brandId: event.brandId, destinationVersion: 1 },
    ...{
      pauseSeq: 1,
      countedAttempts: 0,
      attempts: 0,
      order: null,
      pendingSince: null,
      externalId: null,
      confirmed: false,
    },
    ...{ outdated: false, undecided: false, messaging: null, event: stored },
  };
}

const started: { stop(): Promise<void> }[] = [];
/** Stops all hubs. A hub with a leaked call would not stop before the test times out. */
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

/** Creates ingest and delivery of one process, with one destination. */
async function hub(destination: Partial<DestinationRecord> = {}, also: Partial<ConfigurationRecords> = {}) {
  const world = {
    records: configurationRecords({ destinations: [destinationRecord(destination)], ...also }),
    answer: (_request: DeliverRequest): Promise<AttemptOutcome> => Promise.resolve({ kind: 'accepted' }),
    idempotent: true,
  };
  const sent: DeliverRequest[] = [];
  const gateway: DestinationGateway = {
    facts: (type) => ({
      ...{ type, category: 'webhook', limits: () => ({}), idempotent: () => world.idempotent },
      batch: (settings) => (settings['batches'] === true ? { size: 2, within: 1, idempotent: 'message' } : undefined),
      ...{
        hasStatusCallback: false,
        addressPathsOf: () => [],
        preset: () => undefined,
        messaging: null,
        quotaExcess: 'wait',
      },
    }),
    checkMessage: () => [],
    checkCredentials: () => [],
    checkSettings: () => [],
    deliver: (request) => {
      sent.push(request);
      return world.answer(request);
    },
    deliverBatch: () => Promise.reject(new Error('no batch is sent')),
    poll: () => Promise.resolve({ kind: 'accepted' }),
  };
  const configuration = new LiveConfiguration(
    loadedStore(() => world.records),
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
  await configuration.refresh();
  await configuration.brandNamed('acme');
  let holds = 0;
  const hold = configuration.hold.bind(configuration);
  configuration.hold = (id) => {
    const release = hold(id);
    holds += 1;
    return () => {
      holds -= 1;
      release();
    };
  };
  const clock = { now: () => NOW };
  const faults: unknown[] = [];
  const fault = (error: unknown): void => void faults.push(error);
  const ring = new WorkerRing('me');
  ring.update([{ id: 'me', activeInMs: 0, sinceHeartbeatMs: 0 }], { elapsedMs: 0 });
  const deliveries = new MemoryDeliveryStore();
  const paused = new PausedDestinations();
  const health = new DestinationHealth(new MemoryWorkerRegistry(), clock, fault);
  const woken: string[] = [];
  const log = {
    claimed: () => undefined,
    ...{ attempted: () => undefined, paused: () => undefined, opened: () => undefined, failing: () => undefined },
    fault,
  };
  const dispatcher = createDispatcher({
    ...{ store: deliveries, configuration, gateway, ring, health, clock, log },
    paused,
    pauses: { pause: () => Promise.resolve(true), alertFailing: () => Promise.resolve() },
    storedValues: new StoredValuesCheck(gateway),
    suppressions: NO_SUPPRESSIONS,
    messages: new MessageBuilder({
      ...{ suppressions: NO_SUPPRESSIONS, gateway },
      mappings: new MappingCache({ subscriptionVersions: () => Promise.resolve([subscriptionRecord()]) }),
      lookups: new CustomerLookups(
        { enrich: () => Promise.resolve(NOT_ENRICHED) },
        { resolve: ({ event }) => Promise.resolve(simpleAdapter.recipientOf(event.type, event.data)) },
      ),
      policy: new MessagePolicy(new MemoryMessagingStore(), clock),
    }),
    statusCallbackUrl: () => undefined,
    recorder: new OutcomeRecorder(
      deliveries,
      { applyPending: () => Promise.resolve() },
      { lingerMs: 1, maxBatch: 100, maxInFlight: 1, retryDelayMs: 1 },
      fault,
    ),
    wakeUps: { wake: (id) => woken.push(id), wakeAt: () => undefined },
    fallbacks: { once: () => Promise.resolve() },
    options: { batch: 10, sliceMs: 50, maxInFlight: LIMIT, defaultConcurrency: 6 },
  });
  const store = new LeasingStore(deliveries);
  const direct = new DirectDelivery(dispatcher, log);
  direct.start();
  const options = { lingerMs: 1, maxBatch: 100, maxInFlight: 2 };
  const groups = new GroupCommit(store, configuration, options, new SourceCounts(), direct);
  const source = sourceOf(configuration);
  const post = (count = 1, content?: ReceivedEvent['content']): Promise<CallOutcome> =>
    groups.add({ source, events: received(count, content), isAdmitted: () => true });
  const call = reserved(dispatcher);
  dispatcher.releaseCall(call);
  /** Numbers of calls for which the destination and the process hold a slot, and of holds of the brand. */
  const held = (): readonly number[] => [call.queue.inFlight, call.queue.heldCapacity, holds];
  const settled = async (): Promise<void> => {
    while (held().some((number) => number > 0)) await new Promise((resolve) => setImmediate(resolve));
  };
  started.push({ stop: () => dispatcher.stop(60_000) });
  return {
    world,
    sent,
    configuration,
    deliveries,
    /** Pauses the destination, as this process learns with a heartbeat. */
    pause: () => paused.refresh([{ destinationId: 'destination-1', seq: 2, pauseSeq: 2, breaker: null }]),
    health,
    woken,
    faults,
    dispatcher,
    ring,
    store,
    direct,
    post,
    held,
    settled,
  };
}

function brandOf(configuration: LiveConfiguration): CompiledBrand {
  const brand = configuration.brandNamedIfLoaded('acme');
  if (brand === undefined) throw new Error('The brand is not in memory.');
  return brand;
}

function sourceOf(configuration: LiveConfiguration): CompiledSource {
  const source = brandOf(configuration).openSource('in');
  if (source === undefined) throw new Error('The configuration has no source.');
  return source;
}

function reserved(dispatcher: Dispatcher): ReservedCall {
  const call = dispatcher.reserveCall('destination-1');
  if (call === null) throw new Error('No call could be reserved.');
  return call;
}

let eventNumber = 0;

function received(count: number, content?: ReceivedEvent['content']): ReceivedEvent[] {
  return Array.from({ length: count }, () => {
    eventNumber += 1;
    const [read] = simpleAdapter.read(
      { type: 'pointsIssued', id: `e-${eventNumber}`, customerId: 7, data: { points: 5, phone: '+15005550006' } },
      {},
    );
    if (read?.kind !== 'event') throw new Error('The adapter did not read the event.');
    const at = { id: uuidV7(NOW), receivedAt: NOW, brandName: 'acme', sourceName: 'in' };
    return { ...at, content: content ?? { kind: 'event', event: read.event } };
  });
}

describe('mayBeDirect', () => {
  const plain: DirectCandidate = {
    subscription: { destinationId: 'destination-1', messaging: null },
    destination: {},
    brand: { lookups: {} },
    ...{ isOrdered: false, delayMs: 0 },
  };

  it('lets a delivery without rules be sent from memory', () => {
    expect(mayBeDirect(plain)).toBe(true);
  });

  it.each<[string, Partial<DirectCandidate>]>([
    ['an order key', { isOrdered: true }],
    ['a first delay', { delayMs: 1 }],
    ['a route', { subscription: { destinationId: null, messaging: null } }],
    [
      'messaging rules',
      { subscription: { destinationId: 'd', messaging: { purpose: 'transactional', fallback: [] } } },
    ],
    ['an unknown destination', { destination: undefined }],
    ['messaging rules of the destination', { destination: { messaging: {} } }],
    ['caps of the brand', { brand: { lookups: {}, caps: {} } }],
    ['consent rules of the brand', { brand: { lookups: { consent: {} } } }],
  ])('refuses a delivery with %s', (_rule, change) => {
    expect(mayBeDirect({ ...plain, ...change })).toBe(false);
  });
});

describe('storedForm', () => {
  it('returns the event as the database would: as JSON, and without lone surrogates in text', async () => {
    const { configuration } = await hub();
    const [event] = received(1);
    if (event?.content.kind !== 'event') throw new Error('no event');
    const data = { list: [-0], huge: Number.POSITIVE_INFINITY, text: 'a\ud800', phone: -0 };
    const content = {
      kind: 'event',
      event: { ...event.content.event, type: 'a\ud800', customerIds: ['c\ud800'], data },
    } as const;
    const stored = storedForm(prepareEvent({ ...event, content }, sourceOf(configuration), brandOf(configuration)));
    expect(stored).toMatchObject({ type: 'a\ufffd', customerId: 'c\ufffd', customerKey: 'c\ufffd' });
    expect(stored.data).toEqual({ list: [0], huge: null, text: 'a\ud800' });
    expect(stored.personal).toEqual([{ root: 'data', path: ['phone'], value: 0 }]);
  });
});

describe('a delivery from memory', () => {
  it('is sent after the commit, without a claim or a wake-up, and is recorded under its token', async () => {
    const { post, sent, settled, deliveries, woken, faults } = await hub();
    const answer = await post(3);
    expect(answer).toMatchObject({ kind: 'stored', destinationIds: new Set() });
    await settled();
    expect(sent).toHaveLength(3);
    expect(sent[0]).toMatchObject({ message: { to: '+15005550006', text: '5 points' }, delivery: { attempt: 1 } });
    const decisions = [...deliveries.rows.values()].map(({ decision }) => decision);
    expect(decisions).toMatchObject(Array(3).fill({ state: 'succeeded', attempt: { number: 1, direct: true } }));
    expect([woken, faults]).toEqual([[], []]);
  });

  it('sends the message that a claim would send', async () => {
    const { store, post, sent, settled, dispatcher } = await hub();
    await post();
    await settled();
    store.grants = false;
    await post();
    await dispatcher.runSlice('destination-1');
    await settled();
    const [direct, claimed] = sent.map(({ message, personal, lookedUp }) => ({ message, personal, lookedUp }));
    expect(sent).toHaveLength(2);
    expect(direct).toEqual(claimed);
  });

  it('is not sent before the process begins to deliver', async () => {
    const { dispatcher, store, configuration, sent } = await hub();
    const direct = new DirectDelivery(dispatcher, { fault: () => undefined });
    const options = { lingerMs: 1, maxBatch: 100, maxInFlight: 2 };
    const groups = new GroupCommit(store, configuration, options, new SourceCounts(), direct);
    await groups.add({ source: sourceOf(configuration), events: received(1), isAdmitted: () => true });
    expect([store.requested, sent]).toEqual([[[]], []]);
  });

  it.each<[string, Partial<DestinationRecord>]>([
    ['is disabled', { disabled: true }],
    ['collects batches', { settings: { batches: true } }],
    ['has a rate limit', { limits: { ratePerSecond: 5 } }],
    ['holds unconfirmed deliveries', { retry: { scheduleMs: [0], onUnconfirmed: 'hold' } }],
  ])('reserves no call if the destination %s', async (_case, change) => {
    const { world, configuration, dispatcher } = await hub();
    world.records = configurationRecords({ revision: 2, destinations: [destinationRecord(change)] });
    await configuration.refresh();
    expect(dispatcher.reserveCall('destination-1')).toBeNull();
  });

  it('reserves no call while the circuit breaker is not closed, nor for an unknown destination', async () => {
    const { health, dispatcher } = await hub();
    expect(dispatcher.reserveCall('destination-2')).toBeNull();
    health.throttle('destination-1', NOW + 1);
    expect(dispatcher.reserveCall('destination-1')).toBeNull();
  });

  it('reserves no call for a destination with a small limit that another worker owns', async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `destination-${index + 1}`);
    const destinations = ids.map((id) => destinationRecord({ id, limits: { concurrency: 1 } }));
    const { dispatcher, ring } = await hub({}, { destinations });
    const member = { activeInMs: 0, sinceHeartbeatMs: 0 };
    ring.update(
      ['me', 'other'].map((id) => ({ id, ...member })),
      { elapsedMs: 0 },
    );
    const reservedIds = ids.filter((id) => {
      const call = dispatcher.reserveCall(id);
      if (call !== null) dispatcher.releaseCall(call);
      return call !== null;
    });
    const ownIds = ids.filter((id) => ring.serves(id));
    expect(reservedIds).toEqual(ownIds);
    expect([0, ids.length]).not.toContain(ownIds.length);
  });

  it('reserves at most half of the capacity, and at most the concurrency of the destination', async () => {
    const two = [destinationRecord({ limits: { concurrency: 3 } }), destinationRecord({ id: 'destination-2' })];
    const { dispatcher } = await hub({}, { destinations: two });
    const calls: (ReservedCall | null)[] = [1, 2, 3, 4].map(() => dispatcher.reserveCall('destination-1'));
    expect(calls.map((call) => call !== null)).toEqual([true, true, true, false]);
    const others = [1, 2].map(() => dispatcher.reserveCall('destination-2'));
    expect(others.map((call) => call !== null)).toEqual([true, false]);
    for (const call of [...calls, ...others]) if (call !== null) dispatcher.releaseCall(call);
    expect(DIRECT_LIMIT).toBe(4);
  });

  it('leaves a destination to claims for a second after the database refused a lease', async () => {
    const { store, post, dispatcher } = await hub();
    store.grants = false;
    expect(await post()).toMatchObject({ destinationIds: new Set(['destination-1']) });
    expect(dispatcher.reserveCall('destination-1')).toBeNull();
  });

  it('does not wait for a rate limit that was removed', async () => {
    const { world, configuration, dispatcher, post, sent } = await hub();
    const change = async (revision: number, limits: DestinationRecord['limits']): Promise<void> => {
      world.records = configurationRecords({ revision, destinations: [destinationRecord({ limits })] });
      await configuration.refresh();
    };
    // The reserved call keeps the state of the destination in memory, as calls in flight do.
    const call = reserved(dispatcher);
    await change(2, { ratePerSecond: 0.001 });
    await dispatcher.runSlice('destination-1');
    expect(call.queue.rateLimiter).not.toBeNull();
    await change(3, {});
    await post();
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toHaveLength(1);
    dispatcher.releaseCall(call);
  });

  it('is not written if the destination is paused after the lease', async () => {
    const { world, pause, post, settled, deliveries } = await hub();
    let refused: unknown;
    world.answer = (request) => {
      pause();
      const answer = request.beforeWrite?.({ delivers: true }) ?? null;
      refused = answer;
      return Promise.resolve(answer !== null && answer.kind !== 'delay' ? answer : { kind: 'accepted' });
    };
    await post();
    await settled();
    expect(refused).toMatchObject({ kind: 'internal_error' });
    expect([...deliveries.rows.values()]).toMatchObject([{ token: null, decision: null }]);
  });
});

describe('each way in which a group ends', () => {
  type Fixture = Awaited<ReturnType<typeof hub>>;
  const quarantined = unreadableContent('not JSON', Buffer.from('{'));

  it.each<[string, number, (fixture: Fixture) => Promise<unknown>]>([
    ['sends', 2, ({ post }) => post(2)],
    [
      'fails at the vendor',
      1,
      ({ world, post }) => {
        world.answer = () => Promise.resolve({ kind: 'transient', message: 'The vendor answered 503.' });
        return post();
      },
    ],
    [
      'fails in the hub',
      1,
      ({ world, post }) => {
        world.answer = () => Promise.reject(new Error('a bug'));
        return post();
      },
    ],
    [
      'is refused its leases',
      0,
      ({ store, post }) => {
        store.grants = false;
        return post(2);
      },
    ],
    [
      'is stored without leases',
      0,
      ({ store, post }) => {
        store.before = (events) => Promise.resolve(events.map(() => ({ kind: 'accepted' })));
        return post(2);
      },
    ],
    [
      'is a duplicate',
      0,
      ({ store, post }) => {
        store.before = (events) => Promise.resolve(events.map(() => ({ kind: 'duplicate', eventId: 'earlier' })));
        return post(2);
      },
    ],
    ['is unreadable', 0, ({ post }) => post(1, quarantined)],
    [
      'is quarantined by the database',
      0,
      ({ store, post }) => {
        store.before = (events) => Promise.resolve(events.map(() => ({ kind: 'quarantined' })));
        return post(2);
      },
    ],
    [
      'is stale once',
      1,
      ({ store, post }) => {
        let isStale = true;
        store.before = (events) => {
          const answer = isStale ? events.map((): StoredOutcome => ({ kind: 'stale' })) : null;
          isStale = false;
          return Promise.resolve(answer);
        };
        return post();
      },
    ],
    [
      'loses the answer of its commit',
      0,
      ({ store, post }) => {
        store.before = () => Promise.reject(new Error('the connection broke'));
        return expect(post(2)).rejects.toThrow('the connection broke');
      },
    ],
    [
      'cannot be stored',
      0,
      ({ store, post }) => {
        store.before = () => Promise.reject(new StoreRefusedError('refused'));
        return Promise.all([post(), post()]);
      },
    ],
    [
      'is paused between the commit and the attempt',
      0,
      (fixture) => {
        fixture.store.before = () => {
          fixture.pause();
          return Promise.resolve(null);
        };
        return fixture.post(2);
      },
    ],
    [
      'is stopped between the commit and the attempt',
      0,
      async ({ store, dispatcher, post }) => {
        store.before = () => {
          void dispatcher.stop(60_000);
          return Promise.resolve(null);
        };
        await post(2);
      },
    ],
  ])('releases every call if a group %s', async (_case, calls, act) => {
    const fixture = await hub();
    await act(fixture);
    await fixture.settled();
    expect(fixture.held()).toEqual([0, 0, 0]);
    expect(fixture.sent).toHaveLength(calls);
    const leased = [...fixture.deliveries.rows.values()].filter(({ token }) => token !== null);
    expect(leased).toEqual([]);
  });

  it('wakes no destination for duplicates', async () => {
    const { store, post, woken } = await hub();
    store.before = (events) => Promise.resolve(events.map(() => ({ kind: 'duplicate', eventId: 'earlier' })));
    await post(2);
    expect([store.requested[0]?.length, woken]).toEqual([2, []]);
  });

  it('resumes the slice that found all calls of the destination reserved', async () => {
    const { store, post, dispatcher, sent } = await hub({ limits: { concurrency: 1 } });
    store.grants = false;
    store.before = async () => {
      await dispatcher.runSlice('destination-1');
      return null;
    };
    await post();
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toHaveLength(1);
  });

  it('releases the calls that were reserved before an error', async () => {
    const { direct, dispatcher, held } = await hub();
    const group = direct.begin();
    const reserve = dispatcher.reserveCall.bind(dispatcher);
    const event = (destinationId: string) => ({
      deliveries: [{ id: destinationId, destinationId, mayBeDirect: true }],
    });
    dispatcher.reserveCall = (id) => {
      if (id === 'broken') throw new Error('a bug');
      return reserve(id);
    };
    const events = [event('destination-1'), event('broken')] as unknown as readonly NewEvent[];
    expect(() => group.reserve(events)).toThrow('a bug');
    expect(held()).toEqual([1, 1, 1]);
    group.end();
    group.end();
    expect(held()).toEqual([0, 0, 0]);
  });
});
