import type { BatchLimits } from '@patchbay/plugin-sdk';
import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import type { BrandRecord, DestinationRecord } from '../configuration/configuration-snapshot.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { openCredentials } from '../configuration/stored-brand.js';
import { DEFAULT_PAUSE_AFTER_MS, isFailing, limitShareAt } from './circuit-breaker.js';
import type { EffectiveRetryPolicy } from './decide.js';
import type { DestinationGateway, FieldProblem } from './destination-gateway.port.js';
import type { DestinationHealth } from './destination-health.js';
import type { CallRate } from './gcra.js';
import { leaseFor, MAX_TIME_LIMIT_MS, timeLimitOf } from './lease.js';
import type { WorkerRing } from './worker-ring.js';

/**
 * Smallest share of a concurrency limit that a worker gets. If the shares would be smaller, one worker owns the destination
 * and may use the whole limit.
 */
const MIN_CALLS_PER_WORKER = 5;

/** Limits that apply to a destination at one moment. */
export interface CurrentLimits {
  /** Maximum rate of calls. A call of a destination with batches has several messages. */
  readonly rate?: CallRate;
  /** Maximum number of calls in flight. */
  readonly concurrency: number;
  /** End of the breaker's open period, in milliseconds since the epoch; null if the destination may be called. */
  readonly blockedUntil: number | null;
}

/** Settings of a destination with the defaults of its plugin and of the hub filled in. */
export interface EffectiveDestination {
  /** Undefined if the brand of the destination is not in memory, or if the destination was deleted. */
  readonly record: DestinationRecord | undefined;
  /** Limits while the destination is healthy. */
  readonly limits: CurrentLimits;
  /** True if the brand or the plugin limits the calls in flight. Then all workers together obey the limit. */
  readonly hasConcurrency: boolean;
  /** Time limit of one attempt, in milliseconds. */
  readonly timeLimitMs: number;
  /** Duration of the lease of a claim, in milliseconds. */
  readonly leaseMs: number;
  readonly retry: EffectiveRetryPolicy;
  /** Limits of the destination's batches. Null if each message is sent alone. */
  readonly batch: BatchLimits | null;
  /** Time of continuous failure after which the destination is paused, in milliseconds. */
  readonly pauseAfterMs: number;
  /** True if the vendor of the destination sends status callbacks. */
  readonly hasStatusCallback: boolean;
  /**
   * True if new deliveries may be sent from memory: the destination has neither a rate limit nor batches. It may get a
   * message twice if an answer is lost.
   */
  readonly allowsDirect: boolean;
}

/** Dependencies of {@link Destinations}. */
export interface DestinationsDependencies {
  readonly configuration: LiveConfiguration;
  readonly gateway: Pick<DestinationGateway, 'facts' | 'checkSettings'>;
  readonly health: Pick<DestinationHealth, 'breakerOf'>;
  readonly ring: WorkerRing;
  /** Maximum number of calls in flight per destination, if neither the brand nor the plugin sets a maximum. */
  readonly defaultConcurrency: number;
}

/**
 * Looks up the effective settings and the current limits of destinations. Decides which destinations this worker may
 * send to.
 */
export class Destinations {
  private readonly known = new WeakMap<DestinationRecord, EffectiveDestination>();
  private readonly unknown: EffectiveDestination;

  constructor(private readonly dependencies: DestinationsDependencies) {
    this.unknown = {
      record: undefined,
      limits: { concurrency: dependencies.defaultConcurrency, blockedUntil: null },
      hasConcurrency: false,
      timeLimitMs: MAX_TIME_LIMIT_MS,
      leaseMs: leaseFor(MAX_TIME_LIMIT_MS),
      // `hold` prevents a message from being sent twice.
      retry: { scheduleMs: [0], onUnconfirmed: 'hold' },
      batch: null,
      pauseAfterMs: DEFAULT_PAUSE_AFTER_MS,
      hasStatusCallback: false,
      allowsDirect: false,
    };
  }

  /**
   * Returns a destination with its settings in the current configuration. The limits are known only while the brand is in
   * memory, see {@link whileLoaded}.
   */
  find(destinationId: string): EffectiveDestination {
    const brand = this.dependencies.configuration.brandOfQueueIfLoaded(destinationId);
    return brand === undefined ? this.unknown : this.findIn(brand, destinationId);
  }

  /** Returns a destination with its settings in the given revision of its brand. */
  findIn(brand: CompiledBrand, destinationId: string): EffectiveDestination {
    const record = brand.destinations.get(destinationId);
    if (record === undefined) return this.unknown;
    return this.known.get(record) ?? this.compile(record);
  }

