/** The time that due times, retries and windows are reckoned by. Leases use the database's clock instead. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };
