import { randomUUID } from 'node:crypto';
import {
  CustomerLookups,
  createDispatcher,
  DestinationHealth,
  FallbackSteps,
  isJsonObject,
  WorkerRing,
  LiveConfiguration,
  MappingCache,
  MessageBuilder,
  MessagePolicy,
  NOT_ENRICHED,
  OutcomeRecorder,
  PausedDestinations,
  StoredValuesCheck,
  prepareEvent,
  uuidV7,
  type BrandVault,
  type ClaimResult,
  type CompiledBrand,
  type ConfigurationRecords,
  type DeliverRequest,
  type Json,
  type DeliveryStore,
  type DestinationGateway,
  type Dispatcher,
  type SourceAdapter,
  type SubscriptionVersionRecord,
} from '@patchbay/core';
import type { Database } from '../../connections/database.js';
import { PostgresDeliveryStore } from '../../deliveries/postgres-delivery.store.js';
import { PostgresStatusUpdateStore } from '../../status-updates/postgres-status-update.store.js';
import { BrandEntity } from '../../entities/brand.entity.js';
import { DestinationEntity } from '../../entities/destination.entity.js';
import { PostgresEventStore } from '../../events/postgres-event.store.js';
import { PostgresMessagingStore } from '../../messaging/postgres-messaging.store.js';
import {
  CAPS,
  DAY_ENDS_AT,
  DAY_STARTS_AT,
  DESTINATIONS,
  endKey,
  statusUpdateOf,
  SUBSCRIPTIONS,
  MAX_ATTEMPTS,
  VENDOR_AWAY_MS,
  vendorAnswer,
  type DayPlan,
  type DayResult,
  type LaterStatusUpdate,
  type PlannedBrand,
  type PlannedEvent,
  type ObservedCall,
  type ObservedEnd,
} from './day-plan.js';
import { recordsStore } from '../records-store.js';

const LARGEST_GROUP = 500;

const vault: BrandVault = {
  seal: (_context, text) => Buffer.from(text),
  open: (_context, sealed) => Buffer.from(sealed).toString(),
  keyedHash: (purpose, value) => Buffer.from(`${purpose}/${value}`).toString('hex'),
};

const adapter: SourceAdapter = {
  name: 'day',
  read: () => [],
  catalogue: () => [],
  personalPaths: () => ({ personal: [], safe: [] }),
  recipientOf: () => ({}),
  referencesOf: (_type, { refs }) => (Array.isArray(refs) ? refs.map(String) : []),
};

interface EndRow {
  readonly event_id: string;
  readonly subscription_id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly merged: string | null;
  readonly step: number;
}

interface ScheduledUpdate {
  readonly at: number;
  readonly destinationId: string;
  readonly deliveryId: string;
  readonly status: LaterStatusUpdate['status'];
}

/**
 * Simulation of one day with the real stores, rules and dispatchers (one dispatcher per brand). The vendor is in
 * memory.
 */
export class DayEngine {
  private now = DAY_STARTS_AT;
  private readonly clock = { now: (): number => this.now };
  private readonly events: PostgresEventStore;
  private readonly messagingStore: PostgresMessagingStore;
  private readonly statusUpdates: PostgresStatusUpdateStore;
  private readonly calls: ObservedCall[] = [];
  private updates: ScheduledUpdate[] = [];
  private readonly keys = new Map<string, string>();
  private readonly faults: unknown[] = [];
  private readonly brands: BrandRun[] = [];
  private readonly versions = new Map<string, SubscriptionVersionRecord>();
  private readonly mappings = new MappingCache({
    subscriptionVersions: (ids) =>
      Promise.resolve(ids.map((id) => this.versions.get(id)).filter((version) => version !== undefined)),
  });
  private readonly steps: FallbackSteps;

  constructor(
    private readonly database: Database,
    private readonly plan: DayPlan,
  ) {
    this.events = new PostgresEventStore(database.pgPool);
    this.messagingStore = new PostgresMessagingStore(database.pgPool);
    this.statusUpdates = new PostgresStatusUpdateStore(database, this.clock);
    this.steps = new FallbackSteps(
      this.messagingStore,
      this.mappings,
      { wake: () => undefined },
      this.clock,
      (error) => {
        throw error;
      },
    );
  }

