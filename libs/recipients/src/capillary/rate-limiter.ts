import { setTimeout as delay } from 'node:timers/promises';
import { lookupError } from '../http/lookup-failure.js';

/** Share of the calls of one minute that may start at once. */
const BURST = 0.1;
const MINUTE_MS = 60_000;

/**
 * Limits the number of calls per minute. Calls are spread evenly, except for a small burst. A call that would wait too
 * long is rejected with the wait time.
 */
export class RateLimiter {
  private readonly burst: number;
  private readonly intervalMs: number;
  /** Time at which the next call would be due without a burst, in milliseconds. */
  private next = 0;

  /**
   * @param section section of the brand's file with `ratePerMinute`, for errors
   * @param now monotonic clock, in milliseconds
   */
  constructor(
    perMinute: number,
    private readonly section: string,
    private readonly now: () => number,
  ) {
    this.burst = Math.max(1, Math.floor(perMinute * BURST));
    this.intervalMs = MINUTE_MS / Math.max(1, perMinute - this.burst);
  }

  /**
   * Waits until a call is allowed.
   * @throws DeliveryError `throttled` if the wait exceeds `maxWaitMs`
   */
  async acquire(maxWaitMs: number): Promise<void> {
    const now = this.now();
    const waitMs = Math.max(0, this.next - (this.burst - 1) * this.intervalMs - now);
    if (waitMs > maxWaitMs) {
      throw lookupError('throttled', this.section, 'too many calls are waiting for the limit set by ratePerMinute', {
        retryAfterMs: Math.ceil(waitMs),
      });
    }
    this.next = Math.max(this.next, now) + this.intervalMs;
    if (waitMs > 0) await delay(waitMs);
  }

  /** Blocks all calls for some milliseconds, after Capillary has throttled a call. */
  pause(forMs: number): void {
    this.next = Math.max(this.next, this.now() + forMs + (this.burst - 1) * this.intervalMs);
  }
}
