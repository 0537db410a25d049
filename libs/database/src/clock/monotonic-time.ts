/** Lead in milliseconds above which time stops until the reference catches up. A smaller lead is slewed. */
const STAND_STILL_MS = 1_000;
/** Share of the elapsed time by which a smaller lead shrinks. */
const SLEW = 0.05;

/**
 * Time that follows a reference and never moves back. Pure: the caller supplies the monotonic time, and each reference as
 * its distance from monotonic time, both in milliseconds.
 */
export class MonotonicTime {
  private base: number | undefined;
  /** Milliseconds that the shown time was ahead of the reference when the reference was set. */
  private lead = 0;
  private setAt = 0;

  /**
   * Sets a new reference. If it is ahead, the time steps forward to it. If it is behind, the time slows down or stops
   * until both meet.
   * @returns how far the reference is ahead of the time shown so far, in milliseconds; negative if behind, 0 for the
   * first reference
   */
  follow(base: number, monotonic: number): number {
    const step = this.base === undefined ? 0 : base + monotonic - this.at(monotonic);
    this.base = base;
    this.lead = Math.max(0, -step);
    this.setAt = monotonic;
    return step;
  }

  /** Returns the time at a monotonic time. Throws if there is no reference yet. */
  at(monotonic: number): number {
    if (this.base === undefined) throw new Error('The database clock cannot be read before its first measurement.');
    const passed = monotonic - this.setAt;
    const rate = this.lead > STAND_STILL_MS ? 1 : SLEW;
    return this.base + monotonic + Math.max(0, this.lead - passed * rate);
  }
}
