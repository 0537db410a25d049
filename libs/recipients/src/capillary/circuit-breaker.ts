/** Failures in a row after which the circuit breaker opens. */
const FAILURES = 5;
/** Time for which the circuit breaker first stays open, in milliseconds. Doubles with each failed probe. */
const FIRST_OPEN_MS = 15_000;
const MAX_OPEN_MS = 300_000;

/**
 * Circuit breaker of one API, in the memory of this process. `closed`: calls pass. `open`: calls are blocked. After
 * some time, one call passes as a probe (half-open). Its outcome closes or opens the circuit breaker.
 */
export class CircuitBreaker {
  private failures = 0;
  private openUntil = 0;
  private openMs = FIRST_OPEN_MS;
  private probing = false;

  /**
   * @param now monotonic clock, in milliseconds
   */
  constructor(private readonly now: () => number) {}

  /**
   * Asks to make a call. After 0, the caller must report the outcome with {@link succeeded} or {@link failed}, or call
   * {@link release} if it makes no call.
   * @returns milliseconds to wait before the next call; 0 if the call may be made now
   */
  acquire(): number {
    if (this.failures < FAILURES) return 0;
    const waitMs = this.openUntil - this.now();
    if (waitMs > 0) return waitMs;
    if (this.probing) return FIRST_OPEN_MS;
    this.probing = true;
    return 0;
  }

  /** Ends an acquired call that was not made. */
  release(): void {
    this.probing = false;
  }

  /** Records that the API answered, also if it refused the call. */
  succeeded(): void {
    this.failures = 0;
    this.openMs = FIRST_OPEN_MS;
    this.probing = false;
  }

  /** Records that the API did not answer, or that it answered with a failure of its own. */
  failed(): void {
    this.failures += 1;
    if (this.failures < FAILURES) return;
    if (this.probing) this.openMs = Math.min(this.openMs * 2, MAX_OPEN_MS);
    this.openUntil = this.now() + this.openMs;
    this.probing = false;
  }
}
