/** Speed of a destination as measured by this process. */
export type Speed = 'unknown' | 'fast' | 'slow';

/** Longest mean latency of a fast destination, in milliseconds. */
export const FAST_MS = 1_000;
/** Weight of the newest call in the mean latency. */
const WEIGHT = 1 / 8;

/** Measures the speed of one destination by the mean latency of its calls and by the time since its last call ended. */
export class LatencyTracker {
  private meanMs: number | null = null;
  private lastProgressAt = 0;

  /**
   * Records that calls start after a period without running calls.
   * @param now monotonic milliseconds, as in the other methods
   */
  begin(now: number): void {
    this.lastProgressAt = now;
  }

  /** Records that a call ended. */
  recordCall(tookMs: number, now: number): void {
    this.meanMs = this.meanMs === null ? tookMs : this.meanMs + WEIGHT * (tookMs - this.meanMs);
    this.lastProgressAt = now;
  }

  /**
   * Returns the speed of the destination.
   * @param running true if calls are in flight; if no call has ended for a second, the mean latency is ignored
   */
  speed(running: boolean, now: number): Speed {
    if (running && now - this.lastProgressAt > FAST_MS) return 'slow';
    if (this.meanMs === null) return 'unknown';
    return this.meanMs <= FAST_MS ? 'fast' : 'slow';
  }
}

/** Destination whose calls use capacity of this process. */
export interface CapacityHolder {
  readonly destinationId: string;
  readonly brandId: string;
  readonly latency: LatencyTracker;
  /** Number of calls for which the destination holds capacity. Only {@link ConcurrencyLimiter} changes this number. */
  heldCapacity: number;
}

/**
 * Limits the calls in flight in one process. A destination acquires capacity before a claim and releases the capacity
 * when the outcomes are written.
 */
export class ConcurrencyLimiter {
  private used = 0;
  /** Number of calls that may be in flight before the shares of destinations and brands limit further calls. */
  private readonly uncontended: number;
  private readonly usedByBrand = new Map<string, number>();
  /**
   * Destinations that wait for capacity, oldest first, with the callback that resumes their slice (one bounded round of
   * claims). The callback is null if the slice has ended.
   */
  private readonly waiting = new Map<CapacityHolder, (() => void) | null>();

  /**
   * @param limit maximum number of calls in flight
   * @param wake schedules the next slice (one bounded round of claims) of a destination
   */
  constructor(
    private readonly limit: number,
    private readonly wake: (destinationId: string) => void,
  ) {
    this.uncontended = half(limit);
  }

  /**
   * Returns the number of calls that a destination may start now, up to `wanted`.
   * @param now monotonic milliseconds
   */
  available(holder: CapacityHolder, wanted: number, now: number): number {
    const { limit, used } = this;
    if (wanted <= this.uncontended - used) return wanted;
    const { brandId, heldCapacity } = holder;
    const usedByBrand = this.usedByBrand.get(brandId) ?? 0;
    const speed = holder.latency.speed(heldCapacity > 0, now);
    return Math.min(wanted, availableCapacity({ limit, used, usedByBrand, usedByDestination: heldCapacity, speed }));
  }

  /**
   * Acquires capacity for a delivery that is sent from memory. Returns false if half of the capacity is in use, or if a
   * destination waits for capacity. These deliveries therefore leave capacity to backlogs and retries.
   */
  acquireSpare(holder: CapacityHolder, now: number): boolean {
    if (this.waiting.size > 0 || this.used >= this.uncontended) return false;
    this.acquire(holder, 1, now);
    return true;
  }

  acquire(holder: CapacityHolder, calls: number, now: number): void {
    if (holder.heldCapacity === 0) holder.latency.begin(now);
    this.adjust(holder, calls);
    this.waiting.delete(holder);
  }

