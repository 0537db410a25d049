import { ProblemError } from '../http/problem.js';

/** Maximum number of waiting tasks per key. */
const MAX_WAITING = 20;

/** Queue that runs the work of each key sequentially. Work of one key does not wait for work of another key. */
export class KeyedSerialQueue {
  private readonly tails = new Map<string, { last: Promise<unknown>; count: number }>();

  /** Runs work after all earlier work of the key. Throws a ProblemError 429 if too much work of the key waits. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const tail = this.tails.get(key) ?? { last: Promise.resolve(), count: 0 };
    if (tail.count > MAX_WAITING) {
      const detail =
        `The request was refused, because ${MAX_WAITING} requests of your key already wait. Send requests one after ` +
        'the other.';
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
