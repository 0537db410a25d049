/** Source of the time for due times, retries and time windows. Leases use the database's clock instead. */
export interface Clock {
  /** Returns the current time, in milliseconds since the epoch. */
  now(): number;
}

/** Clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * Time since the creation of the stopwatch: the larger of monotonic time and wall-clock time. Monotonic time stops
 * while the machine is suspended. Wall-clock time jumps when the clock is set. Used for leases, which may end early
 * but never late.
 */
export class Stopwatch {
  private readonly monotonic = performance.now();
  private readonly wall = Date.now();

  get elapsedMs(): number {
    return Math.max(performance.now() - this.monotonic, Date.now() - this.wall);
  }
}
