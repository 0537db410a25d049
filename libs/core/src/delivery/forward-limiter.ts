const SECOND_MS = 1_000;
/** Among a few workers the owner is met long before; with no owner in reach, its sweep or its successor's finds the work. */
const MAX_PER_SECOND = 30;

/**
 * Bounds how often this worker passes wake-ups on that belong to another: the queue gives them to anyone, so one may come
 * back a few times before it gets where it belongs.
 */
export class ForwardLimiter {
  private second = 0;
  private readonly forwarded = new Map<string, number>();

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
