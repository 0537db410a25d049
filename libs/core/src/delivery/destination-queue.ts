import { Batcher } from '../batcher.js';
import type { Clock } from '../clock.js';
import { LatencyTracker, type CapacityHolder } from './capacity.js';
import type { AttemptOutcome, ClaimedDelivery, RouteChoice } from './delivery.js';
import { DISSOLVED, isFrozen } from './frozen-batch.js';
import type { ClaimRequest, DeliveryStore } from './delivery-store.port.js';
import type { DestinationRateLimiter } from './destination-rate-limiter.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { LEASE_MARGIN_MS } from './lease.js';
import { LimitGroup, type LimitGroupMember } from './limit-group.js';
import type { Traces } from '../tracing/traces.port.js';

/** Size of the first claim of a destination, in deliveries. */
const MIN_CLAIM = 8;
/** Time for which new deliveries are claimed after the database refused to lease one at once, in milliseconds. */
const REFUSED_MS = 1_000;

/**
 * State of one destination in this process: its calls in flight, its running slice and its wait for a free slot. It
 * obeys the limits of its group. A slice is one bounded round of claims.
 */
export class DestinationQueue implements CapacityHolder, LimitGroupMember {
  readonly latency = new LatencyTracker();
  heldCapacity = 0;
  /**
   * Calls in flight, and slots reserved by running claims. Only the methods that reserve and release change this number.
   */
  inFlight = 0;
  private running = false;
  private wokenDuringSlice = false;
  private waiter: (() => void) | null = null;
  private wakeOnRelease = false;
  /** Monotonic time until which new deliveries are claimed and not sent from memory, in milliseconds. */
  private claimedUntil = 0;
  /**
   * Maximum number of deliveries in the next claim: twice the number that the last claim returned. The maximum does not
   * shrink if the last claim was full. A destination with little work therefore holds little capacity while it claims.
   */
  claimLimit = MIN_CLAIM;

  /** @param brandId id of the brand; the destination's own id if its brand is unknown */
  constructor(
    readonly destinationId: string,
    readonly brandId: string = destinationId,
    private group = new LimitGroup(destinationId),
  ) {
    group.join(this, 0);
  }

  /** Group whose limits the destination obeys. Only {@link moveTo} changes the group. */
  get limits(): LimitGroup {
    return this.group;
  }

  /** Rate limit of the group. Null if there is none. */
  get rateLimiter(): DestinationRateLimiter | null {
    return this.group.rateLimiter;
  }

  /** Moves the destination with its calls in flight to another group. No slice may be running. */
  moveTo(group: LimitGroup): void {
    this.group.leave(this, this.inFlight);
    this.group = group;
    group.join(this, this.inFlight);
  }

  /** Ends the use of the queue. The queue must be idle. */
  close(): void {
    this.group.leave(this, this.inFlight);
  }

  /** True if the queue can be dropped, because nothing is in use and no earlier call counts for the rate limit. */
  get isIdle(): boolean {
    const rateMatters = this.rateLimiter !== null && !this.rateLimiter.isIdle();
    return this.inFlight === 0 && this.heldCapacity === 0 && !this.running && !this.wakeOnRelease && !rateMatters;
  }

  /**
   * Starts a slice (one bounded round of claims). Returns false if a slice is already running; in that case, the {@link
   * endSlice} of the running slice returns true.
   */
  beginSlice(): boolean {
    if (this.running) {
      this.wokenDuringSlice = true;
      return false;
    }
    this.running = true;
    return true;
  }

  /** Ends a slice (one bounded round of claims). Returns true if the destination must be scheduled again. */
  endSlice(): boolean {
    this.running = false;
    const again = this.wokenDuringSlice;
    this.wokenDuringSlice = false;
    return again;
  }

  /**
   * Returns true if a new delivery may be sent from memory.
   * @param concurrency maximum number of calls in flight
   * @param now monotonic milliseconds
   */
  allowsDirect(concurrency: number, now: number): boolean {
    return this.group.free(concurrency) > 0 && now >= this.claimedUntil && !this.group.isContended(this);
  }

  /** Ends deliveries from memory for a moment, because the database refused a lease. The destination has a backlog. */
  refuseDirect(now: number): void {
    this.claimedUntil = now + REFUSED_MS;
  }

  /** Reserves slots for deliveries that are sent from memory. */
  reserve(count: number): void {
    this.inFlight += count;
    this.group.reserve(count);
  }

  /** Reserves slots for a claim. The caller calls {@link endClaim}. */
  reserveClaim(count: number): void {
    this.inFlight += count;
    this.group.reserveClaim(this, count);
  }

  /** Ends a claim, and releases the reserved slots that it does not use. See {@link LimitGroup.endClaim}. */
  endClaim(reserved: number, used: number, isDrained: boolean): readonly string[] {
    this.inFlight -= reserved - used;
    return this.group.endClaim(this, reserved, used, isDrained);
  }

  /**
   * Releases slots. Returns the destinations of the group that must be scheduled again. The last slice (one bounded round
   * of claims) of these destinations ended for lack of a free slot.
   */
  release(count: number): readonly string[] {
    this.inFlight -= count;
    return this.group.release(count);
  }

  resume(): boolean {
    if (this.waiter !== null) {
      const resume = this.waiter;
      this.waiter = null;
      resume();
      return false;
    }
    const wake = this.wakeOnRelease;
    this.wakeOnRelease = false;
    return wake;
  }

