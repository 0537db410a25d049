/** The calls in flight to one destination, and who waits for one of them to end. */
export class Lane {
  #inFlight = 0;
  #wakeSlice = null;
  #parked = false;

  constructor(destination, { concurrency, batch }) {
    this.destination = destination;
    this.concurrency = concurrency;
    this.batch = batch;
  }

  /** How many to claim now; 0 where it is not worth it yet. */
  room() {
    const free = Math.min(this.batch, this.concurrency - this.#inFlight);
    return free < Math.min(this.batch, this.concurrency / 2) ? 0 : free;
  }

  take(count) {
    this.#inFlight += count;
  }

  /** @returns whether the destination has to be woken, because a slice ended for want of room */
  giveBack(count) {
    this.#inFlight -= count;
    if (this.room() === 0) return false;
    if (this.#wakeSlice !== null) {
      this.#wakeSlice();
      return false;
    }
    const wasParked = this.#parked;
    this.#parked = false;
    return wasParked;
  }

  /** A slice ends without room; the next free slot wakes the destination. */
  park() {
    this.#parked = true;
  }

  /** Resolves when there is room, or when `milliseconds` are over. */
  waitForRoom(milliseconds) {
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