  /**
   * Releases capacity. Offers the free capacity to the longest-waiting destinations, then to `holder`, whose share has
   * grown.
   */
  release(holder: CapacityHolder, calls: number): void {
    if (calls === 0) return;
    this.adjust(holder, -calls);
    if (this.waiting.size === 0) return;
    const now = performance.now();
    // Make one offer per released call. If less than half of the capacity is used, make an offer to all waiting
    // destinations. If the released call was the last call in flight, no later release makes an offer.
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
   * Resolves to true when capacity may be available. Resolves to false after `milliseconds`; the limiter then schedules
   * the destination later. Resolves to false at once if the destination already waits.
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
   * Offers capacity to a waiting destination. A destination that has used up its share moves to the end of the queue,
   * so that it does not block other destinations.
   */
  private offer(holder: CapacityHolder, now: number): void {
    const resume = this.waiting.get(holder) ?? null;
    this.waiting.delete(holder);
    if (this.available(holder, 1, now) <= 0) this.waiting.set(holder, resume);
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

/** Numbers of calls in flight in a process, for a brand and for a destination. */
export interface CapacityUsage {
  /** Maximum number of calls in flight in this process. */
  readonly limit: number;
  /** Calls in flight, and calls reserved by running claims. */
  readonly used: number;
  /** Number of calls in `used` that belong to the destination's brand. */
  readonly usedByBrand: number;
  /** Number of calls in `used` that belong to the destination itself. */
  readonly usedByDestination: number;
  readonly speed: Speed;
}

/** Maximum ratio of a brand's calls in flight to the free capacity of the process. */
const BRAND_FACTOR = 4;
/** Maximum ratio of a destination's calls in flight to the calls that its brand may still start. */
const DESTINATION_FACTOR = 2;
/**
 * Maximum ratio of a fast destination's calls in flight to the free capacity of the process, independent of its brand.
 */
const FAST_FRACTION = 1 / 2;

/**
 * Returns true if less than half of the limit is used. Each destination may then acquire capacity until half of the
 * limit is used.
 */
export function isUncontended(limit: number, used: number): boolean {
  return used < half(limit);
}

/**
 * Returns the number of calls that a destination may start now.
 *
 * A share is a fraction of the free capacity, not of the limit, so destinations need not be counted. The more
 * destinations compete, the fewer calls a busy destination may have. A destination without calls always gets capacity.
 * The last eighth of the limit is reserved for fast destinations, because fast destinations release capacity soon.
 */
export function availableCapacity(now: CapacityUsage): number {
  const free = now.limit - now.used;
  if (free <= 0) return 0;
  const open = half(now.limit) - now.used;
  const share = now.speed === 'fast' ? Math.max(fairShare(now), fastShare(now)) : fairShare(now);
  return Math.min(free, Math.max(open, share, firstCall(now)));
}

/**
 * Returns the largest number x of further calls with: destination + x <= DESTINATION_FACTOR × (BRAND_FACTOR × (free -
 * x) - (brand + x)).
 */
function fairShare({ limit, used, usedByBrand, usedByDestination }: CapacityUsage): number {
  const free = limit - reservedForFast(limit) - used;
  const slack = DESTINATION_FACTOR * (BRAND_FACTOR * free - usedByBrand) - usedByDestination;
  return Math.floor(slack / (1 + DESTINATION_FACTOR * (BRAND_FACTOR + 1)));
}

/** Returns the largest number x of further calls with: destination + x <= FAST_FRACTION × (free - x). */
function fastShare({ limit, used, usedByDestination }: CapacityUsage): number {
  return Math.floor((FAST_FRACTION * (limit - used) - usedByDestination) / (1 + FAST_FRACTION));
}

/**
 * Returns 1 if the destination may start its first call from the reserved capacity, else 0. A slow destination must not
 * use the reserve. A destination of unknown speed may use the reserve if more than half of it is free.
 */
function firstCall({ limit, used, usedByDestination, speed }: CapacityUsage): number {
  if (usedByDestination > 0 || speed === 'slow') return 0;
  return speed === 'fast' || limit - used > reservedForFast(limit) / 2 ? 1 : 0;
}

function half(limit: number): number {
  return Math.ceil(limit / 2);
}

function reservedForFast(limit: number): number {
  return Math.floor(limit / 8);
}
