/** The time that due times, retries and windows are reckoned by. Leases use the database's clock instead. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * Elapsed time since it was created: the larger of monotonic and wall time. Monotonic time stands still while a machine
 * is suspended; wall time moves when somebody sets the clock. For leases, which may end early but never late.
 */
export class Stopwatch {
  private readonly monotonic = performance.now();
  private readonly wall = Date.now();

  get elapsedMs(): number {
    return Math.max(performance.now() - this.monotonic, Date.now() - this.wall);
  }
}
