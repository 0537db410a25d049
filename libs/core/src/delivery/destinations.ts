import type { BatchLimits } from '@patchbay/plugin-sdk';
import type { BrandRecord, DestinationRecord } from '../configuration/configuration-snapshot.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { openCredentials } from '../configuration/stored-brand.js';
import { DEFAULT_PAUSE_AFTER_MS, isFailing, limitShareAt } from './circuit-breaker.js';
import type { EffectiveRetryPolicy } from './decide.js';
import type { DestinationTypeFacts, DestinationGateway, FieldProblem } from './destination-gateway.port.js';
import type { DestinationHealth } from './destination-health.js';
import type { CallRate } from './gcra.js';
import { leaseFor, MAX_TIME_LIMIT_MS, timeLimitOf } from './lease.js';
import { groupMembers, strictestLimits, type MemberLimits, type SharedLimits } from './strictest-limits.js';
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
  /** Maximum number of calls in flight, of all destinations of the group together. */
  readonly concurrency: number;
  /** Maximum number of calls in flight of the destination itself. */
  readonly ownConcurrency: number;
  /** End of the breaker's open period, in milliseconds since the epoch; null if the destination may be called. */
  readonly blockedUntil: number | null;
}

/** Settings of a destination with the defaults of its plugin and of the hub filled in. */
export interface EffectiveDestination {
  /** Undefined if the brand of the destination is not in memory, or if the destination was deleted. */
  readonly record: DestinationRecord | undefined;
  /** Key of the group whose limits the destination shares. Null if it has limits of its own. */
  readonly groupKey: string | null;
  /** Ids of the destinations that share the limits, this destination included. */
  readonly members: readonly string[];
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
      groupKey: null,
      members: [],
      limits: limitsOf({}, dependencies.defaultConcurrency),
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
    return this.known.get(record) ?? this.compile(record, brand);
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

  /** Returns true if a subscription of a brand may take operational events about single messages. */
  hasMessageEvents(brandId: string): boolean {
    // Without the brand, the database decides for each message.
    return this.dependencies.configuration.brandIfLoaded(brandId)?.hasMessageEvents ?? true;
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
    const ownedAs = destination.groupKey ?? destinationId;
    if (destination.limits.rate !== undefined) return ring.owns(ownedAs);
    return !this.needsOwner(destinationId, destination) || ring.serves(ownedAs);
  }

  /**
   * Returns a destination to which this worker may send new deliveries from memory. Null if the destination allows none,
   * is failing or recovering, or belongs to another worker. Pauses are not checked here, because the database refuses the
   * lease of a paused destination.
   */
  findDirect(destinationId: string): EffectiveDestination | null {
    const { ring } = this.dependencies;
    const destination = this.find(destinationId);
    if (!destination.allowsDirect || this.hasBreaker(destinationId, destination)) return null;
    const ownedAs = destination.groupKey ?? destinationId;
    return this.needsOwner(destinationId, destination) && !ring.serves(ownedAs) ? null : destination;
  }

  /**
   * Returns true if every worker may send to a destination, because no single worker has to enforce its limits or probe
   * it.
   */
  isUnowned(destinationId: string): boolean {
    return !this.needsOwner(destinationId, this.find(destinationId));
  }

  /** Returns true if one worker has to enforce the limits of a destination or probe it. */
  private needsOwner(destinationId: string, destination: EffectiveDestination): boolean {
    const { limits, hasConcurrency } = destination;
    if (limits.rate !== undefined || this.hasBreaker(destinationId, destination)) return true;
    const { servingCount } = this.dependencies.ring;
    // A worker that is alone is the owner, so that its wake-ups need not go through the queue.
    return hasConcurrency && (servingCount === 1 || limits.concurrency < MIN_CALLS_PER_WORKER * servingCount);
  }

