const SECOND_MS = 1_000;
/**
 * Maximum number of forwarded wake-ups per destination and second. With a few workers, the owner receives a wake-up
 * after far fewer forwards. If the owner is unreachable, the sweep of the owner or of its successor finds the work.
 */
const MAX_PER_SECOND = 30;

/**
 * Limits how often this worker forwards the wake-ups of destinations that another worker owns. The queue gives a
 * wake-up to any worker, so a forwarded wake-up may come back a few times before the owner receives it.
 */
export class ForwardLimiter {
  private second = 0;
  private readonly forwarded = new Map<string, number>();

  /** Counts one wake-up, and returns true if the wake-up may be forwarded. */
  mayForward(destinationId: string, now: number): boolean {
    const second = Math.floor(now / SECOND_MS);
    if (second !== this.second) {
      this.second = second;
      this.forwarded.clear();
    }
    const times = (this.forwarded.get(destinationId) ?? 0) + 1;
    this.forwarded.set(destinationId, times);
    return times <= MAX_PER_SECOND;
  }
}
