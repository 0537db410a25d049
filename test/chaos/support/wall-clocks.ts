import type { SeededRandom } from './seeded-random.js';

const MINUTE_MS = 60_000;

/** Wall clocks that the hub's processes have, and how far each is off, in milliseconds. */
const CLOCKS = [
  { name: 'right', shiftMs: 0 },
  { name: '-10 min', shiftMs: -10 * MINUTE_MS },
  { name: '+10 min', shiftMs: 10 * MINUTE_MS },
  { name: '+400 days', shiftMs: 400 * 24 * 60 * MINUTE_MS },
] as const;

/** Deals wall clocks out to processes: each in turn, in an order that the seed decides. */
export class WallClocks {
  /** How many processes were started with each clock. */
  readonly dealt = new Map<string, number>();
  private hand: (typeof CLOCKS)[number][] = [];

  constructor(private readonly random: SeededRandom) {}

  /** How far the clock of the next process is off, in milliseconds. */
  next(): number {
    if (this.hand.length === 0) this.hand = this.random.shuffled(CLOCKS);
    const clock = this.hand.pop() ?? CLOCKS[0];
    this.dealt.set(clock.name, (this.dealt.get(clock.name) ?? 0) + 1);
    return clock.shiftMs;
  }
}