  /** Runs the simulated day. Rejects with the first internal error of the hub. */
  async run(): Promise<DayResult> {
    for (const brand of this.plan.brands) this.brands.push(await this.open(brand));
    let next = 0;
    for (this.now = DAY_STARTS_AT; this.now <= DAY_ENDS_AT; this.now += this.plan.stepMs) {
      const received: PlannedEvent[] = [];
      for (; next < this.plan.events.length; next += 1) {
        const event = this.plan.events[next];
        if (event === undefined || event.receivedAt > this.now) break;
        received.push(event);
      }
      await this.store(received);
      await this.receiveCallbacks();
      await this.deliver();
      if (this.faults.length > 0) throw this.faults[0];
    }
    const { ends, deferred } = await this.ends();
    for (const { dispatcher } of this.brands) await dispatcher.stop(1_000);
    return { calls: this.calls, ends, deferred };
  }

  private async store(received: readonly PlannedEvent[]): Promise<void> {
    const prepared = received.map((event) => this.brandOf(event.brand).prepare(event, this.keys));
    for (let from = 0; from < prepared.length; from += LARGEST_GROUP) {
      await this.events.storeGroup(prepared.slice(from, from + LARGEST_GROUP));
    }
  }

  private async receiveCallbacks(): Promise<void> {
    const heard = this.updates.filter(({ at }) => at <= this.now);
    this.updates = this.updates.filter(({ at }) => at > this.now);
    for (const { destinationId, deliveryId, status } of heard.sort((a, b) => a.at - b.at)) {
      await this.statusUpdates.apply(destinationId, [{ deliveryId, status }]);
    }
    if (heard.length > 0) await this.steps.once();
  }

  /**
   * Delivers everything that is due. All brands run at the same time; the destinations of a brand run one after
   * another.
   */
  private async deliver(): Promise<void> {
    for (;;) {
      const rows = await this.database.dataSource.query<{ id: string }[]>(
        `SELECT DISTINCT destination_id AS id FROM deliveries_waiting
        WHERE due_at <= to_timestamp($1::float8 / 1000) AND NOT deferred`,
        [this.now],
      );
      if (rows.length === 0) return;
      const busy = new Set(rows.map(({ id }) => id));
      await Promise.all(this.brands.map((brand) => brand.drain(busy)));
    }
  }

  private async ends(): Promise<{ ends: Map<string, ObservedEnd>; deferred: number }> {
    const rows = await this.database.dataSource.query<EndRow[]>(
      `SELECT d.event_id, d.subscription_id, d.state, d.reason, m.event_id AS merged,
        coalesce((d.messaging ->> 'step')::int, 0) AS step
      FROM deliveries d LEFT JOIN deliveries m ON m.id = d.merged_into`,
    );
    const names = new Map(this.brands.flatMap(({ subscriptionNames }) => [...subscriptionNames]));
    const keyOf = (id: string): string => this.keys.get(id) ?? id;
    const ends = new Map<string, ObservedEnd>();
    for (const row of rows) {
      const reason = row.reason?.replace(/[0-9a-f-]{36}/, keyOf) ?? null;
      ends.set(endKey(keyOf(row.event_id), names.get(row.subscription_id) ?? '', row.step), {
        state: row.state,
        reason,
        mergedInto: row.merged === null ? null : keyOf(row.merged),
      });
    }
    return { ends, deferred: this.brands.reduce((sum, { deferred }) => sum + deferred, 0) };
  }

  private brandOf(name: string): BrandRun {
    const found = this.brands.find((brand) => brand.name === name);
    if (found === undefined) throw new Error(`no brand ${name}`);
    return found;
  }

  private async open(brand: PlannedBrand): Promise<BrandRun> {
    const records = recordsOf(brand);
    await insert(this.database, records);
    for (const version of records.subscriptions) this.versions.set(version.id, version);
    return BrandRun.open(brand, records, {
      ...{
        database: this.database,
        messagingStore: this.messagingStore,
        statusUpdates: this.statusUpdates,
      },
      ...{ mappings: this.mappings, steps: this.steps },
      ...{ clock: this.clock, fault: (error) => void this.faults.push(error) },
      deliver: (request, destination) => this.take(request, destination),
    });
  }

