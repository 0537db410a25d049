import type { BatchLimits } from '@patchbay/plugin-sdk';
import { Stopwatch, type Clock } from '../clock.js';
import type { LeaseRequest } from '../ingest/event-store.port.js';
import type { AttemptDelivery } from './attempt.js';
import type { SentMember } from './attempt-batch.js';
import { placeOf } from './batch-place.js';
import type { BatchClaim, BatchStore } from './batch-store.port.js';
import { ConcurrencyLimiter } from './capacity.js';
import type { AttemptOutcome, ClaimedDelivery, DeliveryDecision, RouteChoice } from './delivery.js';
import { DestinationQueue, type Claims, type DestinationClaim } from './destination-queue.js';
import type { Destinations } from './destinations.js';
import type { DispatchBatch } from './dispatch-batch.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { ForwardLimiter } from './forward-limiter.js';
import { isFrozen } from './frozen-batch.js';
import { ROUTING_LEASE_MS, type Lease } from './lease.js';
import { LimitGroup } from './limit-group.js';
import type { RouteDelivery } from './route-delivery.js';
import type { SettleDelivery } from './settle.js';
import type { Traces } from '../tracing/traces.port.js';
import type { WakeUps } from './wake-ups.port.js';
import type { WorkerRing } from './worker-ring.js';

/** Limits of the {@link Dispatcher}. */
export interface DispatcherOptions {
  /** Maximum number of deliveries per claim of one destination. */
  readonly batch: number;
  /**
   * Time during which one slice (one bounded round of claims) claims deliveries, in milliseconds. After this time, the
   * next destination gets its turn.
   */
  readonly sliceMs: number;
  /** Maximum number of calls in flight in this process. */
  readonly maxInFlight: number;
}

/** Parts of a {@link Dispatcher}. */
export interface DispatcherParts {
  readonly claims: Claims;
  readonly destinations: Destinations;
  readonly ring: Pick<WorkerRing, 'ownedSince'>;
  readonly attempts: Pick<AttemptDelivery, 'attempt'>;
  readonly store: Pick<BatchStore, 'claimBatch'>;
  readonly batches: Pick<DispatchBatch, 'run' | 'settleLost'>;
  readonly routing: Pick<RouteDelivery, 'route'>;
  readonly settlement: SettleDelivery;
  readonly wakeUps: Pick<WakeUps, 'wake' | 'wakeAt'>;
  readonly clock: Clock;
  readonly log: DispatcherLog;
  /** Null if tracing is off. */
  readonly traces: Traces | null;
  readonly options: DispatcherOptions;
}

/** Call that is reserved for a delivery that is about to be stored. */
export interface ReservedCall extends LeaseRequest {
  readonly queue: DestinationQueue;
  /** Ends the hold that keeps the brand of the destination in memory. */
  readonly releaseBrand: () => void;
}

/** Claims due deliveries, attempts each delivery, and records the decisions. */
export class Dispatcher {
  private readonly queues = new Map<string, DestinationQueue>();
  private readonly groups = new Map<string, LimitGroup>();
  /** Number of claims, attempts and settlements in progress. A claim counts, because it may still return deliveries. */
  private active = 0;
  /** Callbacks of {@link stop} that are called when nothing is in progress any more. */
  private readonly idle: (() => void)[] = [];
  /** Timers that schedule the destinations of this worker whose rate limit allows no call yet. */
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly abort = new AbortController();
  private readonly forwards = new ForwardLimiter();
  private readonly concurrency: ConcurrencyLimiter;
  private stopping = false;

  constructor(private readonly parts: DispatcherParts) {
    this.concurrency = new ConcurrencyLimiter(parts.options.maxInFlight, (destinationId) => this.wake(destinationId));
  }

  /**
   * Runs one slice (one bounded round of claims) of one destination: claims due deliveries and starts their attempts
   * while capacity is available. If the destination belongs to another worker, forwards the wake-up.
   */
  async runSlice(destinationId: string): Promise<void> {
    if (this.stopping) return;
    await this.parts.destinations.whileLoaded(destinationId, () => this.serve(destinationId));
  }

