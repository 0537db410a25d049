import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { AttemptDelivery } from './attempt-delivery.js';
import type { DestinationHealth } from './destination-health.js';
import type { WorkerRing } from './worker-ring.js';
import type { CallRate } from './gcra.js';
import { isFailing, limitShareAt } from './circuit-breaker.js';
import { MAX_TIME_LIMIT_MS } from './time-limit.js';

/** What may be sent to a destination at a moment. */
export interface CurrentLimits {
  readonly rate?: CallRate;
  /** Calls in flight. */
  readonly concurrency: number;
  /** End of the breaker's open period, in milliseconds since the epoch; null if the destination may be called. */
  readonly blockedUntil: number | null;
}

/** What each destination bears now, and whether it is this worker's to keep it to that. */
export class DestinationLimits {
  /** @param defaultConcurrency calls in flight to one destination, where neither the brand nor the plugin says */
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly attempts: Pick<AttemptDelivery, 'limitsOf' | 'timeLimitOf'>,
    private readonly health: Pick<DestinationHealth, 'breakerOf'>,
    private readonly ring: WorkerRing,
    private readonly defaultConcurrency: number,
  ) {}

  /** Whether this worker may send to a destination. */
  mayServe(destinationId: string): boolean {
    if (this.hasRate(destinationId)) return this.ring.owns(destinationId);
    return this.isUnowned(destinationId) || this.ring.serves(destinationId);
  }

  /** Whether a message may be written to its socket, by who owns the destination: only a rate is exact at the write. */
  mayWrite(destinationId: string): boolean {
    return !this.hasRate(destinationId) || this.ring.owns(destinationId);
  }

  /** Whether any worker may. */
  isUnowned(destinationId: string): boolean {
    return !this.hasOwner(destinationId);
  }

  /** Returns the limits at `now`: reduced while the destination recovers, one call at a time while the breaker probes. */
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

  /** Since when this worker has owned its destinations of limits, by the monotonic clock. */
  readonly ownedSince = (): number => this.ring.ownedSince;

  /** Whose a destination is; undefined where it is not known here yet. */
  brandOf(destinationId: string): string | undefined {
    return this.configuration.current.destination(destinationId)?.brandId;
  }

  /** How long one attempt may take, in milliseconds. */
  timeLimitOf(destinationId: string): number {
    const record = this.configuration.current.destination(destinationId);
    return record === undefined ? MAX_TIME_LIMIT_MS : this.attempts.timeLimitOf(record);
  }

  /** Limits, and probes of one that fails, are kept by one worker alone; all others may be sent to by anyone. */
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
