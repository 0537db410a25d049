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
  private breakers = new Map<string, CircuitBreaker>();
  private readonly writing = new Set<Promise<void>>();
  private readonly report = new HealthReport();

  constructor(
    private readonly registry: Pick<WorkerRegistry, 'setBreaker' | 'removeBreaker'>,
    private readonly clock: Clock,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Replaces the known breakers with the breakers that were read from the database. */
  refresh(breakers: ReadonlyMap<string, CircuitBreaker>): void {
    const now = this.clock.now();
    // While a write is running, keep the open breakers, because the given breakers may have been read before the write.
    const openHere = this.writing.size === 0 ? [] : [...this.breakers].filter(([, breaker]) => breaker.openUntil > now);
    this.breakers = new Map([...breakers, ...openHere]);
    // Another worker or a person may close the breaker. If the count of consecutive failures were kept, the next
    // failure would open the breaker again.
    for (const [destinationId, breaker] of this.breakers) if (isFailing(breaker)) this.streaks.delete(destinationId);
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
      case 'confirmed':
        return null;
    }
  }

  /** Deletes the state of a paused destination, so that it starts as healthy after it is resumed. */
  reset(destinationId: string): void {
    this.streaks.delete(destinationId);
    this.refusals.delete(destinationId);
    if (this.breakers.delete(destinationId)) this.write(this.registry.removeBreaker(destinationId));
  }

  /** Returns the outcomes of calls since the last time, for the answers of the admin API. */
  takeReport(): readonly HealthChange[] {
    return this.report.take();
  }

  /** Keeps outcomes for the next report, because they could not be written. */
  putReportBack(taken: readonly HealthChange[]): void {
    this.report.putBack(taken);
  }

  /** Resolves when all breakers are written. */
  async settled(): Promise<void> {
    while (this.writing.size > 0) await Promise.all(this.writing);
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
    this.write(this.registry.setBreaker(destinationId, breaker));
  }

  private write(work: Promise<void>): void {
    const tracked = work.catch(this.onFault).finally(() => this.writing.delete(tracked));
    this.writing.add(tracked);
  }
}
