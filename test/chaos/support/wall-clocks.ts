import type { SeededRandom } from './seeded-random.js';

const MINUTE_MS = 60_000;

/** Wall clocks of the hub processes, with their error in milliseconds. */
const CLOCKS = [
  { name: 'right', shiftMs: 0 },
  { name: '-10 min', shiftMs: -10 * MINUTE_MS },
  { name: '+10 min', shiftMs: 10 * MINUTE_MS },
  { name: '+400 days', shiftMs: 400 * 24 * 60 * MINUTE_MS },
] as const;

/** Wall clocks that the suite assigns to processes in turn, in an order that the seed determines. */
export class WallClocks {
  /** Number of processes that were started with each wall clock. */
  readonly started = new Map<string, number>();
  private remaining: (typeof CLOCKS)[number][] = [];

  constructor(private readonly random: SeededRandom) {}

  /** Returns the error of the wall clock of the next process, in milliseconds. */
  next(): number {
    if (this.remaining.length === 0) this.remaining = this.random.shuffled(CLOCKS);
    const clock = this.remaining.pop() ?? CLOCKS[0];
    this.started.set(clock.name, (this.started.get(clock.name) ?? 0) + 1);
    return clock.shiftMs;
  }
}
