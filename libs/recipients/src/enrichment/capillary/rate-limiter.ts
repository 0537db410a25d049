import { setTimeout as delay } from 'node:timers/promises';
import { lookupError } from '../../http/lookup-failure.js';
import { CAPILLARY } from './capillary-error.js';

/** A part of the calls of a minute may come at once. */
const BURST = 0.1;
const MINUTE_MS = 60_000;

/**
 * At most so many calls in any minute, spread out, with a small burst. Who would have to wait longer than they have time
 * for is told how long, and does not wait.
 */
export class RateLimiter {
  private readonly burst: number;
  private readonly intervalMs: number;
  /** When the next call would be due if there were no burst. */
  private next = 0;

  /** @param now milliseconds, of a clock that only goes forward */
  constructor(
    perMinute: number,
    private readonly now: () => number,
  ) {
    this.burst = Math.max(1, Math.floor(perMinute * BURST));
    this.intervalMs = MINUTE_MS / Math.max(1, perMinute - this.burst);
  }

  /** Waits for a call's turn. @throws DeliveryError `throttled` where that is more than `patienceMs` away */
  async turn(patienceMs: number): Promise<void> {
    const now = this.now();
    const waitMs = Math.max(0, this.next - (this.burst - 1) * this.intervalMs - now);
    if (waitMs > patienceMs) {
      throw lookupError('throttled', CAPILLARY, 'as many calls as ratePerMinute allows are waiting already', {
        retryAfterMs: Math.ceil(waitMs),
      });
    }
    this.next = Math.max(this.next, now) + this.intervalMs;
    if (waitMs > 0) await delay(waitMs);
  }

  /** Nobody's turn comes for so many milliseconds: the other side said so. */
  pause(forMs: number): void {
    this.next = Math.max(this.next, this.now() + forMs + (this.burst - 1) * this.intervalMs);
  }
}
