import { ProblemError } from '../http/problem.js';

/** Tasks of one key that may wait for their turn. */
const MAX_WAITING = 20;

/** Runs the work of each key one after the other; different keys do not wait for each other. */
export class KeyedSerialQueue {
  private readonly tails = new Map<string, { last: Promise<unknown>; count: number }>();

  /** Throws a ProblemError 429 if too much of the key's work waits already. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const tail = this.tails.get(key) ?? { last: Promise.resolve(), count: 0 };
    if (tail.count > MAX_WAITING) {
      const detail = `Your key has ${MAX_WAITING} requests waiting. Send them one after the other.`;
      throw new ProblemError(429, detail, undefined, { 'retry-after': '1' });
    }
    const turn = tail.last.then(work);
    this.tails.set(key, tail);
    tail.count += 1;
    tail.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      tail.count -= 1;
      if (tail.count === 0) this.tails.delete(key);
    }
  }
}
