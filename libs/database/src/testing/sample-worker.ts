import {
  CustomerLookups,
  createDispatcher,
  DestinationHealth,
  DirectDelivery,
  WorkerRing,
  Heartbeat,
  LiveConfiguration,
  MappingCache,
  MessageBuilder,
  MessagePolicy,
  OutcomeRecorder,
  PausedDestinations,
  StoredValuesCheck,
  type AttemptOutcome,
  type BrandVault,
  type ConfigurationRecords,
  type DeliverBatchRequest,
  type DeliverRequest,
  type DestinationLimitsSpec,
  type DestinationMessagingSpec,
  type DestinationGateway,
  type Dispatcher,
  type PollRequest,
  type SourceAdapter,
} from '@patchbay/core';
import type { BatchLimits } from '@patchbay/plugin-sdk';
import { OwnClaims } from '../deliveries/open-claims.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PgPool } from '../query/pg-pool.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresMessagingStore } from '../messaging/postgres-messaging.store.js';
import { PostgresWorkerRegistry } from '../workers/postgres-worker-registry.js';
import type { SampleIds } from './event-fixtures.js';
import { recordsStore } from './records-store.js';

/** Vendor and settings of a sample worker. */
export interface SampleWorkerOptions {
  readonly url: string;
  readonly ids: SampleIds;
  readonly deliver: (request: DeliverRequest, worker: string) => Promise<AttemptOutcome>;
  readonly limits?: DestinationLimitsSpec;
  readonly messaging?: DestinationMessagingSpec;
  readonly idempotent?: boolean;
  /** Limits of batches. If left out, each message is sent by `deliver`. */
  readonly batch?: BatchLimits;
  readonly deliverBatch?: (request: DeliverBatchRequest, worker: string) => Promise<readonly AttemptOutcome[]>;
  /** Outcome of a poll. If left out, the vendor has accepted the message. */
  readonly poll?: (request: PollRequest) => Promise<AttemptOutcome>;
  readonly clock?: { now(): number };
  /** Retry schedule of the destination. If left out, three attempts without a wait. */
  readonly scheduleMs?: readonly [number, ...number[]];
}

/** Delivery part of a hub process. Sample workers share only the database and the wake-ups. */
export interface SampleWorker {
  readonly name: string;
  readonly dispatcher: Dispatcher;
  readonly store: PostgresDeliveryStore;
  readonly events: PostgresEventStore;
  /** Deliveries from memory. Not started. */
  readonly direct: DirectDelivery;
  readonly faults: unknown[];
  heartbeat(): Promise<void>;
  /** Resolves when the circuit breakers that this worker changed are stored. */
  breakersStored(): Promise<void>;
  close(): Promise<void>;
}

const vault: BrandVault = {
  seal: (_context, text) => Buffer.from(text),
  open: (_context, sealed) => Buffer.from(sealed).toString(),
  keyedHash: (purpose, value) => Buffer.from(`${purpose}/${value}`).toString('hex'),
};

const adapter: SourceAdapter = {
  name: 'sample',
  read: () => [],
  catalogue: () => [],
  personalPaths: () => ({ personal: [], safe: [] }),
  recipientOf: () => ({}),
};

