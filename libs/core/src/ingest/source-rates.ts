import type { SourceLimitsSpec } from '../configuration/brand-definition.js';

/** Sources whose rate is remembered at the same time. */
const MAX_REMEMBERED = 10_000;

/** Keeps the calls of each source within its rate (GCRA). Each process counts its own calls. */
export class SourceRates {
  /** By source id: when the source has used up nothing any more, on the monotonic clock. */
  private readonly fullAt = new Map<string, number>();

  constructor(private readonly elapsedMs: () => number = () => performance.now()) {}

  /** 0 if the source may call now, and then the call counts; else the milliseconds until it may. */
  waitMs(sourceId: string, { ratePerSecond, burst = Math.max(1, Math.ceil(ratePerSecond)) }: SourceLimitsSpec): number {
    const now = this.elapsedMs();
    const intervalMs = 1_000 / ratePerSecond;
    const fullAt = Math.max(this.fullAt.get(sourceId) ?? now, now);
    const waitMs = fullAt - now - (burst - 1) * intervalMs;
    if (waitMs > 0) return waitMs;
    if (this.fullAt.size >= MAX_REMEMBERED) this.forgetIdle(now);
    this.fullAt.set(sourceId, fullAt + intervalMs);
    return 0;
  }

  private forgetIdle(now: number): void {
    for (const [sourceId, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(sourceId);
  }
}
