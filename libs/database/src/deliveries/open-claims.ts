/** Claimed delivery, with the token of its claim. */
export interface DeliveryLease {
  readonly id: string;
  readonly token: string;
}

/** Maximum number of tracked claims, more than a process has in flight. The sweep deletes untracked claims. */
const MAX_OPEN = 10_000;

/**
 * Claims of this process that still have deliveries in flight. When a claim has none left, its row in `claims` can be
 * deleted early. This is only an optimization: the sweep deletes all other claims when their check is due.
 */
export class OpenClaims {
  private readonly open = new Map<string, Set<string>>();
  private ended: string[] = [];

  /** Starts to track a claim. */
  begin(token: string, ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.open.set(token, new Set(ids));
    for (const oldest of this.open.keys()) {
      if (this.open.size <= MAX_OPEN) break;
      this.open.delete(oldest);
    }
  }

  /** Stops tracking a claim whose deliveries this process will not decide. Their leases expire. */
  abandon(token: string): void {
    this.open.delete(token);
  }

  /**
   * Removes deliveries that are no longer leased. Call this only after the commit: once the row of a claim is deleted, no
   * sweep checks its leases.
   */
  settle(leases: readonly DeliveryLease[]): void {
    for (const { id, token } of leases) {
      const ids = this.open.get(token);
      if (ids === undefined) continue;
      ids.delete(id);
      if (ids.size > 0) continue;
      this.open.delete(token);
      this.ended.push(token);
    }
  }

  /** Returns the tokens of claims that have ended since the last call. */
  takeEnded(): readonly string[] {
    const ended = this.ended;
    this.ended = [];
    return ended;
  }
}
