/** What is held of a delivery: which it is, and under which claim. */
export interface HeldDelivery {
  readonly id: string;
  readonly token: string;
}

/** More claims than a process has in hand: what it lost sight of is left to the sweep. */
const MAX_OPEN = 10_000;

/**
 * Which claims of this process have deliveries in hand still, so that the rows in `claims` of those that have none can go
 * early. Only a hint: whatever is not told here goes when the time comes to look after it.
 */
export class OpenClaims {
  private readonly open = new Map<string, Set<string>>();
  private ended: string[] = [];

  /** A claim was made. */
  begin(token: string, ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.open.set(token, new Set(ids));
    for (const oldest of this.open.keys()) {
      if (this.open.size <= MAX_OPEN) break;
      this.open.delete(oldest);
    }
  }

  /** Nobody will say what becomes of its deliveries: they are left to their leases. */
  abandon(token: string): void {
    this.open.delete(token);
  }

  /** The database has it that these are no longer held. Not before: a claim whose row goes early is looked after no more. */
  settle(held: readonly HeldDelivery[]): void {
    for (const { id, token } of held) {
      const ids = this.open.get(token);
      if (ids === undefined) continue;
      ids.delete(id);
      if (ids.size > 0) continue;
      this.open.delete(token);
      this.ended.push(token);
    }
  }

  /** Tokens of claims that came to their end since the last call. */
  takeEnded(): readonly string[] {
    const ended = this.ended;
    this.ended = [];
    return ended;
  }
}
