/** Seed of the gaps between events, so that the gaps are the same in every run. */
const SEED = 20_261_124;

/**
 * Times at which the events of an open loop are due. The gaps are random, as if many independent senders sent them.
 * All times are whole microseconds, and each time is later than the time before, so that a time identifies an event.
 */
export class ArrivalSchedule {
  #microsecondsPerEvent;
  #random = seededRandom(SEED);
  #exact;
  #next;

  /** @param from time after which the first event is due, in microseconds */
  constructor(perSecond, from) {
    this.#microsecondsPerEvent = 1_000_000 / perSecond;
    this.#exact = from;
    this.#next = from;
    this.#advance();
  }

  /** Returns the times of all events that became due since the last call, in order. */
  takeDue(now) {
    /** @type {number[]} */
    const due = [];
    while (this.#next <= now) {
      due.push(this.#next);
      this.#advance();
    }
    return due;
  }

  #advance() {
    this.#exact += -Math.log(1 - this.#random()) * this.#microsecondsPerEvent;
    this.#next = Math.max(this.#next + 1, Math.round(this.#exact));
  }
}

/** Pseudo-random number generator (mulberry32). */
function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
