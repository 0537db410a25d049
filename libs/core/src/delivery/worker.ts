import { Stopwatch, type Clock } from '../clock.js';
import type { RateReservation } from './destination-rate-limiter.js';
import type { Claims, DestinationClaim } from './claims.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DestinationLimits } from './destinations.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { DestinationQueue } from './destination-queue.js';
import { ForwardLimiter } from './forward-limiter.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';
import type { SettleDelivery } from './settle.js';
import { leaseFor } from './time-limit.js';
import type { Lease, AttemptRunner } from './attempt-runner.js';
import type { WakeUps } from './wake-ups.port.js';

/** Limits of the {@link Dispatcher}. */
export interface DispatcherOptions {
  /** Maximum number of deliveries per claim of one destination. */
  readonly batch: number;
  /** Time during which one slice claims, in milliseconds. Then the next destination gets its turn. */
  readonly sliceMs: number;
  /** Maximum number of calls in flight in this process. */
  readonly maxInFlight: number;
}

/** Claims due deliveries, attempts each, and records the decisions. */
export class Dispatcher {
  private readonly queues = new Map<string, DestinationQueue>();
  private readonly running = new Set<Promise<void>>();
  /** Claims in progress, which may still return deliveries. */
  private readonly claiming = new Set<Promise<unknown>>();
  /** Timers that wake destinations of this worker whose rate allows no call yet. */
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly abort = new AbortController();
  private readonly forwards = new ForwardLimiter();
  private readonly concurrency: ConcurrencyLimiter;
  private stopping = false;

  constructor(
    private readonly claims: Claims,
    private readonly limits: DestinationLimits,
    private readonly attempts: AttemptRunner,
    private readonly settlement: SettleDelivery,
    private readonly wakeUps: Pick<WakeUps, 'wake' | 'wakeAt'>,
    private readonly clock: Clock,
    private readonly log: DispatcherLog,
    private readonly options: DispatcherOptions,
  ) {
    this.concurrency = new ConcurrencyLimiter(options.maxInFlight, (destinationId) => this.wake(destinationId));
  }

  /**
   * Runs one bounded slice of one destination: claims due deliveries while capacity is available. If the destination
   * belongs to another worker, forwards the wake-up.
   */
  async runSlice(destinationId: string): Promise<void> {
    if (this.stopping) return;
    if (!this.limits.mayServe(destinationId)) {
      if (this.forwards.mayForward(destinationId, this.clock.now())) this.wakeUps.wake(destinationId);
      return;
    }
    const queue = this.queueOf(destinationId);
    if (!queue.beginSlice()) return;
    let hasMore = false;
    try {
      hasMore = await this.claimUntilIdle(queue);
    } finally {
      if (queue.endSlice() || hasMore) this.wake(destinationId);
      if (queue.isIdle && !this.concurrency.isWaiting(queue)) this.queues.delete(destinationId);
    }
  }

  /**
   * Schedules the next slice of a destination. If the destination has no owner, any worker runs the slice. If this
   * worker owns the destination, this process runs the slice. If another worker owns the destination, nothing happens,
   * because that worker wakes its own destinations.
   */
  wake(destinationId: string): void {
    if (this.stopping) return;
    if (this.limits.isUnowned(destinationId)) this.wakeUps.wake(destinationId);
    else this.startSlice(destinationId);
  }

  /**
   * Schedules the next slice of a destination in this process, if this process may send to the destination. Returns at
   * once.
   */
  startSlice(destinationId: string): void {
    if (this.stopping || !this.limits.mayServe(destinationId)) return;
    setImmediate(() => void this.runSlice(destinationId).catch((error: unknown) => this.log.fault(error, 'slice')));
  }

  /** Settles deliveries whose lease expired while a request was in flight. */
  async reclaimExpired(): Promise<void> {
    const expired = await this.claims.reclaimExpired(this.options.batch);
    for (const delivery of expired) {
      this.track(this.settle(delivery, this.clock.now(), LOST_IN_FLIGHT));
    }
  }

  /**
   * Stops claiming. Waits up to `graceMs` for the calls in flight, then aborts them, and writes all outcomes. If an
   * outcome cannot be written, another worker reclaims the delivery when its lease expires.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await withinTime(graceMs, () => this.settled());
    this.abort.abort(new Error('The hub is shutting down.'));
    await withinTime(ABORT_GRACE_MS, () => this.settled());
    await withinTime(ABORT_GRACE_MS, async () => {
      await Promise.all([this.settlement.abandon(), this.releaseLostClaims()]);
    });
  }

  private async settled(): Promise<void> {
    while (this.claiming.size + this.running.size > 0) {
      await Promise.allSettled(this.claiming);
      await Promise.all(this.running);
    }
    await this.settlement.settled();
  }

  private async releaseLostClaims(): Promise<void> {
    await this.claims.releaseLost().catch((error: unknown) => this.log.fault(error, 'release of lost claims'));
  }

  /**
   * Claims until nothing is due, no capacity is left, or the slice is over.
   * @returns true if the destination may have more due deliveries
   */
  private async claimUntilIdle(queue: DestinationQueue): Promise<boolean> {
    const end = performance.now() + this.options.sliceMs;
    while (!this.stopping) {
      const now = this.clock.now();
      const { rate, concurrency, blockedUntil } = this.limits.current(queue.destinationId, now);
      if (blockedUntil !== null) {
        this.wakeUps.wakeAt(queue.destinationId, blockedUntil);
        return false;
      }
      const allowance = queue.setRate(rate, this.limits.ownedSince)?.allowance();
      if (allowance?.calls === 0) {
        this.wakeLocallyIn(queue.destinationId, allowance.inMs);
        return false;
      }
      const monotonicNow = performance.now();
      const left = end - monotonicNow;
      const free = queue.freeSlots(concurrency);
      if (free === 0) {
        if (left <= 0) {
          queue.wakeWhenFree();
          return false;
        }
        await queue.waitForSlot(left);
        continue;
      }
      if (left <= 0) return true;
      const wanted = Math.min(this.options.batch, free, allowance?.calls ?? free, queue.nextClaimLimit);
      const calls = Math.min(wanted, this.concurrency.available(queue, monotonicNow));
      if (calls > 0) {
        const claiming = this.claimAndStart(queue, calls);
        this.claiming.add(claiming);
        const due = await claiming.finally(() => this.claiming.delete(claiming));
        if (due < calls) return false;
      } else if (!(await this.concurrency.waitForCapacity(queue, left))) return false;
    }
    return false;
  }

