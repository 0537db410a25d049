import { LatencyTracker, type CapacityHolder } from './capacity.js';
import { DestinationRateLimiter } from './destination-rate-limiter.js';
import type { CallRate } from './gcra.js';

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
      this.wokenDuringSlice = true;
      return false;
    }
    this.running = true;
    return true;
  }

  /** Ends a slice. Returns true if the destination was woken while the slice ran. */
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
