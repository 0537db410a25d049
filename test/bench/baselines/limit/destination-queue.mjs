/** The calls in flight to one destination, and who waits for one of them to end. */
export class DestinationQueue {
  #inFlight = 0;
  #wakeSlice = null;
  #wakeOnRelease = false;

  constructor(destination, { concurrency, batch }) {
    this.destination = destination;
    this.concurrency = concurrency;
    this.batch = batch;
  }

  /** How many to claim now; 0 where it is not worth it yet. */
  freeSlots() {
    const free = Math.min(this.batch, this.concurrency - this.#inFlight);
    return free < Math.min(this.batch, this.concurrency / 2) ? 0 : free;
  }

  reserve(count) {
    this.#inFlight += count;
  }

  /** @returns whether the destination has to be woken, because a slice ended because no slot was free */
  release(count) {
    this.#inFlight -= count;
    if (this.freeSlots() === 0) return false;
    if (this.#wakeSlice !== null) {
      this.#wakeSlice();
      return false;
    }
    const wake = this.#wakeOnRelease;
    this.#wakeOnRelease = false;
    return wake;
  }

  /** A slice ends without a free slot; the next free slot wakes the destination. */
  wakeWhenFree() {
    this.#wakeOnRelease = true;
  }

  /** Resolves when a slot is free, or when `milliseconds` are over. */
  waitForSlot(milliseconds) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wakeSlice = null;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wakeSlice = done;
    });
  }
}
