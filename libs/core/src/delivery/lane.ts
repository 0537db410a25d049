import { CallPacer, UNPACED, type Turn } from './call-pacer.js';
import type { CallRate } from './gcra.js';
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
  private pacer: CallPacer | null = null;
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

  /** Nothing of it is in use, and no earlier call counts for its rate any more: it can be forgotten. */
  get idle(): boolean {
    const rateMatters = this.pacer !== null && !this.pacer.idle();
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
   * Sets the rate, which may change from slice to slice.
   * @param ownedSince since when this process owns the destination
   */
  keepTo(rate: CallRate | undefined, ownedSince: () => number): CallPacer | null {
    if (rate === undefined) this.pacer = null;
    else if (this.pacer === null) this.pacer = new CallPacer(rate, ownedSince);
    else this.pacer.rate = rate;
    return this.pacer;
  }

  /** The turn of an attempt that was claimed now. */
  turn(): Turn {
    return this.pacer?.turn() ?? UNPACED;
  }
}