/** Creates a worker. @param wake receives the wake-ups that the worker sends, which any worker may handle */
export async function sampleWorker(
  name: string,
  options: SampleWorkerOptions,
  wake: (destinationId: string) => void,
): Promise<SampleWorker> {
  const { clock = { now: () => Date.now() } } = options;
  const pgPool = new PgPool({ url: options.url, max: 4, onError: () => undefined });
  const claims = new OwnClaims();
  const store = new PostgresDeliveryStore(pgPool, claims);
  const registry = new PostgresWorkerRegistry(pgPool);
  const faults: unknown[] = [];
  const note = (error: unknown): void => {
    faults.push(error);
  };
  const records = configurationOf(options);
  const configuration = new LiveConfiguration(recordsStore(records), new Map([[adapter.name, adapter]]));
  await configuration.refresh();
  const gateway = gatewayOf(options, name);
  const ring = new WorkerRing(name);
  const health = new DestinationHealth(registry, clock, note);
  const paused = new PausedDestinations();
  const suppressions = { stopped: () => Promise.resolve(null), report: () => Promise.resolve(0) };
  const dispatcher = createDispatcher({
    store,
    configuration,
    pauses: { pause: () => Promise.resolve(true), alertFailing: () => Promise.resolve() },
    gateway,
    storedValues: new StoredValuesCheck(gateway),
    suppressions,
    messages: new MessageBuilder({
      suppressions,
      gateway,
      mappings: new MappingCache({ subscriptionVersions: () => Promise.resolve(records.subscriptions) }),
      lookups: new CustomerLookups(
        { enrich: () => Promise.reject(new Error('enrichment is not available')) },
        { resolve: () => Promise.resolve({}) },
      ),
      policy: new MessagePolicy(new PostgresMessagingStore(pgPool), clock),
    }),
    statusCallbackUrl: () => undefined,
    recorder: new OutcomeRecorder(
      store,
      { applyPending: () => Promise.resolve() },
      { lingerMs: 1, maxBatch: 100, maxInFlight: 2, retryDelayMs: 10 },
      note,
    ),
    wakeUps: {
      wake,
      wakeAt: (id, at) => void setTimeout(wake, Math.max(0, Math.min(at - clock.now(), 50)), id).unref(),
    },
    ring,
    health,
    paused,
    fallbacks: { once: () => Promise.resolve() },
    clock,
    log: {
      ...{ attempted: () => undefined, paused: () => undefined, opened: () => undefined },
      claimed: () => undefined,
      ...{ failing: () => undefined, fault: note },
    },
    options: { batch: 20, sliceMs: 30, maxInFlight: 100, defaultConcurrency: 10 },
  });
  const heartbeat = new Heartbeat(registry, ring, health, paused);
  return {
    name,
    dispatcher,
    store,
    events: new PostgresEventStore(pgPool, claims),
    direct: new DirectDelivery(dispatcher, { fault: note }),
    faults,
    heartbeat: () => heartbeat.once(),
    breakersStored: () => health.settled(),
    close: async () => {
      await dispatcher.stop(100);
      await heartbeat.leave();
      await pgPool.close();
    },
  };
}

function gatewayOf(
  { deliver, deliverBatch, poll, idempotent = false, batch }: SampleWorkerOptions,
  name: string,
): DestinationGateway {
  return {
    facts: (type) => ({
      type,
      messaging: null,
      quotaExcess: 'wait',
      limits: () => ({}),
      idempotent: () => idempotent,
      batch: () => batch,
      hasStatusCallback: false,
      addressPathsOf: () => [],
      preset: () => undefined,
    }),
    checkMessage: () => [],
    checkCredentials: () => [],
    checkSettings: () => [],
    deliver: (request) => deliver(request, name),
    deliverBatch: (request) =>
      deliverBatch?.(request, name) ?? Promise.reject(new Error('The destination has no batches.')),
    poll: (request) => poll?.(request) ?? Promise.resolve({ kind: 'accepted' }),
  };
}

function configurationOf({
  ids,
  limits = {},
  messaging,
  scheduleMs = [0, 0, 0],
}: SampleWorkerOptions): ConfigurationRecords {
  const managed = { managedBy: 'api', file: null, disabled: false } as const;
  const named = { ...managed, brandId: ids.brandId };
  return {
    revision: 1,
    brands: [
      {
        ...{ ...managed, id: ids.brandId, name: 'acme', revision: 0, timezone: 'UTC', lookups: {}, vault },
        ...{ privacy: { mode: 'standard', keep: [], personal: [] }, retentionDays: 30, recipientOrder: ['event'] },
      },
    ],
    sources: [{ ...named, id: ids.sourceId, name: 'in', adapter: adapter.name, auth: {} }],
    destinations: [
      {
        ...{ ...named, id: ids.destinationId, name: 'hook', type: 'webhook', settings: {}, limits, version: 3 },
        sealedCredentials: vault.seal('', '{}'),
        retry: { scheduleMs },
        ...(messaging && { messaging }),
        callback: { version: 1, previousUntil: null },
      },
    ],
    subscriptions: [
      {
        ...{ ...named, id: ids.subscriptionVersionId, subscriptionId: ids.subscriptionId, name: 'all', version: 1 },
        ...{ sourceId: ids.sourceId, destinationId: ids.destinationId, events: ['*'], when: null, enrich: [] },
        ...{ mapping: { body: 'x' }, ordering: null, supersede: false, messaging: null },
      },
    ],
  };
}