  /**
   * Returns the id of the brand of a destination, or of a subscription whose deliveries are undecided. Undefined if the
   * brand is not in memory or was deleted.
   */
  brandIdOf(queueId: string): string | undefined {
    return this.dependencies.configuration.brandOfQueueIfLoaded(queueId)?.id;
  }

  /**
   * Runs work about a destination, or about the undecided deliveries of a subscription, while their brand is in memory.
   * Rejects without running the work if the brand cannot be loaded.
   */
  async whileLoaded(queueId: string, work: () => Promise<void>): Promise<void> {
    const { configuration } = this.dependencies;
    const loaded = configuration.brandOfQueueIfLoaded(queueId);
    const release =
      loaded === undefined ? await configuration.holdBrandOfQueue(queueId) : configuration.hold(loaded.id);
    try {
      await work();
    } finally {
      release();
    }
  }

  /** Keeps a brand in memory until the returned function is called. The brand must be in memory. */
  hold(brandId: string): () => void {
    return this.dependencies.configuration.hold(brandId);
  }

  /** Runs work about a delivery, and keeps the brand in memory until the work ends. The brand must be in memory. */
  async whileHeld(brandId: string, work: () => Promise<void>): Promise<void> {
    const release = this.hold(brandId);
    try {
      await work();
    } finally {
      release();
    }
  }

  /**
   * Returns true if this worker may send to a destination. Only its owner may send to a destination with a rate limit,
   * and two workers never own such a destination at the same time. Any worker may send to a destination that needs no
   * owner.
   */
  mayServe(destinationId: string): boolean {
    const { ring } = this.dependencies;
    const destination = this.find(destinationId);
    if (destination.limits.rate !== undefined) return ring.owns(destinationId);
    return !this.needsOwner(destinationId, destination) || ring.serves(destinationId);
  }

  /**
   * Returns a destination to which this worker may send new deliveries from memory. Null if the destination allows none,
   * is failing or recovering, or belongs to another worker. Pauses are not checked here, because the database refuses the
   * lease of a paused destination.
   */
  findDirect(destinationId: string): EffectiveDestination | null {
    const { health, ring } = this.dependencies;
    const destination = this.find(destinationId);
    if (!destination.allowsDirect || health.breakerOf(destinationId) !== undefined) return null;
    return this.needsOwner(destinationId, destination) && !ring.serves(destinationId) ? null : destination;
  }

  /**
   * Returns true if every worker may send to a destination, because no single worker has to enforce its limits or probe
   * it.
   */
  isUnowned(destinationId: string): boolean {
    return !this.needsOwner(destinationId, this.find(destinationId));
  }

  /** Returns true if one worker has to enforce the limits of a destination or probe it. */
  private needsOwner(destinationId: string, { limits, hasConcurrency }: EffectiveDestination): boolean {
    if (limits.rate !== undefined || this.dependencies.health.breakerOf(destinationId) !== undefined) return true;
    const { servingCount } = this.dependencies.ring;
    // A worker that is alone is the owner, so that its wake-ups need not go through the queue.
    return hasConcurrency && (servingCount === 1 || limits.concurrency < MIN_CALLS_PER_WORKER * servingCount);
  }

  /** Returns true if the workers share the concurrency limit of a destination. Each worker may use its own share only. */
  isShared(destinationId: string, destination = this.find(destinationId)): boolean {
    return destination.hasConcurrency && !this.needsOwner(destinationId, destination);
  }

  /**
   * Returns how many calls to a healthy destination this worker may have in flight. This is the whole limit, or an equal
   * share of a shared limit.
   */
  concurrencyHere(destinationId: string, destination: EffectiveDestination): number {
    const { concurrency } = destination.limits;
    if (!this.isShared(destinationId, destination)) return concurrency;
    return Math.floor(concurrency / this.dependencies.ring.servingCount);
  }

  /**
   * Returns the limits of a destination at `now`. The limits are reduced while the destination recovers, and allow one
   * call at a time while the breaker probes.
   */
  limitsAt(destinationId: string, now: number): CurrentLimits {
    const destination = this.find(destinationId);
    const { limits } = destination;
    const breaker = this.dependencies.health.breakerOf(destinationId);
    if (breaker === undefined) return { ...limits, concurrency: this.concurrencyHere(destinationId, destination) };
    const { rate, concurrency } = limits;
    const limitShare = limitShareAt(breaker, now);
    return {
      ...(rate === undefined ? {} : { rate: { ...rate, ratePerSecond: rate.ratePerSecond * limitShare } }),
      concurrency: isFailing(breaker) ? 1 : Math.max(1, Math.floor(concurrency * limitShare)),
      blockedUntil: breaker.openUntil > now ? breaker.openUntil : null,
    };
  }