  private take(
    { event, delivery, message, destination: { id } }: DeliverRequest,
    destination: string,
  ): ObservedCall['answer'] {
    const key = this.keys.get(event.id) ?? event.id;
    const answer = vendorAnswer(this.plan.seed, key, destination, delivery.attempt);
    this.calls.push({
      ...{ at: this.now, destination, subscription: textIn(message, 'subscription'), event: key },
      ...{ members: textIn(message, 'members').trim().split(' '), attempt: delivery.attempt, answer },
    });
    const update = statusUpdateOf(this.plan.seed, key, destination);
    if (update !== null && (answer === 'accepted' || answer === 'unconfirmed')) {
      const at = this.now + update.afterMs;
      this.updates.push({ at, destinationId: id, deliveryId: delivery.id, status: update.status });
    }
    return answer;
  }
}

interface BrandDependencies {
  readonly database: Database;
  readonly messagingStore: PostgresMessagingStore;
  readonly statusUpdates: PostgresStatusUpdateStore;
  readonly mappings: MappingCache;
  readonly steps: FallbackSteps;
  readonly clock: { now(): number };
  readonly fault: (error: unknown) => void;
  readonly deliver: (request: DeliverRequest, destination: string) => ObservedCall['answer'];
}

/** Run of one brand: a worker that delivers the messages of the brand. */
class BrandRun {
  deferred = 0;
  readonly subscriptionNames: ReadonlyMap<string, string>;

  private constructor(
    readonly name: string,
    private readonly configuration: CompiledBrand,
    readonly dispatcher: Dispatcher,
    readonly steps: FallbackSteps,
  ) {
    const { subscriptions } = configuration.records;
    this.subscriptionNames = new Map(subscriptions.map(({ subscriptionId, name: of }) => [subscriptionId, of]));
  }

  static async open(brand: PlannedBrand, records: ConfigurationRecords, world: BrandDependencies): Promise<BrandRun> {
    const { clock, fault, database, mappings, steps } = world;
    const live = new LiveConfiguration(recordsStore(records), new Map([[adapter.name, adapter]]));
    await live.refresh();
    const store = new SerialDeliveryStore(new PostgresDeliveryStore(database.pgPool));
    const wakeUps = { wake: () => undefined, wakeAt: () => undefined };
    const ring = new WorkerRing(brand.name);
    ring.update([{ id: brand.name, activeInMs: 0, sinceHeartbeatMs: 0 }], { elapsedMs: 0 });
    const nothing = (): Promise<void> => Promise.resolve();
    const health = new DestinationHealth({ setBreakers: nothing }, clock, fault);
    const recorder = new OutcomeRecorder(
      ...([
        store,
        world.statusUpdates,
        { lingerMs: 0, maxBatch: 100, maxInFlight: 2, retryDelayMs: 10 },
        fault,
      ] as const),
    );
    const gateway = gatewayOf(records, world);
    const suppressions = { stopped: () => Promise.resolve(null), report: () => Promise.resolve(0) };
    const dispatcher = createDispatcher({
      ...{
        store,
        configuration: live,
        pauses: { pause: () => Promise.resolve(true), alertFailing: () => Promise.resolve() },
        gateway,
        storedValues: new StoredValuesCheck(gateway),
        suppressions,
        messages: new MessageBuilder({
          suppressions,
          gateway,
          mappings,
          lookups: new CustomerLookups(
            { enrich: () => Promise.resolve(NOT_ENRICHED) },
            { resolve: recipientsOf(brand) },
          ),
          policy: new MessagePolicy(world.messagingStore, clock),
        }),
        statusCallbackUrl: () => undefined,
        recorder,
        wakeUps,
        ring,
        health,
        paused: new PausedDestinations(),
      },
      ...{ fallbacks: steps, clock },
      log: {
        attempted: ({ outcome }) => {
          if (outcome === 'deferred') run.deferred += 1;
          store.settled();
        },
        paused: ({ reason }) => fault(new Error(`paused: ${reason}`)),
        opened: () => undefined,
        claimed: () => undefined,
        failing: ({ reason }) => fault(new Error(`failing: ${reason}`)),
        fault,
      },
      options: { batch: 1, sliceMs: 600_000, maxInFlight: 100, defaultConcurrency: 1 },
    });
    const loaded = await live.brandNamed(brand.name);
    if (loaded === null) throw new Error('the brand does not exist');
    const run = new BrandRun(brand.name, loaded, dispatcher, steps);
    return run;
  }

