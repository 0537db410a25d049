/** Bounds of an {@link AnswerMemory}. */
export interface AnswerMemoryOptions {
  /** How long an answer is remembered, in milliseconds; 0 for not at all. */
  readonly ttlMs: number;
  /** Answers at most; the one that was not asked for longest goes first. */
  readonly maxEntries: number;
  /** Characters of JSON of all answers together at most. */
  readonly maxCharacters: number;
  /** Milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
}

interface Entry<T> {
  readonly answer: T;
  readonly size: number;
  readonly until: number;
}

/** Answers about customers, held in memory only, for a short time and within bounds. */
export class AnswerMemory<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private characters = 0;
  private purge: NodeJS.Timeout | undefined;

  constructor(private readonly options: AnswerMemoryOptions) {}

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.forget(key, entry);
    if (entry.until <= this.options.now()) return undefined;
    this.keep(key, entry);
    return entry.answer;
  }

  set(key: string, answer: T): void {
    const { ttlMs, maxEntries, maxCharacters, now } = this.options;
    const size = key.length + JSON.stringify(answer).length;
    const known = this.entries.get(key);
    if (known !== undefined) this.forget(key, known);
    // One that takes a good part of the room would push all the others out.
    if (ttlMs <= 0 || size > maxCharacters / 16) return;
    this.keep(key, { answer, size, until: now() + ttlMs });
    for (const [oldest, entry] of this.entries) {
      if (this.entries.size <= maxEntries && this.characters <= maxCharacters) break;
      this.forget(oldest, entry);
    }
  }

  /** How many answers are held; one that is out of date goes within another `ttlMs`. */
  get size(): number {
    return this.entries.size;
  }

  private keep(key: string, entry: Entry<T>): void {
    this.entries.set(key, entry);
    this.characters += entry.size;
    this.purge ??= this.purgeLater();
  }

  /** The timer keeps nothing alive: a memory that nobody holds any more is gone with all it remembers. */
  private purgeLater(): NodeJS.Timeout {
    const self = new WeakRef(this);
    return setTimeout(() => self.deref()?.forgetExpired(), this.options.ttlMs).unref();
  }

  /** What nobody asks for again must not stay longer either. */
  private forgetExpired(): void {
    this.purge = undefined;
    const now = this.options.now();
    for (const [key, entry] of this.entries) if (entry.until <= now) this.forget(key, entry);
    if (this.entries.size > 0) this.purge = this.purgeLater();
  }

  private forget(key: string, entry: Entry<T>): void {
    this.entries.delete(key);
    this.characters -= entry.size;
  }
}
