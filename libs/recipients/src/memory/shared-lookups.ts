import type { AnswerMemory } from './answer-memory.js';

/** Lookups that are under way or just answered are shared: many deliveries about one customer make one call. */
export class SharedLookups<T> {
  private readonly underWay = new Map<string, Promise<T | undefined>>();

  constructor(private readonly memory: AnswerMemory<T>) {}

  /**
   * @param key the same for lookups that would get the same answer
   * @param load asks; undefined where nothing was found. Its failure is everybody's who waits, and is not remembered.
   */
  find(key: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.memory.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const running = this.underWay.get(key);
    if (running !== undefined) return running;
    const started = load()
      .then((answer) => {
        if (answer !== undefined) this.memory.set(key, answer);
        return answer;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, started);
    return started;
  }
}