  private async serve(destinationId: string): Promise<void> {
    if (this.stopping) return;
    const { destinations, wakeUps, clock, options } = this.parts;
    if (!destinations.mayServe(destinationId)) {
      if (this.forwards.mayForward(destinationId, clock.now())) wakeUps.wake(destinationId);
      return;
    }
    const queue = this.queues.get(destinationId) ?? this.createQueue(destinationId);
    if (!queue.beginSlice()) return;
    this.joinGroup(queue);
    const end = performance.now() + options.sliceMs;
    try {
      const { batch } = destinations.find(destinationId);
      if (batch !== null) {
        await this.sendBatches(queue, batch, end);
        return;
      }
      for (;;) {
        const limit = await this.reserveCalls(queue, end);
        if (limit === 0) return;
        let due: number;
        try {
          const { lease, toAttempt, decided, blocked } = await this.claim(queue, limit);
          for (const delivery of toAttempt) void this.track(this.attempt(queue, delivery, lease), queue);
          for (const { delivery, outcome } of decided) {
            void this.track(this.settle(delivery, clock.now(), outcome), queue);
          }
          due = toAttempt.length + decided.length + blocked;
        } finally {
          this.ended();
        }
        queue.recordClaim(limit, due);
        if (due < limit) return;
      }
    } finally {
      if (queue.endSlice()) this.wake(destinationId);
      if (queue.isIdle && !this.concurrency.isWaiting(queue)) this.dropQueue(queue);
    }
  }

  /**
   * Schedules the next slice (one bounded round of claims) of a destination. If the destination has no owner, any
   * worker runs the slice. If this worker owns the destination, this process runs the slice. If another worker owns the
   * destination, nothing happens, because that worker schedules its own destinations.
   */
  wake(destinationId: string): void {
    if (this.stopping) return;
    if (this.parts.destinations.isUnowned(destinationId)) this.parts.wakeUps.wake(destinationId);
    else this.startSlice(destinationId);
  }

  /**
   * Schedules the next slice (one bounded round of claims) of a destination in this process, if this process may send
   * to the destination. Returns at once.
   */
  startSlice(destinationId: string): void {
    if (this.stopping || !this.parts.destinations.mayServe(destinationId)) return;
    setImmediate(
      () => void this.runSlice(destinationId).catch((error: unknown) => this.parts.log.fault(error, 'slice')),
    );
  }

  /**
   * Schedules the next slice (one bounded round of claims) of destinations for which more deliveries may be due than this
   * worker could send. If the workers share the calls of a destination, this worker continues with its own share, and
   * another worker is woken for its share.
   */
  private continueSlices(destinationIds: readonly string[]): void {
    for (const destinationId of destinationIds) {
      if (this.parts.destinations.isShared(destinationId)) this.startSlice(destinationId);
      this.wake(destinationId);
    }
  }

  /**
   * Reserves a call for a delivery that this process is about to store. The caller passes the call to {@link deliver} or
   * to {@link releaseCall}.
   * @returns null if the delivery must be claimed
   */
  reserveCall(destinationId: string): ReservedCall | null {
    const destination = this.stopping ? null : this.parts.destinations.findDirect(destinationId);
    if (destination === null) return null;
    const now = performance.now();
    const queue = this.queues.get(destinationId) ?? this.createQueue(destinationId);
    // The next claim moves the destination to the group that it has now.
    if (queue.limits.key !== (destination.groupKey ?? destinationId)) return null;
    // The destination may have had a rate limit when the last claim was made.
    queue.limits.setRate(destination.limits.rate, () => this.parts.ring.ownedSince);
    if (!queue.allowsDirect(this.parts.destinations.concurrencyHere(destinationId, destination), now)) return null;
    if (!this.concurrency.acquireSpare(queue, now)) return null;
    queue.reserve(1);
    this.active += 1;
    const releaseBrand = this.parts.destinations.hold(queue.brandId);
    return { destinationId, queue, leaseMs: destination.leaseMs, releaseBrand };
  }

  /**
   * Attempts a delivery that this process holds in memory.
   * @param sinceClaim stopwatch that was started before the lease was requested
   */
  deliver({ queue, leaseMs, releaseBrand }: ReservedCall, delivery: ClaimedDelivery, sinceClaim: Stopwatch): void {
    void this.track(this.attempt(queue, delivery, { sinceClaim, leaseMs }), queue);
    releaseBrand();
    this.ended();
  }

  /** Releases a reserved call whose delivery is not sent. */
  releaseCall({ queue, releaseBrand }: ReservedCall): void {
    releaseBrand();
    this.continueSlices(queue.release(1));
    this.concurrency.release(queue, 1);
    this.ended();
  }

