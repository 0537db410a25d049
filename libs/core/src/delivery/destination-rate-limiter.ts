import { Gcra, type CallRate } from './gcra.js';

/**
 * Time in milliseconds by which a delivery is claimed before the rate limit allows its call. The worker prepares the
 * message during this time.
 */
const CLAIM_AHEAD_MS = 1_000;
/**
 * Time in milliseconds. Deliveries whose calls the rate limit allows within this time are claimed together, because a
 * claim per call would cost more than the call itself.
 */
const CLAIM_BATCH_MS = 250;
/**
 * Longest time that a call waits in this process, in milliseconds. A delivery whose call would wait longer returns to
 * the queue.
 */
const MAX_WAIT_MS = 2_000;

/** Reservation of one attempt under the rate limit of its destination. */
export interface RateReservation {
  /** Resolves to true when the attempt may start, or to false if the wait would be too long. */
  waitForStart(): Promise<boolean>;
  /** True if the attempt has taken its write slot. */
  readonly taken: boolean;
  /**
   * Time that the attempt waited for the rate limit, in milliseconds. This time is not part of the attempt's duration.
   */
  readonly waitedMs: number;
  /**
   * Takes the slot of the rate limit for the request that sends the message.
   * @returns 0 if the slot was taken, else the milliseconds until it may be taken; null if the wait would be too long
   */
  takeWriteSlot(): number | null;
  /** Releases the slots that the attempt did not use. A request that comes later gets no write slot. */
  end(): void;
}

/**
 * Enforces the rate limit of one destination, or of a group of destinations, in the process that owns them. An attempt takes a start slot,
 * which spreads the attempts over time. Before the attempt writes its first request, the attempt takes a write slot,
 * which makes the rate limit exact. The start slots alone are not exact, because some connections take longer to
 * establish than others.
 */
export class DestinationRateLimiter {
  private readonly starts = new Gcra();
  private readonly writes = new Gcra();
  private readonly waiters = new Set<(mayStart: boolean) => void>();
  private timer: NodeJS.Timeout | undefined;
  private knownOwnedSince = Number.NEGATIVE_INFINITY;
  /** Attempts that have not taken their start slot yet. */
  private unstarted = 0;
  /** Requests that wait for their write slot. */
  private delayed = 0;

  /**
   * @param ownedSince returns the monotonic time since which this process has owned the destination. Calls before this
   * time are unknown to the limiter
   * @param monotonic returns the monotonic time, in milliseconds
   */
  constructor(
    public rate: CallRate,
    private readonly ownedSince: () => number,
    private readonly monotonic: () => number = () => performance.now(),
  ) {}

  /**
   * Returns the number of attempts that may be claimed now. If the number is 0, `inMs` is the time until attempts may
   * be claimed.
   * @param claiming number of attempts for which a claim is running
   */
  allowance(claiming = 0): { readonly calls: number; readonly inMs: number } {
    const now = this.refresh();
    const perMs = this.rate.ratePerSecond / 1_000;
    const next = this.starts.earliest(this.rate, now, this.unstarted + claiming);
    const calls = Math.floor((now + CLAIM_AHEAD_MS - next) * perMs) + 1;
    if (calls > 0) return { calls, inMs: 0 };
    const together = Math.floor(CLAIM_BATCH_MS * perMs);
    return { calls: 0, inMs: next - CLAIM_AHEAD_MS - now + Math.max(0, together - 1) / perMs };
  }

  /** Reserves a start slot and a write slot for an attempt that was claimed now. */
  reserve(): RateReservation {
    let started = false;
    let ended = false;
    let waiting = 0;
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
    // Properties instead of getters, for which V8 would create a hidden class per reservation (decision 0146).
    const reservation = {
      taken: false,
      waitedMs: 0,
      waitForStart: async () => {
        const since = this.monotonic();
        const mayStart = await this.enqueue();
        reservation.waitedMs += this.monotonic() - since;
        start();
        return mayStart;
      },
      takeWriteSlot: () => {
        if (ended) return null;
        start();
        resume();
        const wait = this.takeWriteSlot();
        reservation.taken = wait === 0;
        if (wait !== null && wait > 0) {
          waiting += 1;
          reservation.waitedMs += wait;
          this.delayed += 1;
        }
        this.starts.follow(this.writes, this.delayed, this.rate);
        return wait;
      },
      end: () => {
        ended = true;
        start();
        while (waiting > 0) resume();
      },
    };
    return reservation;
  }

  /**
   * Returns true if the limiter can be dropped, because no attempt waits and no earlier call counts for the rate limit.
   */
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

  /** Returns the monotonic time. If this process has just become the owner, the limiter starts without a burst. */
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