  /**
   * Claims deliveries and starts their attempts.
   * @returns the number of due deliveries
   */
  private async claimAndStart(queue: DestinationQueue, limit: number): Promise<number> {
    queue.reserve(limit);
    this.concurrency.acquire(queue, limit, performance.now());
    const lease: Lease = {
      sinceClaim: new Stopwatch(),
      leaseMs: leaseFor(this.limits.timeLimitOf(queue.destinationId)),
    };
    let claimed: DestinationClaim = { toAttempt: [], decided: [], blocked: 0 };
    try {
      claimed = await this.claims.claim({ destinationId: queue.destinationId, limit, leaseMs: lease.leaseMs });
    } finally {
      queue.release(limit - claimed.toAttempt.length);
      this.concurrency.release(queue, limit - claimed.toAttempt.length - claimed.decided.length);
    }
    const { toAttempt, decided, blocked } = claimed;
    for (const delivery of toAttempt) this.track(this.run(queue, delivery, lease, queue.reserveRate()), queue);
    for (const { delivery, outcome } of decided) this.track(this.settle(delivery, this.clock.now(), outcome), queue);
    const due = toAttempt.length + decided.length + blocked;
    queue.recordClaim(limit, due);
    return due;
  }

  private async run(
    queue: DestinationQueue,
    delivery: ClaimedDelivery,
    lease: Lease,
    reservation: RateReservation,
  ): Promise<void> {
    const startedAt = this.clock.now();
    const begunAt = performance.now();
    const permit = { reservation, mayWrite: () => this.limits.mayWrite(queue.destinationId) };
    const outcome = this.stopping ? 'release' : await this.attempts.run(delivery, lease, permit, this.abort.signal);
    reservation.end();
    const endedAt = performance.now();
    queue.latency.recordCall(Math.max(0, endedAt - begunAt - reservation.waitedMs), endedAt);
    if (queue.release(1)) this.wake(queue.destinationId);
    if (outcome === 'release') await this.release(delivery);
    else await this.settle(delivery, startedAt + Math.floor(reservation.waitedMs), outcome);
  }

  private async settle(delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome): Promise<void> {
    const { dueAt } = await this.settlement.settle(delivery, startedAt, outcome);
    // The next delivery of the same order key was waiting for this one.
    if (delivery.order !== null) this.wake(delivery.destinationId);
    if (dueAt !== null) this.wakeUps.wakeAt(delivery.destinationId, dueAt);
  }

  /**
   * Releases a delivery, and repeats until the release is written. The delivery may be marked as being sent, so an
   * expired lease would end it as unconfirmed although nothing was sent.
   */
  private async release(delivery: ClaimedDelivery): Promise<void> {
    for (;;) {
      try {
        await this.claims.release(delivery);
        return;
      } catch (error) {
        this.log.fault(error, `release of ${delivery.id}`);
        if (this.abort.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_RELEASE_MS));
      }
    }
  }

  /**
   * Wakes a destination by a timer of this process, because delayed wake-ups of the queue are exact only to a second.
   */
  private wakeLocallyIn(destinationId: string, milliseconds: number): void {
    // The sweep wakes destinations that wait longer.
    if (milliseconds > MAX_TIMER_MS || this.timers.has(destinationId)) return;
    const timer = setTimeout(() => {
      this.timers.delete(destinationId);
      this.wake(destinationId);
    }, milliseconds);
    this.timers.set(destinationId, timer);
  }

  private queueOf(destinationId: string): DestinationQueue {
    const known = this.queues.get(destinationId);
    if (known !== undefined) return known;
    const queue = new DestinationQueue(destinationId, this.limits.brandOf(destinationId));
    this.queues.set(destinationId, queue);
    return queue;
  }

  /**
   * Tracks running work and logs its failure.
   * @param queue the queue whose capacity the work uses; released when the work ends
   */
  private track(work: Promise<void>, queue?: DestinationQueue): void {
    const tracked = work
      .catch((error: unknown) => this.log.fault(error, 'dispatcher'))
      .finally(() => {
        this.running.delete(tracked);
        if (queue !== undefined) this.concurrency.release(queue, 1);
      });
    this.running.add(tracked);
  }
}

const ABORT_GRACE_MS = 2_000;
const MAX_TIMER_MS = 60_000;
const RETRY_RELEASE_MS = 500;

const LOST_IN_FLIGHT: AttemptOutcome = {
  kind: 'unconfirmed',
  message: 'The worker stopped during the request, so the hub does not know whether the vendor received the message.',
};

async function withinTime(milliseconds: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work(), timeout]);
  clearTimeout(timer);
}
