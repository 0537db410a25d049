/** Time during which a release is repeated, in milliseconds, because a claim may commit after its connection was lost. */
const REPEAT_MS = 35_000;
/** Maximum number of tokens, more than a process loses in that time. Older claims end when their leases expire. */
const MAX_LOST = 1_000;

/** Claims that this process could not start, because the claim's answer or its events did not arrive. */
export class LostClaims {
  /** Time of each loss by token, in milliseconds of the monotonic clock. */
  private readonly lostAt = new Map<string, number>();

  add(token: string): void {
    this.lostAt.set(token, performance.now());
    for (const oldest of this.lostAt.keys()) {
      if (this.lostAt.size <= MAX_LOST) break;
      this.lostAt.delete(oldest);
    }
  }

  /** Returns the tokens of the claims to release now. */
  tokens(): readonly string[] {
    const now = performance.now();
    for (const [token, at] of this.lostAt) if (now - at > REPEAT_MS) this.lostAt.delete(token);
    return [...this.lostAt.keys()];
  }
}
