import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import type { LiveConfiguration } from '../configuration/compiled-configuration.js';
import type { AttemptDelivery } from './attempt.js';
import type { DestinationHealth } from './destination-health.js';
import type { WorkerRing } from './worker-ring.js';
import type { CallRate } from './gcra.js';
import { isFailing, limitShareAt } from './circuit-breaker.js';
import { MAX_TIME_LIMIT_MS } from './time-limit.js';

/** Limits of a destination at one moment. */
export interface CurrentLimits {
  readonly rate?: CallRate;
  /** Maximum number of calls in flight. */
  readonly concurrency: number;
  /** End of the breaker's open period, in milliseconds since the epoch; null if the destination may be called. */
  readonly blockedUntil: number | null;
}

/** Computes the current limits of each destination, and decides whether this worker may send to it. */
export class DestinationLimits {
  /**
   * @param defaultConcurrency maximum number of calls in flight per destination, if neither brand nor plugin sets one
   */
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly attempts: Pick<AttemptDelivery, 'limitsOf' | 'timeLimitOf'>,
    private readonly health: Pick<DestinationHealth, 'breakerOf'>,
    private readonly ring: WorkerRing,
    private readonly defaultConcurrency: number,
  ) {}

  /** Returns true if this worker may send to a destination. */
  mayServe(destinationId: string): boolean {
    if (this.hasRate(destinationId)) return this.ring.owns(destinationId);
    return this.isUnowned(destinationId) || this.ring.serves(destinationId);
  }

  /**
   * Returns true if this worker may write a message to its socket. Only a destination with a rate requires that this
   * worker is still the owner at the write.
   */
  mayWrite(destinationId: string): boolean {
    return !this.hasRate(destinationId) || this.ring.owns(destinationId);
  }

  /** Returns true if every worker may send to a destination. */
  isUnowned(destinationId: string): boolean {
    return !this.hasOwner(destinationId);
  }

  /**
   * Returns the limits at `now`: reduced while the destination recovers, one call at a time while the breaker probes.
   */
  current(destinationId: string, now: number): CurrentLimits {
    const { ratePerSecond, burst = 1, concurrency = this.defaultConcurrency } = this.limitsOf(destinationId);
    const breaker = this.health.breakerOf(destinationId);
    const limitShare = limitShareAt(breaker, now);
    return {
      ...(ratePerSecond === undefined ? {} : { rate: { ratePerSecond: ratePerSecond * limitShare, burst } }),
      concurrency: isFailing(breaker) ? 1 : Math.max(1, Math.floor(concurrency * limitShare)),
      blockedUntil: breaker !== undefined && breaker.openUntil > now ? breaker.openUntil : null,
    };
  }

  /** Returns the monotonic time since which this worker has owned its destinations, in milliseconds. */
  readonly ownedSince = (): number => this.ring.ownedSince;

  /** Returns the id of the destination's brand. Undefined if this process has not loaded the destination yet. */
  brandOf(destinationId: string): string | undefined {
    return this.configuration.current.destination(destinationId)?.brandId;
  }

  /** Returns the time limit of one attempt, in milliseconds. */
  timeLimitOf(destinationId: string): number {
    const record = this.configuration.current.destination(destinationId);
    return record === undefined ? MAX_TIME_LIMIT_MS : this.attempts.timeLimitOf(record);
  }

  /**
   * Returns true if only one worker may send to the destination, because it enforces the limits or probes the
   * destination. Otherwise every worker may send.
   */
  private hasOwner(destinationId: string): boolean {
    if (this.health.breakerOf(destinationId) !== undefined) return true;
    return this.hasRate(destinationId) || this.limitsOf(destinationId).concurrency !== undefined;
  }

  private hasRate(destinationId: string): boolean {
    return this.limitsOf(destinationId).ratePerSecond !== undefined;
  }

  private limitsOf(destinationId: string): DestinationLimitsSpec {
    const record = this.configuration.current.destination(destinationId);
    return record === undefined ? {} : this.attempts.limitsOf(record);
  }
}