  /** Returns true if the destination or another destination of its group has a circuit breaker. */
  private hasBreaker(destinationId: string, { groupKey, members }: EffectiveDestination): boolean {
    const { health } = this.dependencies;
    if (groupKey === null) return health.breakerOf(destinationId) !== undefined;
    return members.some((id) => health.breakerOf(id) !== undefined);
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
   * call at a time while the breaker probes. A throttled or recovering destination reduces the limits of its whole group.
   */
  limitsAt(destinationId: string, now: number): CurrentLimits {
    const { health } = this.dependencies;
    const destination = this.find(destinationId);
    const { limits, groupKey, members } = destination;
    if (!this.hasBreaker(destinationId, destination)) {
      const concurrency = this.concurrencyHere(destinationId, destination);
      return { ...limits, concurrency, ownConcurrency: concurrency };
    }
    const { rate, concurrency } = limits;
    const own = health.breakerOf(destinationId);
    // Failures of one destination leave the limits of the others unchanged, because its own breaker blocks it.
    const slowing =
      groupKey === null ? [own] : members.map((id) => health.breakerOf(id)).filter((one) => !isFailing(one));
    const limitShare = Math.min(...slowing.map((breaker) => limitShareAt(breaker, now)), 1);
    const blockedUntil = Math.max(...[own, ...slowing].map((breaker) => breaker?.openUntil ?? 0));
    const reduced = Math.max(1, Math.floor(concurrency * limitShare));
    return {
      ...(rate === undefined ? {} : { rate: { ...rate, ratePerSecond: rate.ratePerSecond * limitShare } }),
      concurrency: reduced,
      ownConcurrency: isFailing(own) ? 1 : reduced,
      blockedUntil: blockedUntil > now ? blockedUntil : null,
    };
  }

  /**
   * Fills in the defaults of a destination's settings. Limits that the brand sets override the limits that the plugin
   * declares.
   */
  private compile(record: DestinationRecord, brand: CompiledBrand): EffectiveDestination {
    const { gateway, defaultConcurrency } = this.dependencies;
    const { id, brandId, type, settings, retry } = record;
    const { group } = record.limits;
    const members = group === undefined ? [record] : groupMembers(record, brand.destinations.values());
    const own = this.memberLimits(record);
    const shared = strictestLimits(members.map((member) => (member === record ? own : this.memberLimits(member))));
    const { batch } = own;
    const validFacts = this.validFacts(record);
    const timeLimitMs = timeLimitOf({ ...own.ofPlugin, ...own.ofBrand });
    const isIdempotent = batch === null ? validFacts?.idempotent(settings) === true : batch.idempotent !== undefined;
    const onUnconfirmed = retry.onUnconfirmed ?? (isIdempotent ? 'retry' : 'hold');
    const sendsAlone = validFacts !== undefined && batch === null;
    const compiled: EffectiveDestination = {
      record,
      groupKey: group === undefined ? null : `${brandId}/${group}`,
      members: group === undefined ? [id] : members.map((member) => member.id),
      limits: limitsOf(shared, defaultConcurrency),
      hasConcurrency: shared.concurrency !== undefined,
      timeLimitMs,
      leaseMs: leaseFor(timeLimitMs),
      retry: { scheduleMs: retry.scheduleMs, onUnconfirmed },
      batch,
      pauseAfterMs: retry.pauseAfterMs ?? DEFAULT_PAUSE_AFTER_MS,
      hasStatusCallback: gateway.facts(type)?.hasStatusCallback ?? false,
      allowsDirect: !record.disabled && shared.rate === undefined && onUnconfirmed === 'retry' && sendsAlone,
    };
    this.known.set(record, compiled);
    return compiled;
  }

  private memberLimits(record: DestinationRecord): MemberLimits {
    const facts = this.validFacts(record);
    const { settings, limits } = record;
    return { ofBrand: limits, ofPlugin: facts?.limits(settings) ?? {}, batch: facts?.batch(settings) ?? null };
  }

  /**
   * Returns the facts of a destination's plugin. The plugin's limits and idempotency depend on the settings, so they are
   * unknown if the settings are invalid.
   */
  private validFacts({ type, settings }: DestinationRecord): DestinationTypeFacts | undefined {
    const { gateway } = this.dependencies;
    return gateway.checkSettings(type, settings).length === 0 ? gateway.facts(type) : undefined;
  }
}

function limitsOf({ rate, concurrency }: SharedLimits, defaultConcurrency: number): CurrentLimits {
  const calls = Math.max(1, Math.floor(concurrency ?? defaultConcurrency));
  return { ...(rate === undefined ? {} : { rate }), concurrency: calls, ownConcurrency: calls, blockedUntil: null };
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
