/** A claim may still be committed after its connection was lost, so its release is repeated for this long. */
const REPEAT_MS = 35_000;
/** More tokens than a process loses in that time. Older ones are left to their leases. */
const MAX_LOST = 1_000;

/** Claims of this process of which nothing was begun, because their answer or their events did not arrive. */
export class LostClaims {
  /** When each was lost, by the monotonic clock in milliseconds. */
  private readonly lostAt = new Map<string, number>();

  add(token: string): void {
    this.lostAt.set(token, performance.now());
    for (const oldest of this.lostAt.keys()) {
      if (this.lostAt.size <= MAX_LOST) break;
      this.lostAt.delete(oldest);
    }
  }

  /** Tokens of the claims to release now. */
  tokens(): readonly string[] {
    const now = performance.now();
    for (const [token, at] of this.lostAt) if (now - at > REPEAT_MS) this.lostAt.delete(token);
    return [...this.lostAt.keys()];
  }
}