  prepare(event: PlannedEvent, keys: Map<string, string>): ReturnType<typeof prepareEvent> {
    const id = uuidV7(event.receivedAt);
    keys.set(id, event.key);
    const source = this.configuration.openSource('in');
    if (source === undefined) throw new Error('the source does not exist');
    return prepareEvent(
      {
        ...{ id, receivedAt: event.receivedAt, brandName: this.name, sourceName: 'in' },
        content: {
          kind: 'event',
          event: {
            ...{ type: event.type, eventId: event.key, organisation: null, attributes: {} },
            ...{ occurredAt: new Date(event.occurredAt).toISOString(), customerIds: [event.customer] },
            data: { key: event.key, refs: [...event.refs], ...(event.tipId !== null && { tipId: event.tipId }) },
          },
        },
      },
      source,
      this.configuration,
    );
  }

  async drain(busy: ReadonlySet<string>): Promise<void> {
    for (const { id } of this.configuration.records.destinations) {
      if (!busy.has(id)) continue;
      await this.dispatcher.runSlice(id);
      await this.steps.once();
    }
  }
}

/**
 * Delivery store that allows a claim only after all earlier claims are recorded. The day then has a single order of
 * messages, which the model follows.
 */
class SerialDeliveryStore implements DeliveryStore {
  private claimed = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly store: PostgresDeliveryStore) {}

  async claim(...[requests, now]: Parameters<DeliveryStore['claim']>): Promise<ClaimResult> {
    while (this.claimed > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const claim = await this.store.claim(requests, now);
    this.claimed += claim.deliveries.length;
    return claim;
  }

  settled(): void {
    this.claimed -= 1;
    for (const resume of this.waiting.splice(0)) resume();
  }

  markSending<T extends { readonly id: string; readonly token: string }>(held: readonly T[]): Promise<ReadonlySet<T>> {
    return this.store.markSending(held);
  }

  record(...[decisions]: Parameters<DeliveryStore['record']>): Promise<ReadonlySet<string>> {
    return this.store.record(decisions);
  }

  route(...[choices]: Parameters<DeliveryStore['route']>): Promise<ReadonlySet<string>> {
    return this.store.route(choices);
  }

  release(...[held]: Parameters<DeliveryStore['release']>): Promise<void> {
    return this.store.release(held);
  }

  claimBatch(...[request, now]: Parameters<DeliveryStore['claimBatch']>): ReturnType<DeliveryStore['claimBatch']> {
    return this.store.claimBatch(request, now);
  }

  markBatch(...[batch]: Parameters<DeliveryStore['markBatch']>): ReturnType<DeliveryStore['markBatch']> {
    return this.store.markBatch(batch);
  }

  endBatches(...[ids]: Parameters<DeliveryStore['endBatches']>): Promise<void> {
    return this.store.endBatches(ids);
  }

  releaseLostClaims(): Promise<void> {
    return this.store.releaseLostClaims();
  }

  reclaimExpired(
    ...[limit, leaseMs]: Parameters<DeliveryStore['reclaimExpired']>
  ): ReturnType<DeliveryStore['reclaimExpired']> {
    return this.store.reclaimExpired(limit, leaseMs);
  }

  destinationsWithDueWork(now: number): Promise<readonly string[]> {
    return this.store.destinationsWithDueWork(now);
  }
}

function textIn(message: Json, field: string): string {
  const value = isJsonObject(message) ? message[field] : undefined;
  return typeof value === 'string' ? value : '';
}

function gatewayOf({ destinations }: ConfigurationRecords, { deliver }: BrandDependencies): DestinationGateway {
  const names = new Map(destinations.map(({ id, name }) => [id, name]));
  return {
    facts: (type) => {
      const found = DESTINATIONS.find(({ category }) => `day-${category}` === type);
      return (
        found && {
          ...found,
          type,
          messaging: found.category,
          quotaExcess: 'wait',
          limits: () => ({}),
          idempotent: () => false,
          batch: () => undefined,
          hasStatusCallback: true,
          addressPathsOf: () => [],
          preset: () => undefined,
        }
      );
    },
    checkMessage: (_type, message) =>
      typeof message === 'object' && message !== null && 'to' in message
        ? []
        : [{ field: 'to', message: 'is required', missing: true }],
    checkCredentials: () => [],
    checkSettings: () => [],
    deliver: (request) => {
      const answer = deliver(request, names.get(request.destination.id) ?? '');
      if (answer === 'accepted') return Promise.resolve({ kind: answer });
      const wait = answer === 'transient' ? { retryAfterMs: VENDOR_AWAY_MS } : {};
      return Promise.resolve({ kind: answer, message: `The vendor was ${answer}.`, ...wait });
    },
    deliverBatch: () => Promise.reject(new Error('The destination has no batches.')),
    poll: () => Promise.resolve({ kind: 'accepted' }),
  };
}

