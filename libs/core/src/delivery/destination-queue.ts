import { Batcher } from '../batcher.js';
import type { Clock } from '../clock.js';
import { LatencyTracker, type CapacityHolder } from './capacity.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { ClaimRequest, DeliveryStore } from './delivery-store.port.js';
import { DestinationRateLimiter } from './destination-rate-limiter.js';
import type { DispatcherLog } from './dispatcher-log.js';
import type { CallRate } from './gcra.js';
import { LEASE_MARGIN_MS } from './lease.js';

/** Size of the first claim of a destination. */
const MIN_CLAIM = 8;

/**
 * State of one destination in this process: its calls in flight, its running slice, its wait for a free slot, and its
 * rate.
 */
export class DestinationQueue implements CapacityHolder {
  readonly latency = new LatencyTracker();
  heldCapacity = 0;
  /** Calls in flight, and slots reserved by running claims. Only {@link reserve} and {@link release} change it. */
  inFlight = 0;
  private running = false;
  private wokenDuringSlice = false;
  private waiter: (() => void) | null = null;
  private wakeOnRelease = false;
  /** Null if the destination has no rate. Only {@link setRate} changes it. */
  rateLimiter: DestinationRateLimiter | null = null;
  /**
   * Maximum size of the next claim: twice the size of the last claim, and not less than before if the last claim was
   * full. Destinations with little work therefore hold little capacity while they claim.
   */
  claimLimit = MIN_CLAIM;

  /** @param brandId the destination's own id if its brand is unknown */
  constructor(
    readonly destinationId: string,
    readonly brandId: string = destinationId,
  ) {}

  /** True if the queue can be dropped: nothing is in use, and no earlier call counts for the rate. */
  get isIdle(): boolean {
    const rateMatters = this.rateLimiter !== null && !this.rateLimiter.isIdle();
    return this.inFlight === 0 && this.heldCapacity === 0 && !this.running && !this.wakeOnRelease && !rateMatters;
  }

  /** Starts a slice. Returns false if a slice is already running; its {@link endSlice} then returns true. */
  beginSlice(): boolean {
    if (this.running) {
      this.wakeAfterSlice();
      return false;
    }
    this.running = true;
    return true;
  }

  /** Makes {@link endSlice} return true. */
  wakeAfterSlice(): void {
    this.wokenDuringSlice = true;
  }

  /** Ends a slice. Returns true if the destination must be woken again. */
  endSlice(): boolean {
    this.running = false;
    const again = this.wokenDuringSlice;
    this.wokenDuringSlice = false;
    return again;
  }

  reserve(count: number): void {
    this.inFlight += count;
  }

  /**
   * Releases slots. Returns true if the destination must be woken now, because a slice ended for lack of a free slot.
   */
  release(count: number): boolean {
    this.inFlight -= count;
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

  /** Makes the next {@link release} return true. */
  wakeWhenFree(): void {
    this.wakeOnRelease = true;
  }

  /** Resolves when a slot is free, or after `milliseconds`. */
  waitForSlot(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiter = null;
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

  /**
   * Sets the rate, which may change between slices.
   * @param ownedSince returns the monotonic time since which this process has owned the destination, in milliseconds
   */
  setRate(rate: CallRate | undefined, ownedSince: () => number): void {
    if (rate === undefined) this.rateLimiter = null;
    else if (this.rateLimiter === null) this.rateLimiter = new DestinationRateLimiter(rate, ownedSince);
    else this.rateLimiter.rate = rate;
  }
}

/** Pause before a failed release is repeated, in milliseconds. */
const RETRY_RELEASE_MS = 500;

/** Result of a claim for one destination. */
export interface DestinationClaim {
  readonly toAttempt: readonly ClaimedDelivery[];
  /** Deliveries that need no call. */
  readonly decided: readonly DecidedDelivery[];
  /** Number of deliveries that are due, but wait for another delivery of their order key. */
  readonly blocked: number;
}

/** Delivery that needs no call, with its outcome. */
export interface DecidedDelivery {
  readonly delivery: ClaimedDelivery;
  readonly outcome: AttemptOutcome;
}

const OUTDATED: AttemptOutcome = {
  kind: 'superseded',
  message: 'A newer delivery of the same order key waits or has succeeded.',
};

const CONFIRMED: AttemptOutcome = {
  kind: 'confirmed',
  message: 'A status update confirmed that the vendor has the message, so it is not sent again.',
};

/** Claims, marks and releases deliveries in statements that many destinations share. */
export class Claims {
  /** Claims of due deliveries, each of one destination. */
  readonly requests: Batcher<ClaimRequest, DestinationClaim>;
  /** Marks deliveries as being sent. The result is false if the lease is lost. Then nothing may be sent. */
  readonly marks: Batcher<ClaimedDelivery, boolean>;

  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
    private readonly log: Pick<DispatcherLog, 'fault'>,
  ) {
    this.requests = new Batcher(this.claimBatch.bind(this), { lingerMs: 1, maxBatch: 64, maxInFlight: 4 });
    this.marks = new Batcher(this.markBatch.bind(this), { lingerMs: 2, maxBatch: 200, maxInFlight: 2 });
  }

  /**
   * Releases a delivery unchanged, and retries until the release is written. The delivery may be marked as being sent,
   * so an expired lease would end it as unconfirmed although nothing was sent.
   * @param signal fires when failed releases are no longer repeated
   */
  async release(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.store.release([delivery]);
        return;
      } catch (error) {
        this.log.fault(error, `release of ${delivery.id}`);
        if (signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_RELEASE_MS));
      }
    }
  }

  /** Releases deliveries that were claimed without receiving the answer of the claim. */
  async releaseLost(): Promise<void> {
    await this.store.releaseLostClaims().catch((error: unknown) => this.log.fault(error, 'release of lost claims'));
  }

  /** Reclaims deliveries whose lease expired while a request was in flight. */
  reclaimExpired(limit: number): Promise<readonly ClaimedDelivery[]> {
    return this.store.reclaimExpired(limit, LEASE_MARGIN_MS);
  }

  private async claimBatch(requests: readonly ClaimRequest[]): Promise<readonly DestinationClaim[]> {
    const { deliveries, blocked } = await this.store.claim(requests, this.clock.now());
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
      else claimed?.toAttempt.push(delivery);
    }
    return claims;
  }

  private async markBatch(deliveries: readonly ClaimedDelivery[]): Promise<readonly boolean[]> {
    const marked = await this.store.markSending(deliveries);
    return deliveries.map((delivery) => marked.has(delivery));
  }
}
