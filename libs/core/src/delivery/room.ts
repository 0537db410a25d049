import type { Speed } from './pace.js';

/** What the calls of a process come to, and one destination's among them. */
export interface RoomNow {
  /** Calls in flight in this process, at most. */
  readonly limit: number;
  /** Calls running, or reserved by claims that are under way. */
  readonly used: number;
  /** Those to the destination's brand. */
  readonly ofBrand: number;
  /** Those to the destination itself. */
  readonly ofDestination: number;
  readonly speed: Speed;
}

/** A brand may have so many times what it leaves free. */
const BRAND = 4;
/** A destination may have so many times what its brand could still take. */
const DESTINATION = 2;
/** A quick destination may have this part of all that it leaves free, whatever its brand has. */
const QUICK = 1 / 2;

/** Below half of the limit nobody has to share. */
export function isOpen(limit: number, used: number): boolean {
  return used < half(limit);
}

/**
 * How many calls more a destination may begin now. Shares are parts of what is free, not of the whole, so that nobody has
 * to be counted: who has much stops early, and the more there are, the earlier; who has nothing still finds room. The last
 * eighth is for those that answer quickly, and so give it back.
 */
export function roomFor(now: RoomNow): number {
  const free = now.limit - now.used;
  if (free <= 0) return 0;
  const open = half(now.limit) - now.used;
  const share = now.speed === 'quick' ? Math.max(commonShare(now), quickShare(now)) : commonShare(now);
  return Math.min(free, Math.max(open, share, firstCall(now)));
}

/** The largest x with: destination + x <= DESTINATION × (BRAND × (free - x) - (brand + x)). */
function commonShare({ limit, used, ofBrand, ofDestination }: RoomNow): number {
  const free = limit - lastPart(limit) - used;
  const slack = DESTINATION * (BRAND * free - ofBrand) - ofDestination;
  return Math.floor(slack / (1 + DESTINATION * (BRAND + 1)));
}

/** The largest x with: destination + x <= QUICK × (free - x). */
function quickShare({ limit, used, ofDestination }: RoomNow): number {
  return Math.floor((QUICK * (limit - used) - ofDestination) / (1 + QUICK));
}

/** A destination that has nothing running may begin one call, unless it is slow; one that nobody knows, not in the very last. */
function firstCall({ limit, used, ofDestination, speed }: RoomNow): number {
  if (ofDestination > 0 || speed === 'slow') return 0;
  return speed === 'quick' || limit - used > lastPart(limit) / 2 ? 1 : 0;
}

function half(limit: number): number {
  return Math.ceil(limit / 2);
}

function lastPart(limit: number): number {
  return Math.floor(limit / 8);
}
