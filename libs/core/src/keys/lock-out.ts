/** Bounds of a {@link LockOut}; times in milliseconds. */
export interface LockOutLimits {
  /** Different bad keys from one address within the window, at most. */
  readonly maxBad: number;
  readonly windowMs: number;
  /** How long the first lock lasts; each further one lasts twice as long as the one before, up to the longest. */
  readonly firstLockMs: number;
  readonly longestLockMs: number;
  /** A key that was good stays exempt from its address's lock for this long after its last use. */
  readonly rememberGoodMs: number;
  /** Addresses and, of each, good keys that are remembered; who was seen longest ago is forgotten first. */
  readonly maxAddresses: number;
  readonly maxGood: number;
}

/** `try`: look the key up. `bad`: it is known not to be one. `locked`: look at nothing from there. */
export type LockOutVerdict =
  { readonly kind: 'try' } | { readonly kind: 'bad' } | { readonly kind: 'locked'; readonly retryAfterMs: number };

interface Seen {
  /** When each bad key was shown first. */
  readonly bad: Map<string, number>;
  /** When each good key was shown last. */
  readonly good: Map<string, number>;
  locks: number;
  lockedUntil: number;
}

/**
 * Who shows one bad key after another is guessing, and is locked out by address, for longer each time. Only different
 * keys count: a program that goes on with a revoked key harms nobody. A key that was good before is let through, so
 * that a stranger behind the same proxy cannot lock the house's own people out.
 */
export class LockOut {
  private readonly addresses = new Map<string, Seen>();

  constructor(private readonly limits: LockOutLimits) {}

  /**
   * @param key a fingerprint of the key that is shown
   * @param now milliseconds since the epoch
   */
  judge(address: string, key: string, now: number): LockOutVerdict {
    const seen = this.addresses.get(address);
    if (seen === undefined) return { kind: 'try' };
    const goodAt = seen.good.get(key);
    if (goodAt !== undefined && now - goodAt < this.limits.rememberGoodMs) return { kind: 'try' };
    if (now < seen.lockedUntil) return { kind: 'locked', retryAfterMs: seen.lockedUntil - now };
    const badAt = seen.bad.get(key);
    return badAt !== undefined && now - badAt < this.limits.windowMs ? { kind: 'bad' } : { kind: 'try' };
  }

  /** The key opened something. */
  good(address: string, key: string, now: number): void {
    const { good } = this.touch(address, now);
    refresh(good, key, now, this.limits.maxGood);
  }

  /** The key is none. @returns true where this locked the address */
  bad(address: string, key: string, now: number): boolean {
    const seen = this.touch(address, now);
    seen.good.delete(key);
    for (const [other, at] of seen.bad) if (now - at >= this.limits.windowMs) seen.bad.delete(other);
    refresh(seen.bad, key, now, this.limits.maxBad);
    if (seen.bad.size < this.limits.maxBad) return false;
    seen.bad.clear();
    seen.lockedUntil = now + Math.min(this.limits.firstLockMs * 2 ** seen.locks, this.limits.longestLockMs);
    seen.locks += 1;
    return true;
  }

  private touch(address: string, now: number): Seen {
    const known = this.addresses.get(address);
    const seen = known ?? { bad: new Map(), good: new Map(), locks: 0, lockedUntil: 0 };
    // Whoever kept quiet for long after a lock starts afresh.
    if (now - seen.lockedUntil > this.limits.longestLockMs) seen.locks = 0;
    refresh(this.addresses, address, seen, this.limits.maxAddresses);
    return seen;
  }
}

/** Sets an entry as the newest of a map, and drops the oldest beyond a size. */
function refresh<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