  /** Settles deliveries whose lease expired while a request was in flight. */
  async reclaimExpired(): Promise<void> {
    const expired = await this.parts.claims.reclaimExpired(this.parts.options.batch);
    const byBatch = new Map<string, SentMember[]>();
    for (const delivery of expired) {
      const { batch, lost } = delivery.messaging ?? {};
      // A message whose answer was lost before was sent alone, or with its frozen batch.
      if (batch !== undefined && (lost !== true || isFrozen(delivery))) {
        const members = byBatch.get(batch.id) ?? [];
        byBatch.set(batch.id, [...members, { delivery, outcome: LOST_IN_FLIGHT, place: placeOf(batch) }]);
        continue;
      }
      const settled = this.parts.destinations.whileLoaded(delivery.destinationId, () =>
        this.settle(delivery, this.parts.clock.now(), LOST_IN_FLIGHT),
      );
      void this.track(settled);
    }
    for (const members of byBatch.values()) {
      const destinationId = members[0]?.delivery.destinationId ?? '';
      const settle = (): Promise<void> =>
        this.parts.batches.settleLost(members, (...decided) => this.wakeAfter(destinationId, ...decided));
      void this.track(this.parts.destinations.whileLoaded(destinationId, settle));
    }
  }

  /**
   * Stops claiming. Waits up to `graceMs` for the calls in flight, then aborts these calls, and writes all outcomes. If
   * an outcome cannot be written, another worker reclaims the delivery when the delivery's lease expires.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await withinTime(graceMs, () => this.settled());
    this.abort.abort(new Error('The hub is shutting down.'));
    await withinTime(ABORT_GRACE_MS, () => this.settled());
    await withinTime(ABORT_GRACE_MS, async () => {
      await Promise.all([this.parts.settlement.abandon(), this.parts.claims.releaseLost()]);
    });
  }

  private async settled(): Promise<void> {
    while (this.active > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
    await this.parts.settlement.settled();
  }

  /**
   * Waits until calls are possible, then reserves slots and capacity for the next claim. The caller calls {@link ended}
   * after the attempts of the claim were started, so that {@link stop} waits for claim and attempts.
   * @param atMost maximum number of calls
   * @returns the number of calls; 0 if the slice (one bounded round of claims) is over
   */
  private async reserveCalls(queue: DestinationQueue, end: number, atMost = Infinity): Promise<number> {
    const { destinations, clock, wakeUps, ring, options } = this.parts;
    const { destinationId } = queue;
    while (!this.stopping) {
      const { limits } = queue;
      const { rate, concurrency, ownConcurrency, blockedUntil } = destinations.limitsAt(destinationId, clock.now());
      if (blockedUntil !== null) {
        wakeUps.wakeAt(destinationId, blockedUntil);
        return 0;
      }
      if (rate !== undefined || limits.rateLimiter !== null) limits.setRate(rate, () => ring.ownedSince);
      const allowance = limits.allowance();
      const now = performance.now();
      if (allowance?.calls === 0) {
        limits.shareOf(queue, 0, now, allowance.inMs);
        this.wakeLocallyIn(destinationId, allowance.inMs);
        return 0;
      }
      const left = end - now;
      const free = Math.min(limits.free(concurrency), ownConcurrency - queue.inFlight);
      if (free <= 0) {
        if (left <= 0) {
          queue.wakeWhenFree();
          return 0;
        }
        await queue.waitForSlot(left);
        continue;
      }
      if (left <= 0) {
        this.continueSlices([destinationId]);
        return 0;
      }
      const share = allowance === null ? free : limits.shareOf(queue, Math.min(free, allowance.calls), now);
      if (share === 0) {
        this.wakeLocallyIn(destinationId, OTHERS_TURN_MS);
        return 0;
      }
      const wanted = Math.min(options.batch, share, queue.claimLimit, atMost);
      const calls = this.concurrency.available(queue, wanted, now);
      if (calls > 0) {
        // No `await` may separate the checks above this line from the reservation.
        this.active += 1;
        queue.reserveClaim(calls);
        this.concurrency.acquire(queue, calls, now);
        return calls;
      }
      if (!(await this.concurrency.waitForCapacity(queue, left))) return 0;
    }
    return 0;
  }

