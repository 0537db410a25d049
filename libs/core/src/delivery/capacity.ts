import type { Speed } from './latency-tracker.js';

/** Calls in flight of a process, of a brand and of a destination. */
export interface CapacityUsage {
  /** Calls in flight in this process, at most. */
  readonly limit: number;
  /** Calls running, or reserved by claims that are under way. */
  readonly used: number;
  /** Calls to the destination's brand. */
  readonly usedByBrand: number;
  /** Calls to the destination itself. */
  readonly usedByDestination: number;
  readonly speed: Speed;
}

/** A brand may use this many times what it leaves free. */
const BRAND_FACTOR = 4;
/** A destination may use this many times what its brand could still take. */
const DESTINATION_FACTOR = 2;
/** A fast destination may use this fraction of what it leaves free, whatever its brand uses. */
const FAST_FRACTION = 1 / 2;

/** Below half of the limit, capacity is not shared. */
export function isUncontended(limit: number, used: number): boolean {
  return used < half(limit);
}

/**
 * Calls that a destination may start now. Shares are fractions of what is free, not of the limit, so that nobody has
 * to be counted: who has much stops early, and the more there are, the earlier; who has nothing still gets capacity. The last
 * eighth is reserved for fast destinations, because they release it soon.
 */
export function availableCapacity(now: CapacityUsage): number {
  const free = now.limit - now.used;
  if (free <= 0) return 0;
  const open = half(now.limit) - now.used;
  const share = now.speed === 'fast' ? Math.max(fairShare(now), fastShare(now)) : fairShare(now);
  return Math.min(free, Math.max(open, share, firstCall(now)));
}

/** The largest x with: destination + x <= DESTINATION_FACTOR × (BRAND_FACTOR × (free - x) - (brand + x)). */
function fairShare({ limit, used, usedByBrand, usedByDestination }: CapacityUsage): number {
  const free = limit - reservedForFast(limit) - used;
  const slack = DESTINATION_FACTOR * (BRAND_FACTOR * free - usedByBrand) - usedByDestination;
  return Math.floor(slack / (1 + DESTINATION_FACTOR * (BRAND_FACTOR + 1)));
}

/** The largest x with: destination + x <= FAST_FRACTION × (free - x). */
function fastShare({ limit, used, usedByDestination }: CapacityUsage): number {
  return Math.floor((FAST_FRACTION * (limit - used) - usedByDestination) / (1 + FAST_FRACTION));
}

/** A destination that has nothing running may begin one call, unless it is slow. If its speed is unknown, half of the reserve is kept from it. */
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
