/** Rate limit for the calls to one destination. */
export interface CallRate {
  readonly ratePerSecond: number;
  /** Number of calls that may be sent at once after a pause. */
  readonly burst: number;
}

/** Returns the interval between two calls, in milliseconds. */
export function intervalOf({ ratePerSecond }: CallRate): number {
  return 1_000 / ratePerSecond;
}

/**
 * Generic cell rate algorithm. Any window of time contains at most `rate × window + burst` calls. Times are
 * milliseconds of one monotonic clock.
 */
export class Gcra {
  /** Time at which the next call is due if calls are spaced evenly. After a pause, this time is in the past. */
  private dueAt = Number.NEGATIVE_INFINITY;

  /** Returns the earliest time at which a call may be sent after `ahead` other calls. */
  earliest(rate: CallRate, now: number, ahead = 0): number {
    return Math.max(this.dueAt, now) + (ahead + 1 - rate.burst) * intervalOf(rate);
  }

  /** Counts a call that is sent now. Returns false if no call may be sent now. */
  take(rate: CallRate, now: number): boolean {
    if (this.earliest(rate, now) > now) return false;
    this.dueAt = Math.max(this.dueAt, now) + intervalOf(rate);
    return true;
  }

  /** Uses up the burst: the next call may be sent one interval after `at`. */
  emptyAt(rate: CallRate, at: number): void {
    this.dueAt = Math.max(this.dueAt, at + rate.burst * intervalOf(rate));
  }

  /**
   * Moves the next call behind the calls that `other` has counted and `ahead` further calls. Does nothing if the next
   * call is already later.
   */
  follow(other: Gcra, ahead: number, rate: CallRate): void {
    this.dueAt = Math.max(this.dueAt, other.dueAt + ahead * intervalOf(rate));
  }

  /** Returns true if no earlier call restricts the next calls any more. */
  isFull(now: number): boolean {
    return this.dueAt <= now;
  }
}
