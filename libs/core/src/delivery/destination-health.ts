import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type { DestinationEffect } from './decide.js';
import type { AttemptOutcome } from './delivery.js';
import {
  afterFailure,
  afterSuccess,
  afterThrottle,
  isFullyRecovered,
  isFailing,
  type FailureStreak,
  type CircuitBreaker,
} from './circuit-breaker.js';
import type { DestinationState } from './destination-state.js';
import { HealthReport, type HealthChange } from './health-report.js';
import type { WorkerRegistry } from './worker-registry.port.js';

/** Refusals for reasons that may concern the whole destination, before the hub publishes an alert. */
const REFUSALS_TO_ALERT = 10;
/** Share of such refusals among the vendor's answers, before the hub publishes an alert. */
const SHARE_TO_ALERT = 0.1;
/**
 * Time after which the refusals are counted anew if the vendor accepted messages meanwhile, in milliseconds. Refusals
 * without an accepted message in between are counted without a time limit.
 */
const REFUSAL_WINDOW_MS = 3_600_000;

/** Answers of a vendor since the first refusal that may concern the whole destination. */
interface RefusalCount {
  /** Time of the first refusal, in milliseconds since the epoch. */
  readonly since: number;
  refused: number;
  accepted: number;
}

/**
 * Tracks the health of the destinations by the outcomes of calls. A change applies at once in this worker, and within a
 * second in other workers. Costs nothing while all destinations are healthy.
 */
export class DestinationHealth {
  /**
   * Consecutive failures by destination, for destinations whose breaker is closed. A failing breaker contains its own
   * count.
   */
  private readonly streaks = new Map<string, FailureStreak>();
  /** Refusals that may concern the whole destination, by destination. */
  private readonly refusals = new Map<string, RefusalCount>();
  private readonly breakers = new Map<string, CircuitBreaker>();
  /** Breakers that are not stored yet, by destination; null if the breaker is to be reset. */
  private readonly unwritten = new Map<string, CircuitBreaker | null>();
  private writing: Promise<void> | null = null;
  private readonly report = new HealthReport();