  /**
   * Claims up to `limit` deliveries, for which calls are reserved. Releases the reserved calls that no delivery needs.
   */
  private async claim(queue: DestinationQueue, limit: number): Promise<DestinationClaim & { readonly lease: Lease }> {
    const { claims, destinations } = this.parts;
    const { destinationId } = queue;
    const { leaseMs, record } = destinations.find(destinationId);
    // An unknown id may be the id of a subscription with undecided deliveries.
    const request = record === undefined ? { routingLeaseMs: ROUTING_LEASE_MS } : {};
    const lease: Lease = { sinceClaim: new Stopwatch(), leaseMs };
    let claimed: DestinationClaim = { toAttempt: [], decided: [], blocked: 0 };
    try {
      claimed = await claims.requests.add({ destinationId, limit, leaseMs, ...request });
    } finally {
      const { toAttempt, decided, blocked } = claimed;
      const isDrained = toAttempt.length + decided.length + blocked < limit;
      this.continueSlices(queue.endClaim(limit, toAttempt.length, isDrained));
      this.concurrency.release(queue, limit - toAttempt.length - decided.length);
    }
    return { ...claimed, lease };
  }

  /** Claims batches of a destination and starts their calls, until too few deliveries are due for another call. */
  private async sendBatches(queue: DestinationQueue, batch: BatchLimits, end: number): Promise<void> {
    const { destinations, store, clock, traces } = this.parts;
    const { destinationId } = queue;
    const { size, within } = batch;
    while ((await this.reserveCalls(queue, end, 1)) > 0) {
      const { leaseMs } = destinations.find(destinationId);
      const lease: Lease = { sinceClaim: new Stopwatch(), leaseMs };
      let claim: BatchClaim | null = null;
      const trace = traces?.beginClaim();
      try {
        const claimed = await store.claimBatch({ destinationId, size, within, leaseMs }, clock.now());
        claim = claimed;
        trace?.end(claimed.deliveries);
        this.parts.log.claimed(claimed.deliveries.length);
        const call = (): Promise<void> => this.callBatch(queue, claimed, batch, lease);
        const [first] = claimed.deliveries;
        if (first !== undefined) void this.track(destinations.whileHeld(first.brandId, call), queue);
      } finally {
        const used = claim === null || claim.deliveries.length === 0 ? 0 : 1;
        this.continueSlices(queue.endClaim(1, used, used === 0));
        this.concurrency.release(queue, 1 - used);
        this.ended();
      }
      if (claim.collectingUntil !== null) this.wakeLocallyIn(destinationId, claim.collectingUntil - clock.now());
      if (claim.deliveries.length + claim.blocked === 0) return;
    }
  }

  /** Makes the calls for the deliveries of a claim, whose brand is held in memory. Uses the capacity of one call. */
  private async callBatch(queue: DestinationQueue, claim: BatchClaim, batch: BatchLimits, lease: Lease): Promise<void> {
    const { signal } = this.abort;
    const begunAt = performance.now();
    if (this.stopping) {
      this.continueSlices(queue.release(1));
      return this.parts.claims.releaseAll(claim.deliveries, signal);
    }
    await this.parts.batches.run(claim, batch, {
      lease,
      signal,
      reserve: () => queue.rateLimiter?.reserve() ?? null,
      settle: (delivery, startedAt, outcome) => this.settleHeld(delivery, startedAt, outcome),
      decided: (...decided) => this.wakeAfter(queue.destinationId, ...decided),
      ended: (waitedMs) => {
        const endedAt = performance.now();
        queue.latency.recordCall(Math.max(0, endedAt - begunAt - waitedMs), endedAt);
        this.continueSlices(queue.release(1));
      },
    });
  }

  /** Schedules a destination after the decisions about the members of a call. */
  private wakeAfter(
    destinationId: string,
    deliveries: readonly ClaimedDelivery[],
    decisions: readonly DeliveryDecision[],
  ): void {
    if (deliveries.some(({ order }) => order !== null)) this.wake(destinationId);
    for (const dueAt of new Set(decisions.map((decision) => decision.dueAt))) {
      if (dueAt !== null) this.parts.wakeUps.wakeAt(destinationId, dueAt);
    }
  }

  /** Attempts or routes a delivery, and keeps its brand in memory until the outcome is written. */
  private async attempt(queue: DestinationQueue, delivery: ClaimedDelivery, lease: Lease): Promise<void> {
    const { destinations, clock, routing, attempts, claims } = this.parts;
    const releaseBrand = destinations.hold(delivery.brandId);
    try {
      const startedAt = clock.now();
      const begunAt = performance.now();
      const reservation = queue.rateLimiter?.reserve() ?? null;
      const { signal } = this.abort;
      const outcome = this.stopping
        ? 'release'
        : delivery.undecided
          ? await routing.route(delivery, signal)
          : await attempts.attempt(delivery, { lease, reservation, signal });
      reservation?.end();
      const waitedMs = reservation?.waitedMs ?? 0;
      const endedAt = performance.now();
      queue.latency.recordCall(Math.max(0, endedAt - begunAt - waitedMs), endedAt);
      this.continueSlices(queue.release(1));
      if (outcome === 'release') await claims.release(delivery, signal);
      else if (outcome.kind === 'routed') await this.recordRoute(delivery, outcome);
      else await this.settleHeld(delivery, startedAt + Math.floor(waitedMs), outcome);
    } finally {
      releaseBrand();
    }
  }

