import type { LatencyTracker } from './latency-tracker.js';
import { isUncontended, availableCapacity } from './capacity.js';

/** Destination whose calls use capacity of this process. */
export interface CapacityHolder {
  readonly destinationId: string;
  readonly brandId: string;
  readonly latency: LatencyTracker;
  /** Number of calls for which the destination holds capacity. Only {@link ConcurrencyLimiter} changes it. */
  heldCapacity: number;
}

/**
 * Limits the calls in flight in one process. A destination acquires capacity before a claim and releases it when the
 * outcomes are written.
 */
export class ConcurrencyLimiter {
  private used = 0;
  private readonly usedByBrand = new Map<string, number>();
  /**
   * Destinations that wait for capacity, oldest first, with the callback that resumes their slice. The callback is null
   * if the slice has ended.
   */
  private readonly waiting = new Map<CapacityHolder, (() => void) | null>();

  /**
   * @param limit maximum number of calls in flight
   * @param wake schedules the next slice of a destination
   */
  constructor(
    private readonly limit: number,
    private readonly wake: (destinationId: string) => void,
  ) {}

  /**
   * Returns the number of calls that a destination may start now.
   * @param now monotonic milliseconds
   */
  available(holder: CapacityHolder, now: number): number {
    const { limit, used } = this;
    const { brandId, heldCapacity } = holder;
    const usedByBrand = this.usedByBrand.get(brandId) ?? 0;
    return availableCapacity({
      limit,
      used,
      usedByBrand,
      usedByDestination: heldCapacity,
      speed: holder.latency.speed(heldCapacity > 0, now),
    });
  }

  acquire(holder: CapacityHolder, calls: number, now: number): void {
    if (holder.heldCapacity === 0) holder.latency.begin(now);
    this.adjust(holder, calls);
    this.waiting.delete(holder);
  }

  /** Releases capacity. Offers it to the longest-waiting destinations, then to the holder, whose share has grown. */
  release(holder: CapacityHolder, calls: number): void {
    if (calls === 0) return;
    this.adjust(holder, -calls);
    if (this.waiting.size === 0) return;
    const now = performance.now();
    // One offer per released call. If less than half of the capacity is used, all waiting destinations get an offer.
    // This may be the last call in flight, so there may be no later offer.
    for (let left = calls; left > 0 || isUncontended(this.limit, this.used); left -= 1) {
      const [first] = this.waiting.keys();
      if (first === undefined) return;
      this.offer(first, now);
    }
    if (this.waiting.has(holder)) this.offer(holder, now);
  }

  /** Returns true if the destination waits for capacity. */
  isWaiting(holder: CapacityHolder): boolean {
    return this.waiting.has(holder);
  }

  /**
   * Resolves to true when capacity may be available. Resolves to false after `milliseconds`; the limiter then wakes the
   * destination later. Resolves to false at once if the destination already waits.
   */
  waitForCapacity(holder: CapacityHolder, milliseconds: number): Promise<boolean> {
    if (this.waiting.has(holder)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.set(holder, null);
        resolve(false);
      }, milliseconds);
      this.waiting.set(holder, () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  /**
   * Offers capacity to a waiting destination. If the share of the destination is used up, it moves to the end of the
   * queue, so that it does not block others.
   */
  private offer(holder: CapacityHolder, now: number): void {
    const resume = this.waiting.get(holder) ?? null;
    this.waiting.delete(holder);
    if (this.available(holder, now) <= 0) this.waiting.set(holder, resume);
    else if (resume === null) this.wake(holder.destinationId);
    else resume();
  }

  private adjust(holder: CapacityHolder, calls: number): void {
    this.used += calls;
    holder.heldCapacity += calls;
    const usedByBrand = (this.usedByBrand.get(holder.brandId) ?? 0) + calls;
    if (usedByBrand === 0) this.usedByBrand.delete(holder.brandId);
    else this.usedByBrand.set(holder.brandId, usedByBrand);
  }
}
