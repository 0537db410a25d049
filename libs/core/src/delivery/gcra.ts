/** How often the calls of one destination may go out. */
export interface CallRate {
  readonly ratePerSecond: number;
  /** Calls that may go out at once after a pause. */
  readonly burst: number;
}

/** Interval of a rate, in milliseconds. */
export function intervalOf({ ratePerSecond }: CallRate): number {
  return 1_000 / ratePerSecond;
}

/**
 * Generic cell rate algorithm: of the calls that were taken, at most `rate × window + burst` are in any window of time.
 * Times are milliseconds of one monotonic clock.
 */
export class Gcra {
  /** When the next call is due if calls come evenly; in the past after a pause. */
  private dueAt = Number.NEGATIVE_INFINITY;

  /** Earliest time at which a call may go out if `ahead` others go out before it. */
  earliest(rate: CallRate, now: number, ahead = 0): number {
    return Math.max(this.dueAt, now) + (ahead + 1 - rate.burst) * intervalOf(rate);
  }

  /** Counts a call that goes out now. False: it may not. */
  take(rate: CallRate, now: number): boolean {
    if (this.earliest(rate, now) > now) return false;
    this.dueAt = Math.max(this.dueAt, now) + intervalOf(rate);
    return true;
  }

  /** Leaves nothing of the burst: the next call may go out one interval after `at`. */
  emptyAt(rate: CallRate, at: number): void {
    this.dueAt = Math.max(this.dueAt, at + rate.burst * intervalOf(rate));
  }

  /** Follows another one whose calls went out later than these were taken. */
  follow(other: Gcra, ahead: number, rate: CallRate): void {
    this.dueAt = Math.max(this.dueAt, other.dueAt + ahead * intervalOf(rate));
  }

  /** Nothing is remembered of earlier calls. */
  isFull(now: number): boolean {
    return this.dueAt <= now;
  }
}