  /**
   * Fills in the defaults of a destination's settings. Limits that the brand sets override the limits that the plugin
   * declares.
   */
  private compile(record: DestinationRecord): EffectiveDestination {
    const { gateway, defaultConcurrency } = this.dependencies;
    const { type, settings, retry } = record;
    const facts = gateway.facts(type);
    // The plugin's limits and idempotency depend on the settings, so they are unknown if the settings are invalid.
    const validFacts = gateway.checkSettings(type, settings).length === 0 ? facts : undefined;
    const limits: DestinationLimitsSpec = { ...validFacts?.limits(settings), ...record.limits };
    const { ratePerSecond, burst = 1, concurrency } = limits;
    const timeLimitMs = timeLimitOf(limits);
    const batch = validFacts?.batch(settings) ?? null;
    const isIdempotent = batch === null ? validFacts?.idempotent(settings) === true : batch.idempotent !== undefined;
    const onUnconfirmed = retry.onUnconfirmed ?? (isIdempotent ? 'retry' : 'hold');
    const sendsAlone = validFacts !== undefined && batch === null;
    const compiled: EffectiveDestination = {
      record,
      limits: {
        ...(ratePerSecond === undefined ? {} : { rate: rateOfCalls({ ratePerSecond, burst }, batch) }),
        concurrency: Math.max(1, Math.floor(concurrency ?? defaultConcurrency)),
        blockedUntil: null,
      },
      hasConcurrency: concurrency !== undefined,
      timeLimitMs,
      leaseMs: leaseFor(timeLimitMs),
      retry: { scheduleMs: retry.scheduleMs, onUnconfirmed },
      batch,
      pauseAfterMs: retry.pauseAfterMs ?? DEFAULT_PAUSE_AFTER_MS,
      hasStatusCallback: facts?.hasStatusCallback ?? false,
      allowsDirect: !record.disabled && ratePerSecond === undefined && onUnconfirmed === 'retry' && sendsAlone,
    };
    this.known.set(record, compiled);
    return compiled;
  }
}

/**
 * Returns the rate of calls for a rate of messages. Every call counts as a full batch, so that the messages never exceed
 * their rate.
 */
function rateOfCalls(rate: CallRate, batch: BatchLimits | null): CallRate {
  if (batch === null || batch.rateCounts === 'calls') return rate;
  const { size } = batch;
  return { ratePerSecond: rate.ratePerSecond / size, burst: Math.max(1, Math.floor(rate.burst / size)) };
}

/** Maximum number of invalid fields that a reason names. */
const MAX_PROBLEMS = 5;
const CORRECT_AND_RESUME = 'Correct them, then resume the destination.';
/** Maximum number of cached check results. */
const MAX_CACHED = 100_000;

/** Checks the stored credentials and settings of destinations against the classes of their plugin, once per version. */
export class StoredValuesCheck {
  /** Results of the check by destination id. */
  private readonly checked = new Map<string, { readonly version: number; readonly problem: string | null }>();

  constructor(private readonly gateway: Pick<DestinationGateway, 'facts' | 'checkCredentials' | 'checkSettings'>) {}

  /**
   * Returns the reason why a destination cannot be called, without any values. Null if the destination can be called.
   * Throws a VaultError if the credentials cannot be opened.
   */
  problemOf(destination: DestinationRecord, brand: BrandRecord): string | null {
    const { id, version } = destination;
    const known = this.checked.get(id);
    if (known?.version === version) return known.problem;
    const problem = this.check(destination, brand);
    if (this.checked.size >= MAX_CACHED) this.checked.clear();
    this.checked.set(id, { version, problem });
    return problem;
  }

  private check(destination: DestinationRecord, brand: BrandRecord): string | null {
    const { type, settings, settingsProblem } = destination;
    if (settingsProblem !== undefined) return `${settingsProblem} ${CORRECT_AND_RESUME}`;
    if (this.gateway.facts(type) === undefined) {
      return `No plugin provides the destination type ${type}. Install the plugin, then resume the destination.`;
    }
    const problems = [
      ...named('credentials', this.gateway.checkCredentials(type, openCredentials(destination, brand))),
      ...named('settings', this.gateway.checkSettings(type, settings)),
    ];
    if (problems.length === 0) return null;
    const more = problems.length > MAX_PROBLEMS ? `; and ${problems.length - MAX_PROBLEMS} more` : '';
    const fields = problems.slice(0, MAX_PROBLEMS).join('; ');
    return `The stored values do not fit the plugin ${type}: ${fields}${more}. ${CORRECT_AND_RESUME}`;
  }
}

function named(group: string, problems: readonly FieldProblem[]): readonly string[] {
  return problems.map(({ field, message }) => `${field === '' ? group : `${group}.${field}`}: ${message}`);
}