  constructor(
    private readonly registry: Pick<WorkerRegistry, 'setBreakers'>,
    private readonly clock: Clock,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Applies the states of destinations that changed, and repeats a failed write. Called with each heartbeat. */
  refresh(changed: readonly DestinationState[]): void {
    const now = this.clock.now();
    for (const { destinationId, breaker } of changed) {
      // A breaker that this worker has yet to write is newer than the state that was read.
      if (this.unwritten.has(destinationId)) continue;
      if (breaker === null) this.breakers.delete(destinationId);
      else this.breakers.set(destinationId, breaker);
    }
    for (const [destinationId, breaker] of this.breakers) {
      if (isFullyRecovered(breaker, now)) this.breakers.delete(destinationId);
      // Another worker or a person may close the breaker. If the count of consecutive failures were kept, the next
      // failure would open the breaker again.
      else if (isFailing(breaker)) this.streaks.delete(destinationId);
    }
    this.startWriting();
  }

  /** Returns the destination's breaker; undefined if the destination is healthy. */
  breakerOf(destinationId: string): CircuitBreaker | undefined {
    return this.breakers.get(destinationId);
  }

  /** Opens the destination's breaker until `until`, because the vendor throttles. */
  throttle(destinationId: string, until: number): void {
    this.set(destinationId, afterThrottle(this.breakers.get(destinationId), until, this.clock.now()));
  }

  /**
   * Records the outcome of a call.
   * @param pauseAfterMs milliseconds of continuous failure after which the destination is paused
   * @returns the decision to pause, if the destination has failed for too long; the decision to log that its breaker
   *   opened; or the decision to alert
   */
  recordOutcome(destinationId: string, outcome: AttemptOutcome, pauseAfterMs: number): DestinationEffect | null {
    switch (outcome.kind) {
      case 'accepted':
      case 'pending':
        this.report.succeeded(destinationId, this.clock.now());
        if (this.refusals.size > 0) this.countAccepted(destinationId);
        this.answered(destinationId);
        return null;
      case 'rejected':
        this.answered(destinationId);
        return outcome.suspectsDestination === true ? this.refused(destinationId, outcome) : null;
      case 'transient':
      case 'unconfirmed':
        this.report.failed(destinationId, this.clock.now());
        return this.failed(destinationId, outcome, pauseAfterMs);
      case 'throttled':
        // A limit of one recipient says nothing about the destination.
        if (outcome.recipientOnly === true) return null;
        this.report.failed(destinationId, this.clock.now());
        return null;
      case 'credentials':
        this.report.failed(destinationId, this.clock.now());
        return null;
      case 'mapping':
      case 'noConsent':
      case 'noRecipient':
      case 'internal_error':
      case 'deferred':
      case 'suppressed':
      case 'cancelled':
      case 'superseded':
      case 'dissolved':
      case 'confirmed':
        return null;
    }
  }

  /** Deletes the state of a paused destination, so that it starts as healthy after it is resumed. */
  reset(destinationId: string): void {
    this.streaks.delete(destinationId);
    this.refusals.delete(destinationId);
    if (this.breakers.delete(destinationId)) this.write(destinationId, null);
  }

  /** Returns the outcomes of calls since the last time, for the answers of the admin API. */
  takeReport(): readonly HealthChange[] {
    return this.report.take();
  }

  /** Keeps outcomes for the next report, because they could not be written. */
  putReportBack(taken: readonly HealthChange[]): void {
    this.report.putBack(taken);
  }

  /** Resolves when all breakers are written, or a write has failed. */
  async settled(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  private answered(destinationId: string): void {
    if (this.streaks.size === 0 && this.breakers.size === 0) return;
    if (this.streaks.size > 0) this.streaks.delete(destinationId);
    const breaker = this.breakers.get(destinationId);
    if (breaker === undefined) return;
    const now = this.clock.now();
    const next = afterSuccess(breaker, now);
    if (next !== undefined) this.set(destinationId, next);
    else if (isFullyRecovered(breaker, now)) this.breakers.delete(destinationId);
  }

  private countAccepted(destinationId: string): void {
    const count = this.refusals.get(destinationId);
    if (count !== undefined) count.accepted += 1;
  }

  /** Counts a refusal that may concern the whole destination. Other refusals do not count. */
  private refused(
    destinationId: string,
    { kind, message }: { readonly kind: DeliveryErrorKind; readonly message: string },
  ): DestinationEffect | null {
    const now = this.clock.now();
    const known = this.refusals.get(destinationId);
    const isOver = known !== undefined && known.accepted > 0 && now - known.since > REFUSAL_WINDOW_MS;
    const count = known === undefined || isOver ? { since: now, refused: 0, accepted: 0 } : known;
    count.refused += 1;
    this.refusals.set(destinationId, count);
    const { refused, accepted } = count;
    if (refused < REFUSALS_TO_ALERT || refused < SHARE_TO_ALERT * (refused + accepted)) return null;
    this.refusals.delete(destinationId);
    const messages = accepted === 0 ? `${refused} messages in a row` : `${refused} of ${refused + accepted} messages`;
    return { kind: 'alert', reason: `The vendor refused ${messages}. Last refusal: ${message}`, errorKind: kind };
  }

  private failed(
    destinationId: string,
    { kind, message }: { readonly kind: DeliveryErrorKind; readonly message: string },
    pauseAfterMs: number,
  ): DestinationEffect | null {
    const now = this.clock.now();
    const breaker = this.breakers.get(destinationId);
    const known = this.streaks.get(destinationId);
    const streak = { failures: (known?.failures ?? 0) + 1, since: known?.since ?? now };
    if (!isFailing(breaker)) this.streaks.set(destinationId, streak);
    const next = afterFailure(breaker, streak, now, Math.random());
    if (next === undefined) return null;
    const { failingSince } = next;
    if (failingSince === null || now - failingSince < pauseAfterMs) {
      this.streaks.delete(destinationId);
      this.set(destinationId, next);
      return isFailing(breaker) ? null : { kind: 'opened', reason: message, errorKind: kind, until: next.openUntil };
    }
    const since = new Date(failingSince).toISOString();
    const reason = `Every call since ${since} failed. Fix the cause, then resume the destination. Last failure: ${message}`;
    return { kind: 'pause', reason, errorKind: kind };
  }

  private set(destinationId: string, breaker: CircuitBreaker): void {
    const known = this.breakers.get(destinationId);
    this.breakers.set(destinationId, breaker);
    if (known?.openUntil === breaker.openUntil && known.openCount === breaker.openCount) return;
    this.write(destinationId, breaker);
  }

  private write(destinationId: string, breaker: CircuitBreaker | null): void {
    this.unwritten.set(destinationId, breaker);
    this.startWriting();
  }

  private startWriting(): void {
    if (this.unwritten.size > 0) this.writing ??= this.writeAll();
  }

  /**
   * Writes all breakers, one statement after the other. If many calls change breakers at once, the second statement
   * writes the last breaker of each destination.
   */
  private async writeAll(): Promise<void> {
    try {
      while (this.unwritten.size > 0) {
        const changes = [...this.unwritten].map(([destinationId, breaker]) => ({ destinationId, breaker }));
        await this.registry.setBreakers(changes);
        for (const { destinationId, breaker } of changes) {
          if (this.unwritten.get(destinationId) === breaker) this.unwritten.delete(destinationId);
        }
      }
    } catch (error) {
      // The next heartbeat repeats the write.
      this.onFault(error);
    } finally {
      this.writing = null;
    }
  }
}
