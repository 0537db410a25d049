import { Gcra, type CallRate } from './gcra.js';

/** Calls that become due within this time are claimed ahead, in milliseconds: they are prepared and wait here. */
const CLAIM_AHEAD_MS = 1_000;
/** Calls of this time are claimed together, in milliseconds: a claim per call would cost more than the call. */
const CLAIM_BATCH_MS = 250;
/** A call that would wait longer goes back to the queue, in milliseconds. */
const MAX_WAIT_MS = 2_000;

/** Reservation of one attempt under the rate of its destination. */
export interface RateReservation {
  /** Resolves to true when the attempt may start; to false if it would wait for too long. */
  waitForStart(): Promise<boolean>;
  /** Whether it has taken its slot at a write. */
  readonly taken: boolean;
  /** How long the rate had it wait, in milliseconds: no part of the time that the attempt took. */
  readonly waitedMs: number;
  /**
   * Takes the slot at the write.
   * @returns 0, or how long to wait before asking again, in milliseconds; null if that is too long
   */
  takeWriteSlot(): number | null;
  /** Frees the slots that the attempt did not use. */
  end(): void;
}

/** For destinations without a rate. */
export const UNLIMITED: RateReservation = {
  taken: false,
  waitedMs: 0,
  waitForStart: () => Promise.resolve(true),
  takeWriteSlot: () => 0,
  end: () => undefined,
};

/**
 * Keeps the rate of one destination in the process that owns it. An attempt takes a slot when it starts, which spreads
 * them, and one at the write of its first request, which is exact: connecting takes longer for one than for another.
 */
export class DestinationRateLimiter {
  private readonly starts = new Gcra();
  private readonly writes = new Gcra();
  private readonly waiters = new Set<(mayStart: boolean) => void>();
  private timer: NodeJS.Timeout | undefined;
  private knownOwnedSince = Number.NEGATIVE_INFINITY;
  /** Attempts that have not taken their slot yet. */
  private unstarted = 0;
  /** Requests that were asked to wait at the write. */
  private delayed = 0;

  /**
   * @param ownedSince since when this process owns the destination: what was sent before then is not known here
   * @param monotonic milliseconds
   */
  constructor(
    public rate: CallRate,
    private readonly ownedSince: () => number,
    private readonly monotonic: () => number = () => performance.now(),
  ) {}

  /** Attempts that may be claimed now; and, if none, in how many milliseconds some may. */
  allowance(): { readonly calls: number; readonly inMs: number } {
    const now = this.refresh();
    const perMs = this.rate.ratePerSecond / 1_000;
    const next = this.starts.earliest(this.rate, now, this.unstarted);
    const calls = Math.floor((now + CLAIM_AHEAD_MS - next) * perMs) + 1;
    if (calls > 0) return { calls, inMs: 0 };
    const together = Math.floor(CLAIM_BATCH_MS * perMs);
    return { calls: 0, inMs: next - CLAIM_AHEAD_MS - now + Math.max(0, together - 1) / perMs };
  }

  /** Reserves a start and a write for an attempt that was claimed now. */
  reserve(): RateReservation {
    let started = false;
    let taken = false;
    let waiting = 0;
    let waitedMs = 0;
    this.unstarted += 1;
    const start = (): void => {
      if (!started) this.unstarted -= 1;
      started = true;
    };
    const resume = (): void => {
      if (waiting > 0) {
        waiting -= 1;
        this.delayed -= 1;
      }
    };
    return {
      get taken() {
        return taken;
      },
      get waitedMs() {
        return waitedMs;
      },
      waitForStart: async () => {
        const since = this.monotonic();
        const mayStart = await this.enqueue();
        waitedMs += this.monotonic() - since;
        start();
        return mayStart;
      },
      takeWriteSlot: () => {
        start();
        resume();
        const wait = this.takeWriteSlot();
        taken = wait === 0;
        if (wait !== null && wait > 0) {
          waiting += 1;
          waitedMs += wait;
          this.delayed += 1;
        }
        this.starts.follow(this.writes, this.delayed, this.rate);
        return wait;
      },
      end: () => {
        start();
        while (waiting > 0) resume();
      },
    };
  }

  /** Returns true if nothing waits and no earlier call counts: the limiter can be dropped. */
  isIdle(): boolean {
    const now = this.refresh();
    return this.unstarted === 0 && this.delayed === 0 && this.starts.isFull(now) && this.writes.isFull(now);
  }

  private enqueue(): Promise<boolean> {
    return new Promise((resolve) => {
      this.waiters.add(resolve);
      this.advance();
    });
  }

  private advance(): void {
    clearTimeout(this.timer);
    for (const resolve of this.waiters) {
      const now = this.refresh();
      const wait = this.starts.earliest(this.rate, now) - now;
      if (wait > 0 && wait <= MAX_WAIT_MS) {
        this.timer = setTimeout(() => this.advance(), Math.ceil(wait));
        return;
      }
      this.waiters.delete(resolve);
      resolve(this.starts.take(this.rate, now));
    }
  }

  private takeWriteSlot(): number | null {
    const now = this.refresh();
    if (this.writes.take(this.rate, now)) return 0;
    const wait = this.writes.earliest(this.rate, now, this.delayed) - now;
    return wait > MAX_WAIT_MS ? null : Math.ceil(wait);
  }

  /** A destination that this process came to own begins with no burst. */
  private refresh(): number {
    const since = this.ownedSince();
    if (since !== this.knownOwnedSince) {
      this.knownOwnedSince = since;
      this.starts.emptyAt(this.rate, since);
      this.writes.emptyAt(this.rate, since);
    }
    return this.monotonic();
  }
}
