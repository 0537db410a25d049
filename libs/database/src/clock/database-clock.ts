import { Stopwatch, systemClock, type Clock } from '@patchbay/core';
import { MonotonicTime } from './monotonic-time.js';

/** One reading of PostgreSQL's time, with the monotonic times around it. All in milliseconds. */
export interface ClockSample {
  readonly sentAt: number;
  readonly databaseTime: number;
  readonly receivedAt: number;
}

/** Called with what an operator should see of the clock. */
export interface ClockNotices {
  /** The host's clock is more than a second away from PostgreSQL's, by a new amount, or no longer is. Positive: ahead. */
  offsetChanged(offsetMs: number): void;
  /** PostgreSQL's time moved by more than a second against monotonic time. Negative: it moved back. */
  stepped(stepMs: number): void;
}

const EVERY_MS = 5_000;
/** How often the clock looks whether it has to be measured: after a suspension it is wrong for no longer than this. */
const TICK_MS = 1_000;
/** A timer that is later than this shows that the process or its machine stood still. */
const LATE_MS = 2_000;
const NOTABLE_MS = 1_000;
/** A reading that took longer says too little, unless there is no other. */
const SLOWEST_MS = 1_000;

/**
 * PostgreSQL's time, advanced by monotonic time between measurements. Never moves back. The host's clock has no part in it:
 * its offset is only reported.
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

  /** @param sample reads PostgreSQL's time several times in a row */
  constructor(
    private readonly sample: () => Promise<readonly ClockSample[]>,
    private readonly notices: ClockNotices,
    private readonly host: Clock = systemClock,
  ) {}

  /** Whole milliseconds since the epoch. Throws before the first measurement. */
  now(): number {
    this.last = Math.max(this.last, Math.floor(this.time.at(performance.now())));
    return this.last;
  }

  /** The host's clock minus PostgreSQL's at the last measurement, in milliseconds. */
  get offsetMs(): number {
    return this.offset;
  }

  /** Measures the distance to PostgreSQL's time. Rejects if the database is away; the time then goes on as before. */
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

  /** Measures every five seconds from now on, at once after a suspension, and again each second while it fails. */
  start(): void {
    const watch = new Stopwatch();
    this.timer = setTimeout(() => {
      const isLate = watch.elapsedMs > TICK_MS + LATE_MS;
      // While the database is away the time goes on by the monotonic clock; the next tick measures again.
      const round = isLate || this.isDue() ? this.measure().catch(() => undefined) : Promise.resolve();
      this.running = round.then(() => {
        if (!this.stopped) this.start();
      });
    }, TICK_MS);
  }

  /** Measures at the next tick: the database may be another one after a connection broke. */
  measureSoon(): void {
    this.isOutdated = true;
  }

  /** Resolves when nothing is measured any more. */
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

/** The sample with the least round trip: its error is at most half of that. */
function fastestSample(samples: readonly ClockSample[]): ClockSample | undefined {
  const roundTrip = ({ sentAt, receivedAt }: ClockSample): number => receivedAt - sentAt;
  return samples.reduce<ClockSample | undefined>(
    (best, one) => (best === undefined || roundTrip(one) < roundTrip(best) ? one : best),
    undefined,
  );
}
