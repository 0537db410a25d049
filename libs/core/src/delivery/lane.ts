import { Pace } from './pace.js';
import type { RoomHolder } from './process-room.js';

/** What a destination of which nothing is known may claim first. */
const LEAST_CLAIM = 8;

/**
 * One destination's lane in this process: how many calls are in flight, which slice is running, and who waits for a
 * free slot.
 */
export class Lane implements RoomHolder {
  readonly pace = new Pace();
  roomHeld = 0;
  private inFlight = 0;
  private running = false;
  private wokenMeanwhile = false;
  private waiter: (() => void) | null = null;
  private parked = false;
  private tokens: number | null = null;
  private refilledAt = 0;
  private expected = LEAST_CLAIM;

  /** @param brandId where it is not known, the destination stands for itself */
  constructor(
    readonly destinationId: string,
    readonly brandId: string = destinationId,
  ) {}

  /** Calls that may still start under `cap`. */
  free(cap: number): number {
    return Math.max(0, cap - this.inFlight);
  }

  /** Nothing of it is in use: it can be forgotten. A rate is remembered for a second after its last call. */
  idle(now: number): boolean {
    const rateMatters = this.tokens !== null && now - this.refilledAt < 1_000;
    return this.inFlight === 0 && this.roomHeld === 0 && !this.running && !this.parked && !rateMatters;
  }

  /** One slice at a time: false where one is running, which is then told by {@link endSlice}. */
  beginSlice(): boolean {
    if (this.running) {
      this.wokenMeanwhile = true;
      return false;
    }
    this.running = true;
    return true;
  }

  /** True where the destination was woken while the slice ran. */
  endSlice(): boolean {
    this.running = false;
    const again = this.wokenMeanwhile;
    this.wokenMeanwhile = false;
    return again;
  }

  take(count: number): void {
    this.inFlight += count;
  }

  /** Gives slots back. True where a slice had left because the lane was full: now the destination has to be woken. */
  giveBack(count: number): boolean {
    this.inFlight -= count;
    if (this.waiter !== null) {
      const resume = this.waiter;
      this.waiter = null;
      resume();
      return false;
    }
    const wake = this.parked;
    this.parked = false;
    return wake;
  }

  /** A slice leaves a full lane: the next free slot wakes the destination. */
  park(): void {
    this.parked = true;
  }

  /** Resolves when a slot became free, or after `milliseconds`. */
  waitForSlot(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiter = null;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.waiter = done;
    });
  }

  /**
   * Calls worth having room for in the next claim: twice what the last one gave, or more where that was all it asked for.
   * So many destinations with little to do hold no room that they do not need while they claim.
   */
  get worthClaiming(): number {
    return this.expected;
  }

  /** Tells what a claim gave. */
  claimed(asked: number, given: number): void {
    this.expected = given < asked ? Math.max(LEAST_CLAIM, 2 * given) : Math.max(this.expected, 2 * asked);
  }

  /**
   * Calls that a rate still allows now; and, where it allows none, when it will. The bucket holds one second's worth,
   * so that a quiet destination may start with a small burst.
   * @param now milliseconds since the epoch
   */
  allowance(ratePerSecond: number, now: number): { readonly calls: number; readonly nextAt: number } {
    const capacity = Math.max(1, ratePerSecond);
    const gained = (Math.max(0, now - this.refilledAt) * ratePerSecond) / 1_000;
    this.tokens = Math.min(capacity, (this.tokens ?? capacity) + (this.tokens === null ? 0 : gained));
    this.refilledAt = now;
    return { calls: Math.floor(this.tokens), nextAt: now + Math.ceil(((1 - this.tokens) * 1_000) / ratePerSecond) };
  }

  /** Counts calls against the rate. */
  spend(calls: number): void {
    if (this.tokens !== null) this.tokens -= calls;
  }
}
