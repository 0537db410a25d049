/** How soon a destination answers, as far as this process has seen. */
export type Speed = 'unknown' | 'quick' | 'slow';

/** What answers within so long is quick, in milliseconds. */
export const QUICK_MS = 1_000;
/** What the newest call counts for in the mean. */
const WEIGHT = 1 / 8;

/** Tells whether one destination is quick: by the mean of its last calls, and by whether any has ended of late. */
export class Pace {
  private meanMs: number | null = null;
  private movedAt = 0;

  /** Calls begin where none was running. @param now milliseconds by a clock that never jumps, as for the others here */
  begin(now: number): void {
    this.movedAt = now;
  }

  /** A call has ended. */
  ended(tookMs: number, now: number): void {
    this.meanMs = this.meanMs === null ? tookMs : this.meanMs + WEIGHT * (tookMs - this.meanMs);
    this.movedAt = now;
  }

  /** @param running whether calls are in flight: while none of them ends, what was quick before says nothing */
  speed(running: boolean, now: number): Speed {
    if (running && now - this.movedAt > QUICK_MS) return 'slow';
    if (this.meanMs === null) return 'unknown';
    return this.meanMs <= QUICK_MS ? 'quick' : 'slow';
  }
}
