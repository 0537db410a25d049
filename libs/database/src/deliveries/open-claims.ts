/** Reference to a claimed delivery, with the token of its claim. */
export interface DeliveryLease {
  readonly id: string;
  readonly token: string;
}

/**
 * Maximum number of tracked claims, which is more than a process has in flight. The sweep deletes the rows of untracked
 * claims.
 */
const MAX_OPEN = 10_000;

/**
 * Claims of this process that still have deliveries in flight. When the last delivery of a claim ends, the claim's row
 * in `claims` can be deleted early. This is only an optimization: the sweep deletes every other claim when its check is
 * due.
 */
export class OpenClaims {
  private readonly open = new Map<string, Set<string>>();
  private ended: string[] = [];

  /** Starts to track a claim. */
  begin(token: string, deliveryIds: Iterable<string>): void {
    const ids = new Set(deliveryIds);
    if (ids.size === 0) return;
    this.open.set(token, ids);
    for (const oldest of this.open.keys()) {
      if (this.open.size <= MAX_OPEN) break;
      this.open.delete(oldest);
    }
  }

  /** Stops tracking a claim whose deliveries this process will not decide. The leases of the deliveries expire. */
  abandon(token: string): void {
    this.open.delete(token);
  }

  /**
   * Removes deliveries that are no longer leased. Must be called after the commit, because once the row of a claim is
   * deleted, no sweep checks the claim's leases.
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

  /** Returns the tokens of the claims that have ended since the last call. */
  takeEnded(): readonly string[] {
    const ended = this.ended;
    this.ended = [];
    return ended;
  }
}

/**
 * Time during which the release of a lost claim is repeated, in milliseconds, because a claim may commit after its
 * connection was lost.
 */
const REPEAT_MS = 35_000;
/**
 * Maximum number of tokens of lost claims. A process loses fewer claims while releases are repeated. Above the maximum,
 * the oldest claims end when their leases expire.
 */
const MAX_LOST = 1_000;

/** Claims whose deliveries this process could not start, because the claim's answer or its events did not arrive. */
export class LostClaims {
  /** Time at which each claim was lost, by token, in milliseconds of the monotonic clock. */
  private readonly lostAt = new Map<string, number>();

  add(token: string): void {
    this.lostAt.set(token, performance.now());
    for (const oldest of this.lostAt.keys()) {
      if (this.lostAt.size <= MAX_LOST) break;
      this.lostAt.delete(oldest);
    }
  }

  /** Returns the tokens of the lost claims to release now. */
  tokens(): readonly string[] {
    const now = performance.now();
    for (const [token, at] of this.lostAt) if (now - at > REPEAT_MS) this.lostAt.delete(token);
    return [...this.lostAt.keys()];
  }
}

/** Claims of this process. Shared by the stores that lease deliveries. */
export class OwnClaims {
  readonly open = new OpenClaims();
  readonly lost = new LostClaims();
}
