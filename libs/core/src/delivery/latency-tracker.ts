/** Speed of a destination as measured by this process. */
export type Speed = 'unknown' | 'fast' | 'slow';

/** Longest mean latency of a fast destination, in milliseconds. */
export const FAST_MS = 1_000;
/** Weight of the newest call in the mean. */
const WEIGHT = 1 / 8;

/** Measures the speed of one destination by the mean latency of its calls and by the time since its last call ended. */
export class LatencyTracker {
  private meanMs: number | null = null;
  private lastProgressAt = 0;

  /**
   * Records that calls start after a time without running calls.
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
   * @param running true if calls are in flight; if none has ended for a second, the mean is ignored
   */
  speed(running: boolean, now: number): Speed {
    if (running && now - this.lastProgressAt > FAST_MS) return 'slow';
    if (this.meanMs === null) return 'unknown';
    return this.meanMs <= FAST_MS ? 'fast' : 'slow';
  }
}
