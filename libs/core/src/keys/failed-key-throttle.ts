/** Bounds of a {@link FailedKeyThrottle}; times in milliseconds. */
export interface FailedKeyLimits {
  /** Different wrong keys from one address within the window, at most. */
  readonly maxFailed: number;
  readonly windowMs: number;
  /** Length of the first throttling; each further one lasts twice as long as the one before, up to the longest. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Addresses that are remembered; the one seen longest ago is forgotten first. */
  readonly maxAddresses: number;
}

/** What a wrong key leads to. */
export interface FailedKey {
  /** How long wrong keys from this address are throttled; null if they are not. */
  readonly retryAfterMs: number | null;
  /** True for the key that started the throttling. */
  readonly started: boolean;
}

interface Seen {
  /** When each of the last wrong keys was shown; throttled ones too. */
  readonly known: Map<string, number>;
  /** When each wrong key was shown that counts towards the next throttling. */
  readonly failed: Map<string, number>;
  throttlings: number;
  throttledUntil: number;
}

/**
 * Throttles wrong keys by address, for longer each time. A right key is never throttled: behind a proxy all callers share
 * an address, and nobody may lock out the others. Keys are 256 random bits and looked up by one hash, so checking each is
 * cheap and guessing is hopeless. Only different keys count: a program that repeats a revoked key harms nobody.
 */
export class FailedKeyThrottle {
  private readonly addresses = new Map<string, Seen>();

  constructor(private readonly limits: FailedKeyLimits) {}

  /**
   * Whether a key was wrong within the window, so that it need not be looked up again.
   * @param key a fingerprint of the key that is shown
   * @param now milliseconds since the epoch
   */
  isKnownWrong(address: string, key: string, now: number): boolean {
    const at = this.addresses.get(address)?.known.get(key);
    return at !== undefined && now - at < this.limits.windowMs;
  }

  /** Counts a wrong key. */
  fail(address: string, key: string, now: number): FailedKey {
    const seen = this.touch(address, now);
    refresh(seen.known, key, now, this.limits.maxFailed);
    if (now < seen.throttledUntil) return { retryAfterMs: seen.throttledUntil - now, started: false };
    for (const [other, at] of seen.failed) if (now - at >= this.limits.windowMs) seen.failed.delete(other);
    refresh(seen.failed, key, now, this.limits.maxFailed);
    if (seen.failed.size < this.limits.maxFailed) return { retryAfterMs: null, started: false };
    seen.failed.clear();
    const retryAfterMs = Math.min(this.limits.firstMs * 2 ** seen.throttlings, this.limits.longestMs);
    seen.throttledUntil = now + retryAfterMs;
    seen.throttlings += 1;
    return { retryAfterMs, started: true };
  }

  private touch(address: string, now: number): Seen {
    const known = this.addresses.get(address);
    const seen = known ?? { known: new Map(), failed: new Map(), throttlings: 0, throttledUntil: 0 };
    // An address without wrong keys for long after a throttling starts afresh.
    if (now - seen.throttledUntil > this.limits.longestMs) seen.throttlings = 0;
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
