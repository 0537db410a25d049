/** Bounds of a {@link FailedKeyThrottle}; times in milliseconds. */
export interface FailedKeyLimits {
  /** Number of different wrong keys from one address within the window that starts a throttling. */
  readonly maxFailed: number;
  readonly windowMs: number;
  /** Duration of the first throttling. Each further throttling lasts twice as long, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Maximum number of stored addresses. If there are more, the address that was seen longest ago is evicted first. */
  readonly maxAddresses: number;
}

/** Result of counting a wrong key. */
export interface FailedKey {
  /**
   * Remaining time for which wrong keys from this address are throttled, in milliseconds; null if the address is not
   * throttled.
   */
  readonly retryAfterMs: number | null;
  /** True for the wrong key that started the throttling. */
  readonly started: boolean;
}

interface AddressState {
  /** Times of the last wrong keys by fingerprint, including throttled keys. */
  readonly known: Map<string, number>;
  /** Times of the wrong keys that count towards the next throttling, by fingerprint. */
  readonly failed: Map<string, number>;
  throttlings: number;
  throttledUntil: number;
}

/**
 * Throttle of wrong keys per address. Each further throttling of an address lasts longer. A valid key is never
 * throttled, because all callers behind a proxy share an address, and no caller may lock out other callers. A check is
 * cheap and guessing cannot succeed, because keys have 256 random bits and are looked up by one hash. Only different
 * keys count, because a program that repeats a revoked key does no harm.
 */
export class FailedKeyThrottle {
  private readonly addresses = new Map<string, AddressState>();

  constructor(private readonly limits: FailedKeyLimits) {}

  /**
   * Returns true if a key was wrong within the window, so that the key need not be looked up again.
   * @param key fingerprint of the presented key
   * @param now milliseconds since the epoch
   */
  isKnownWrong(address: string, key: string, now: number): boolean {
    const at = this.addresses.get(address)?.known.get(key);
    return at !== undefined && now - at < this.limits.windowMs;
  }

  /** Counts a wrong key. @param key fingerprint of the presented key */
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

  private touch(address: string, now: number): AddressState {
    const known = this.addresses.get(address);
    const seen = known ?? { known: new Map(), failed: new Map(), throttlings: 0, throttledUntil: 0 };
    // Reset the duration if an address has sent no wrong keys for a long time after its throttling.
    if (now - seen.throttledUntil > this.limits.longestMs) seen.throttlings = 0;
    refresh(this.addresses, address, seen, this.limits.maxAddresses);
    return seen;
  }
}

/** Sets an entry as the newest of a map, and evicts the oldest entry if the map exceeds its maximum size. */
function refresh<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