  /** Writes the chosen destination and schedules it. If the write fails, the delivery is routed again. */
  private async recordRoute(delivery: ClaimedDelivery, choice: RouteChoice): Promise<void> {
    const { claims, clock, wakeUps, log } = this.parts;
    try {
      if (!(await claims.routes.add(choice))) return;
    } catch (error) {
      log.fault(error, `route of delivery ${delivery.id}`);
      return claims.release(delivery, this.abort.signal);
    }
    if (choice.dueAt > clock.now()) wakeUps.wakeAt(choice.destinationId, choice.dueAt);
    else this.wake(choice.destinationId);
  }

  private settle(delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome): Promise<void> {
    return this.parts.destinations.whileHeld(delivery.brandId, () => this.settleHeld(delivery, startedAt, outcome));
  }

  /** Settles a delivery whose brand is held in memory. */
  private async settleHeld(delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome): Promise<void> {
    const { dueAt } = await this.parts.settlement.settle(delivery, startedAt, outcome);
    // The next delivery with the same order key was waiting for this delivery.
    if (delivery.order !== null) {
      this.wake(delivery.destinationId);
      if (delivery.messaging?.routed !== undefined) this.wake(delivery.subscriptionId);
    }
    if (dueAt !== null) this.parts.wakeUps.wakeAt(delivery.destinationId, dueAt);
  }

  /**
   * Schedules a destination by a timer of this process, because delayed wake-ups of the queue are exact only to a
   * second.
   */
  private wakeLocallyIn(destinationId: string, milliseconds: number): void {
    // The sweep schedules destinations that wait longer than the longest timer.
    if (milliseconds > MAX_TIMER_MS || this.timers.has(destinationId)) return;
    const timer = setTimeout(() => {
      this.timers.delete(destinationId);
      this.wake(destinationId);
    }, milliseconds);
    this.timers.set(destinationId, timer);
  }

  private createQueue(destinationId: string): DestinationQueue {
    const { destinations } = this.parts;
    const group = this.groupOf(destinations.find(destinationId).groupKey ?? destinationId);
    const queue = new DestinationQueue(destinationId, destinations.brandIdOf(destinationId), group);
    this.queues.set(destinationId, queue);
    return queue;
  }

  private dropQueue(queue: DestinationQueue): void {
    this.queues.delete(queue.destinationId);
    queue.close();
    this.dropIfEmpty(queue.limits);
  }

  /** Moves a destination to the group that it has in the current configuration. */
  private joinGroup(queue: DestinationQueue): void {
    const key = this.parts.destinations.find(queue.destinationId).groupKey ?? queue.destinationId;
    const { limits } = queue;
    if (limits.key === key) return;
    queue.moveTo(this.groupOf(key));
    this.dropIfEmpty(limits);
  }

  private groupOf(key: string): LimitGroup {
    const group = this.groups.get(key) ?? new LimitGroup(key);
    this.groups.set(key, group);
    return group;
  }

  private dropIfEmpty(group: LimitGroup): void {
    if (group.isEmpty) this.groups.delete(group.key);
  }

  /**
   * Tracks running work and logs its failure.
   * @param queue the destination queue whose capacity the work uses; the capacity is released when the work ends
   */
  private async track(work: Promise<void>, queue?: DestinationQueue): Promise<void> {
    this.active += 1;
    try {
      await work;
    } catch (error) {
      this.parts.log.fault(error, 'dispatcher');
    } finally {
      this.ended();
      if (queue !== undefined) this.concurrency.release(queue, 1);
    }
  }

  private ended(): void {
    this.active -= 1;
    if (this.active === 0) for (const resolve of this.idle.splice(0)) resolve();
  }
}

const ABORT_GRACE_MS = 2_000;
/** Time after which a destination asks again if the next calls belong to others of its group, in milliseconds. */
const OTHERS_TURN_MS = 50;
const MAX_TIMER_MS = 60_000;

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
