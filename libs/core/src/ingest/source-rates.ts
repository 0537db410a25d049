import type { SourceLimitsSpec } from '../configuration/brand-definition.js';

/** Maximum sources whose state is stored. */
const MAX_SOURCES = 10_000;

/** Rate limiter of the calls per source (GCRA). Each process counts its own calls. */
export class SourceRates {
  /** Time on the monotonic clock at which the full burst of a source is available again, by source id. */
  private readonly fullAt = new Map<string, number>();

  constructor(private readonly elapsedMs: () => number = () => performance.now()) {}

  /** Counts a call. Returns 0 if it is allowed, else the milliseconds until the next call is allowed. */
  waitMs(sourceId: string, { ratePerSecond, burst = Math.max(1, Math.ceil(ratePerSecond)) }: SourceLimitsSpec): number {
    const now = this.elapsedMs();
    const intervalMs = 1_000 / ratePerSecond;
    const fullAt = Math.max(this.fullAt.get(sourceId) ?? now, now);
    const waitMs = fullAt - now - (burst - 1) * intervalMs;
    if (waitMs > 0) return waitMs;
    if (this.fullAt.size >= MAX_SOURCES) this.removeIdle(now);
    this.fullAt.set(sourceId, fullAt + intervalMs);
    return 0;
  }

  private removeIdle(now: number): void {
    for (const [sourceId, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(sourceId);
  }
}