function recipientsOf({ customers }: PlannedBrand): ConstructorParameters<typeof CustomerLookups>[1]['resolve'] {
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  return ({ event: { customerId } }) => {
    const { zone = null, hasPhone = false, agreesToSms = false } = byId.get(customerId ?? '') ?? {};
    return Promise.resolve({
      ...(hasPhone && { phone: '+15005550006' }),
      ...(zone !== null && { timezone: zone }),
      ...{ email: 'asha@example.com', pushToken: 'invented', smsOptIn: agreesToSms },
    });
  };
}

function recordsOf(brand: PlannedBrand): ConfigurationRecords {
  const brandId = randomUUID();
  const sourceId = randomUUID();
  const managed = { brandId, managedBy: 'api', file: null, disabled: false } as const;
  const destinations = DESTINATIONS.map(({ name, category }) => ({
    ...{ ...managed, id: randomUUID(), name, type: `day-${category}`, settings: {}, limits: {}, version: 1 },
    ...{ sealedCredentials: vault.seal('', '{}'), callback: { version: 1, previousUntil: null } },
    retry: { scheduleMs: Array<number>(MAX_ATTEMPTS).fill(0), onUnconfirmed: 'hold' as const },
  }));
  const destinationId = (name: string): string => destinations.find((one) => one.name === name)?.id ?? '';
  const to: Readonly<Record<string, string>> = { sms: 'phone', sms2: 'phone', email: 'email', push: 'pushToken' };
  const mapping = (subscription: string, destination: string): Record<string, string> => ({
    subscription,
    to: `{{ recipient.${to[destination] ?? ''} }}`,
    members: '{% for one in digest.events %}{{ one.data.key }} {% endfor %}',
  });
  const subscriptions = SUBSCRIPTIONS.map(({ name, events, destination, messaging }): SubscriptionVersionRecord => ({
    ...{ ...managed, id: randomUUID(), subscriptionId: randomUUID(), name, version: 1, sourceId, events },
    ...{ destinationId: destinationId(destination), when: null, enrich: [], ordering: null, supersede: false },
    mapping: mapping(name, destination),
    messaging:
      messaging === undefined
        ? null
        : {
            ...messaging,
            fallback: messaging.fallback.map(({ destination: next, ...step }) => ({
              ...{ ...step, destinationId: destinationId(next), mapping: mapping(name, next) },
            })),
          },
  }));
  const { managedBy, file } = managed;
  return {
    revision: 1,
    brands: [
      {
        ...{ id: brandId, name: brand.name, revision: 0, timezone: brand.zone, caps: CAPS, vault, managedBy, file },
        ...{ privacy: { mode: 'standard', keep: [], personal: [] }, retentionDays: 30, recipientOrder: ['resolver'] },
        lookups: { consent: { sms: '{{ recipient.smsOptIn }}' } },
      },
    ],
    sources: [{ ...managed, id: sourceId, name: 'in', adapter: adapter.name, auth: {} }],
    destinations,
    subscriptions,
  };
}

/** Inserts the brands and destinations, because claims look up the destinations. */
async function insert({ dataSource }: Database, { brands, destinations }: ConfigurationRecords): Promise<void> {
  for (const { id, name, timezone, privacy, retentionDays } of brands) {
    await dataSource.getRepository(BrandEntity).save({
      ...{ id, name, timezone, privacy, retentionDays, recipientOrder: ['resolver'], appliedBy: 'test' },
      ...{ managedBy: 'api', file: null, disabled: false, deletedAt: null, wrappedKey: Buffer.from('wrapped') },
    });
  }
  for (const { id, brandId, name, type, settings, limits, retry } of destinations) {
    await dataSource.getRepository(DestinationEntity).save({
      ...{ id, brandId, name, type, settings, limits, retry, sealedCredentials: Buffer.from('sealed'), version: 1 },
      ...{ managedBy: 'api', file: null, disabled: false, deletedAt: null },
    });
  }
}
