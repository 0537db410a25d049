import type { Speed } from './latency-tracker.js';

/** Calls in flight of a process, of a brand and of a destination. */
export interface CapacityUsage {
  /** Maximum number of calls in flight in this process. */
  readonly limit: number;
  /** Calls in flight, and calls reserved by running claims. */
  readonly used: number;
  /** Part of `used` that belongs to the destination's brand. */
  readonly usedByBrand: number;
  /** Part of `used` that belongs to the destination itself. */
  readonly usedByDestination: number;
  readonly speed: Speed;
}

/** Maximum ratio of a brand's calls to the capacity that stays free. */
const BRAND_FACTOR = 4;
/** Maximum ratio of a destination's calls to the calls that its brand may still start. */
const DESTINATION_FACTOR = 2;
/** Maximum ratio of a fast destination's calls to the capacity that stays free, independent of its brand. */
const FAST_FRACTION = 1 / 2;

/** Returns true if less than half of the limit is used. Each destination may then use all capacity up to that half. */
export function isUncontended(limit: number, used: number): boolean {
  return used < half(limit);
}

/**
 * Returns the number of calls that a destination may start now.
 *
 * A share is a fraction of the free capacity, not of the limit, so destinations need not be counted. The more
 * destinations compete, the fewer calls a busy destination may have. A destination without calls always gets capacity.
 * The last eighth of the limit is reserved for fast destinations, because they release capacity soon.
 */
export function availableCapacity(now: CapacityUsage): number {
  const free = now.limit - now.used;
  if (free <= 0) return 0;
  const open = half(now.limit) - now.used;
  const share = now.speed === 'fast' ? Math.max(fairShare(now), fastShare(now)) : fairShare(now);
  return Math.min(free, Math.max(open, share, firstCall(now)));
}

/** Returns the largest x with: destination + x <= DESTINATION_FACTOR × (BRAND_FACTOR × (free - x) - (brand + x)). */
function fairShare({ limit, used, usedByBrand, usedByDestination }: CapacityUsage): number {
  const free = limit - reservedForFast(limit) - used;
  const slack = DESTINATION_FACTOR * (BRAND_FACTOR * free - usedByBrand) - usedByDestination;
  return Math.floor(slack / (1 + DESTINATION_FACTOR * (BRAND_FACTOR + 1)));
}

/** Returns the largest x with: destination + x <= FAST_FRACTION × (free - x). */
function fastShare({ limit, used, usedByDestination }: CapacityUsage): number {
  return Math.floor((FAST_FRACTION * (limit - used) - usedByDestination) / (1 + FAST_FRACTION));
}

/**
 * Returns 1 if the destination may start its first call from the reserve, else 0. A slow destination may not. A
 * destination of unknown speed may if more than half of the reserve is free.
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
