/** Maximum number of test messages per minute, per destination and per API key. */
export const TEST_SENDS_PER_MINUTE = 10;
const WINDOW_MS = 60_000;

/** Limiter of test messages. Counts in this process only. */
export class TestSendLimiter {
  /** Times of the last minute by name, oldest first, in milliseconds. */
  private readonly sent = new Map<string, readonly number[]>();

  /**
   * Counts a test message under several names. Returns the time until the message is allowed, in milliseconds; 0 if the
   * message is allowed and counted. A refused message is not counted.
   * @param now milliseconds of a monotonic clock
   */
  take(names: readonly string[], now: number): number {
    const recent = names.map((name) => (this.sent.get(name) ?? []).filter((at) => at > now - WINDOW_MS));
    const waits = recent.map((times) => waitOf(times, now));
    const longest = Math.max(0, ...waits);
    if (longest > 0) return longest;
    this.forgetOld(now);
    names.forEach((name, index) => this.sent.set(name, [...(recent[index] ?? []), now]));
    return 0;
  }

  private forgetOld(now: number): void {
    for (const [name, times] of this.sent) if ((times.at(-1) ?? 0) <= now - WINDOW_MS) this.sent.delete(name);
  }
}

function waitOf(times: readonly number[], now: number): number {
  const oldest = times.at(-TEST_SENDS_PER_MINUTE);
  return oldest === undefined ? 0 : oldest + WINDOW_MS - now;
}
