import { Stopwatch, systemClock, type Clock } from '@patchbay/core';

/**
 * One reading of PostgreSQL's time, with the monotonic times before and after the reading. All times are in
 * milliseconds.
 */
export interface ClockSample {
  readonly sentAt: number;
  readonly databaseTime: number;
  readonly receivedAt: number;
}

/** Callbacks for clock problems that an operator should know about. */
export interface ClockNotices {
  /**
   * Called when the host's offset from PostgreSQL's time exceeds a second, changes by more than a second, or falls
   * below a second. A positive offset means that the host's clock is ahead.
   */
  offsetChanged(offsetMs: number): void;
  /**
   * Called when PostgreSQL's time has jumped by more than a second relative to monotonic time. `stepMs` is negative if
   * PostgreSQL's time jumped back.
   */
  stepped(stepMs: number): void;
}

const EVERY_MS = 5_000;
/**
 * Interval at which the clock checks if a measurement is due, in milliseconds. After a suspension, the clock's time is
 * wrong for at most this interval.
 */
const TICK_MS = 1_000;
/**
 * Lateness of a timer, in milliseconds, from which the clock concludes that the process or its machine was suspended.
 */
const LATE_MS = 2_000;
const NOTABLE_MS = 1_000;
/** Longest round trip of a useful reading, in milliseconds. The first measurement accepts slower readings. */
const SLOWEST_MS = 1_000;

/**
 * PostgreSQL's time, advanced by monotonic time between measurements. Never moves back. The host's clock has no
 * influence on this time; only the offset of the host's clock is reported.
 */
export class DatabaseClock implements Clock {
  private readonly time = new MonotonicTime();
  private last = 0;
  private measuredAt: number | undefined;
  private isOutdated = false;
  private offset = 0;
  private reportedOffset = 0;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  /**
   * @param sample reads PostgreSQL's time several times in a row
   */
  constructor(
    private readonly sample: () => Promise<readonly ClockSample[]>,
    private readonly notices: ClockNotices,
    private readonly host: Clock = systemClock,
  ) {}

  /** Returns the time in whole milliseconds since the epoch. Throws before the first measurement. */
  now(): number {
    this.last = Math.max(this.last, Math.floor(this.time.at(performance.now())));
    return this.last;
  }

  /** Host's time minus PostgreSQL's time at the last measurement, in milliseconds. */
  get offsetMs(): number {
    return this.offset;
  }

  /**
   * Measures the offset of PostgreSQL's time from monotonic time. Rejects if the database is unavailable; the clock
   * then continues with the last measurement.
   */
  async measure(): Promise<void> {
    const best = fastestSample(await this.sample());
    if (best === undefined || (this.measuredAt !== undefined && best.receivedAt - best.sentAt > SLOWEST_MS)) return;
    const base = best.databaseTime - (best.sentAt + best.receivedAt) / 2;
    const at = performance.now();
    const step = this.time.follow(base, at);
    this.measuredAt = at;
    this.isOutdated = false;
    this.offset = this.host.now() - (base + at);
    if (Math.abs(step) > NOTABLE_MS) this.notices.stepped(step);
    this.reportOffset();
  }

  /**
   * Starts regular measurements: every five seconds, at once after a suspension, and every second while measurements
   * fail.
   */
  start(): void {
    const watch = new Stopwatch();
    this.timer = setTimeout(() => {
      const isLate = watch.elapsedMs > TICK_MS + LATE_MS;
      // If the database is unavailable, the time advances by the monotonic clock, and the next tick measures again.
      const round = isLate || this.isDue() ? this.measure().catch(() => undefined) : Promise.resolve();
      this.running = round.then(() => {
        if (!this.stopped) this.start();
      });
    }, TICK_MS);
  }

  /**
   * Requests a measurement at the next tick. Called when a connection breaks, because the next connection may reach
   * another server.
   */
  measureSoon(): void {
    this.isOutdated = true;
  }

  /** Stops measuring and waits for a running measurement. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private isDue(): boolean {
    const { measuredAt } = this;
    return this.isOutdated || measuredAt === undefined || performance.now() - measuredAt >= EVERY_MS;
  }

  private reportOffset(): void {
    const isNotable = Math.abs(this.offset) > NOTABLE_MS;
    const wasNotable = Math.abs(this.reportedOffset) > NOTABLE_MS;
    const moved = Math.abs(this.offset - this.reportedOffset) > NOTABLE_MS;
    if (isNotable ? !moved : !wasNotable) return;
    this.reportedOffset = this.offset;
    this.notices.offsetChanged(Math.round(this.offset));
  }
}

/** Returns the sample with the shortest round trip. The error of this sample is at most half of its round trip. */
function fastestSample(samples: readonly ClockSample[]): ClockSample | undefined {
  const roundTrip = ({ sentAt, receivedAt }: ClockSample): number => receivedAt - sentAt;
  return samples.reduce<ClockSample | undefined>(
    (best, one) => (best === undefined || roundTrip(one) < roundTrip(best) ? one : best),
    undefined,
  );
}

/**
 * Lead over the reference, in milliseconds, above which the shown time stops until the reference catches up. A smaller
 * lead shrinks gradually.
 */
const STAND_STILL_MS = 1_000;
/** Share of the elapsed time by which a small lead over the reference shrinks. */
const SLEW = 0.05;

/**
 * Time that follows a reference and never moves back. Pure: the caller passes the monotonic time, and each reference as
 * an offset from monotonic time. Both are in milliseconds.
 */
export class MonotonicTime {
  private base: number | undefined;
  /** Lead of the shown time over the reference at the moment when the reference was set, in milliseconds. */
  private lead = 0;
  private setAt = 0;

  /**
   * Sets a new reference. If the reference is ahead, the shown time steps forward to the reference. If the reference is
   * behind, the shown time slows down or stops until both are equal.
   * @returns how far the reference is ahead of the shown time, in milliseconds; negative if the reference is behind, 0
   * for the first reference
   */
  follow(base: number, monotonic: number): number {
    const step = this.base === undefined ? 0 : base + monotonic - this.at(monotonic);
    this.base = base;
    this.lead = Math.max(0, -step);
    this.setAt = monotonic;
    return step;
  }

  /** Returns the shown time at a monotonic time. Throws if no reference was set yet. */
  at(monotonic: number): number {
    if (this.base === undefined)
      throw new Error('The database clock was read before its first measurement. Measure it first.');
    const passed = monotonic - this.setAt;
    const rate = this.lead > STAND_STILL_MS ? 1 : SLEW;
    return this.base + monotonic + Math.max(0, this.lead - passed * rate);
  }
}