  /** Schedules the destination again at the next {@link release} in its group. */
  wakeWhenFree(): void {
    this.wakeOnRelease = true;
    this.group.wait(this);
  }

  /** Resolves when a slot is free, or after `milliseconds`. */
  waitForSlot(milliseconds: number): Promise<void> {
    this.group.wait(this);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiter = null;
        this.group.endWait(this);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.waiter = done;
    });
  }

  /** Records the size of a claim, for {@link claimLimit}. */
  recordClaim(requested: number, claimed: number): void {
    this.claimLimit = claimed < requested ? Math.max(MIN_CLAIM, 2 * claimed) : Math.max(this.claimLimit, 2 * requested);
  }
}

/** Pause before a failed release is repeated, in milliseconds. */
const RETRY_RELEASE_MS = 500;

/** Result of a claim for one destination. */
export interface DestinationClaim {
  readonly toAttempt: readonly ClaimedDelivery[];
  /** Deliveries whose outcome is known without a call. */
  readonly decided: readonly DecidedDelivery[];
  /** Number of due deliveries that wait for another delivery with the same order key. */
  readonly blocked: number;
}

/** Delivery whose outcome is known without a call, and this outcome. */
export interface DecidedDelivery {
  readonly delivery: ClaimedDelivery;
  readonly outcome: AttemptOutcome;
}

export const OUTDATED: AttemptOutcome = {
  kind: 'superseded',
  message: 'A newer delivery of the same order key waits or has succeeded.',
};

export const CONFIRMED: AttemptOutcome = {
  kind: 'confirmed',
  message: 'A status update confirmed that the vendor has the message, so it is not sent again.',
};

/** Claims, marks and releases deliveries. Many destinations share each statement. */
export class Claims {
  /** Batched claims of due deliveries. Each item is the claim of one destination. */
  readonly requests: Batcher<ClaimRequest, DestinationClaim>;
  /** Marks deliveries as being sent. Resolves to false if the lease is lost; the delivery must not be sent then. */
  readonly marks: Batcher<ClaimedDelivery, boolean>;
  /** Writes the destinations that routes chose. Resolves to false if the lease is lost. */
  readonly routes: Batcher<RouteChoice, boolean>;

  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
    private readonly log: Pick<DispatcherLog, 'claimed' | 'fault'>,
    private readonly traces: Traces | null,
  ) {
    this.requests = new Batcher(this.claimBatch.bind(this), { lingerMs: 1, maxBatch: 64, maxInFlight: 4 });
    this.marks = new Batcher(this.markBatch.bind(this), { lingerMs: 2, maxBatch: 200, maxInFlight: 2 });
    this.routes = new Batcher(this.routeBatch.bind(this), { lingerMs: 2, maxBatch: 200, maxInFlight: 2 });
  }

  /**
   * Releases a delivery unchanged, and retries until the release is written. Without the release, the lease would
   * expire, and a delivery that is marked as being sent would end as unconfirmed although nothing was sent.
   * @param signal fires when failed releases are no longer repeated
   */
  async release(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    await this.releaseAll([delivery], signal);
  }

  /** Releases deliveries as {@link release} does, in one statement. */
  async releaseAll(deliveries: readonly ClaimedDelivery[], signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.store.release(deliveries);
        return;
      } catch (error) {
        this.log.fault(error, `release of ${deliveries.map(({ id }) => id).join(', ')}`);
        if (signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_RELEASE_MS));
      }
    }
  }

  /** Releases deliveries that this process claimed although the answer of the claim was lost. */
  async releaseLost(): Promise<void> {
    await this.store.releaseLostClaims().catch((error: unknown) => this.log.fault(error, 'release of lost claims'));
  }

  /** Reclaims deliveries whose lease expired while a request was in flight. */
  reclaimExpired(limit: number): Promise<readonly ClaimedDelivery[]> {
    return this.store.reclaimExpired(limit, LEASE_MARGIN_MS);
  }

  private async claimBatch(requests: readonly ClaimRequest[]): Promise<readonly DestinationClaim[]> {
    const trace = this.traces?.beginClaim();
    const { deliveries, blocked } = await this.store.claim(requests, this.clock.now());
    trace?.end(deliveries);
    this.log.claimed(deliveries.length);
    const claims: DestinationClaim[] = [];
    const byDestination = new Map<string, { toAttempt: ClaimedDelivery[]; decided: DecidedDelivery[] }>();
    for (const { destinationId } of requests) {
      const claimed = { toAttempt: [], decided: [], blocked: blocked.get(destinationId) ?? 0 };
      byDestination.set(destinationId, claimed);
      claims.push(claimed);
    }
    for (const delivery of deliveries) {
      const claimed = byDestination.get(delivery.destinationId);
      if (delivery.outdated) claimed?.decided.push({ delivery, outcome: OUTDATED });
      else if (delivery.confirmed) claimed?.decided.push({ delivery, outcome: CONFIRMED });
      // The destination had batches before. Without its batch, the message might arrive twice.
      else if (isFrozen(delivery)) claimed?.decided.push({ delivery, outcome: DISSOLVED });
      else claimed?.toAttempt.push(delivery);
    }
    return claims;
  }

  private async markBatch(deliveries: readonly ClaimedDelivery[]): Promise<readonly boolean[]> {
    const marked = await this.store.markSending(deliveries);
    return deliveries.map((delivery) => marked.has(delivery));
  }

  private async routeBatch(choices: readonly RouteChoice[]): Promise<readonly boolean[]> {
    const written = await this.store.route(choices);
    return choices.map(({ id }) => written.has(id));
  }
}
