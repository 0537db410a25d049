/**
 * Queue of one destination: counts the calls in flight, and wakes a waiting slice (one bounded round of claims) if a
 * slot is free.
 */
export class DestinationQueue {
  #inFlight = 0;
  #wakeSlice = null;
  #wakeOnRelease = false;

  constructor(destination, { concurrency, batch }) {
    this.destination = destination;
    this.concurrency = concurrency;
    this.batch = batch;
  }

  /** Returns the number of deliveries to claim now; 0 if too few slots are free. */
  freeSlots() {
    const free = Math.min(this.batch, this.concurrency - this.#inFlight);
    return free < Math.min(this.batch, this.concurrency / 2) ? 0 : free;
  }

  reserve(count) {
    this.#inFlight += count;
  }

  /**
   * Releases slots. Returns true if the destination must be scheduled again now, because its last slice ended for lack
   * of a free slot. A slice is one bounded round of claims.
   */
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

  /**
   * Records that a slice (one bounded round of claims) ended without a free slot. The next free slot schedules the
   * destination again.
   */
  wakeWhenFree() {
    this.#wakeOnRelease = true;
  }

  /** Resolves when a slot is free, at the latest after `milliseconds`. */
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
