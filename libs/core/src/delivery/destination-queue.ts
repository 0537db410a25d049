import { DestinationRateLimiter, UNLIMITED, type RateReservation } from './destination-rate-limiter.js';
import type { CallRate } from './gcra.js';
import { LatencyTracker } from './latency-tracker.js';
import type { CapacityHolder } from './concurrency-limiter.js';

/** Size of the first claim of a destination. */
const MIN_CLAIM = 8;

/**
 * State of one destination in this process: calls in flight, whether a slice is running, and whether it waits for a
 * free slot.
 */
export class DestinationQueue implements CapacityHolder {
  readonly latency = new LatencyTracker();
  heldCapacity = 0;
  private inFlight = 0;
  private running = false;
  private wokenDuringSlice = false;
  private waiter: (() => void) | null = null;
  private wakeOnRelease = false;
  private rateLimiter: DestinationRateLimiter | null = null;
  private claimEstimate = MIN_CLAIM;

  /** @param brandId the destination's own id if its brand is unknown */
  constructor(
    readonly destinationId: string,
    readonly brandId: string = destinationId,
  ) {}

  /** Calls that may still start under `concurrency`. */
  freeSlots(concurrency: number): number {
    return Math.max(0, concurrency - this.inFlight);
  }

  /** True if nothing is in use and no earlier call counts for the rate: the queue can be dropped. */
  get isIdle(): boolean {
    const rateMatters = this.rateLimiter !== null && !this.rateLimiter.isIdle();
    return this.inFlight === 0 && this.heldCapacity === 0 && !this.running && !this.wakeOnRelease && !rateMatters;
  }

  /** Starts a slice; false if one is running already, whose {@link endSlice} then returns true. */
  beginSlice(): boolean {
    if (this.running) {
      this.wokenDuringSlice = true;
      return false;
    }
    this.running = true;
    return true;
  }

  /** Returns true if the destination was woken while the slice ran. */
  endSlice(): boolean {
    this.running = false;
    const again = this.wokenDuringSlice;
    this.wokenDuringSlice = false;
    return again;
  }

  reserve(count: number): void {
    this.inFlight += count;
  }

  /** Releases slots. Returns true if a slice ended because no slot was free: the destination has to be woken now. */
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

  /** Has the next released slot wake the destination. */
  wakeWhenFree(): void {
    this.wakeOnRelease = true;
  }

  /** Resolves when a slot became free, or after `milliseconds`. */
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

  /**
   * Calls to acquire capacity for in the next claim: twice what the last claim returned, or more if that was its limit.
   * Many destinations with little to do therefore hold little capacity while they claim.
   */
  get nextClaimLimit(): number {
    return this.claimEstimate;
  }

  /** Records the size of a claim. */
  recordClaim(requested: number, claimed: number): void {
    this.claimEstimate =
      claimed < requested ? Math.max(MIN_CLAIM, 2 * claimed) : Math.max(this.claimEstimate, 2 * requested);
  }

  /**
   * Sets the rate, which may change from slice to slice.
   * @param ownedSince since when this process owns the destination
   */
  setRate(rate: CallRate | undefined, ownedSince: () => number): DestinationRateLimiter | null {
    if (rate === undefined) this.rateLimiter = null;
    else if (this.rateLimiter === null) this.rateLimiter = new DestinationRateLimiter(rate, ownedSince);
    else this.rateLimiter.rate = rate;
    return this.rateLimiter;
  }

  /** Reserves a call of the rate for an attempt that was claimed now. */
  reserveRate(): RateReservation {
    return this.rateLimiter?.reserve() ?? UNLIMITED;
  }
}
