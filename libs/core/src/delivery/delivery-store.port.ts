import type { ClaimedDelivery, DeliveryDecision } from './delivery.js';

/** Claim of one destination. */
export interface ClaimRequest {
  readonly destinationId: string;
  /** At most this many. */
  readonly limit: number;
  /** How long the claim holds, in milliseconds: longer than one of its attempts may take. */
  readonly leaseMs: number;
}

/** Result of a claim. */
export interface ClaimResult {
  readonly deliveries: readonly ClaimedDelivery[];
  /**
   * Due deliveries per destination that wait for others of their order key. The claim skips them; after them more may
   * be due.
   */
  readonly blocked: ReadonlyMap<string, number>;
}

/** Claims deliveries and writes what was decided about them. Never decides itself. */
export interface DeliveryStore {
  /**
   * Claims due deliveries of several destinations in one statement, oldest due first, each under its lease by the
   * database's clock. Paused destinations yield nothing. Of those that keep an order, only the next of each order key, and
   * states that are outdated.
   * @param now milliseconds since the epoch: what is due is due by this clock
   */
  claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult>;
  /**
   * Marks deliveries as being sent, before the call: a lease that dies with the mark set is unconfirmed.
   * @returns those that were marked; the others had lost their lease and must not be sent. Not their ids: one process
   *   may hold a delivery by a lease that died and by the live one
   */
  markSending<T extends { readonly id: string; readonly token: string }>(
    deliveries: readonly T[],
  ): Promise<ReadonlySet<T>>;
  /**
   * Writes decisions, each only where its token is still the row's. Attempts and state go together or not at all.
   * @returns the ids that were written; the others had lost their lease
   */
  record(decisions: readonly DeliveryDecision[]): Promise<ReadonlySet<string>>;
  /** Releases leases unchanged: due at once, no attempt is counted. For shutdown and for faults of our own. */
  release(deliveries: readonly { readonly id: string; readonly token: string }[]): Promise<void>;
  /**
   * Releases deliveries of this process's claims whose answer did not arrive. {@link reclaimExpired} does so too; a process
   * that stops has no later one.
   */
  releaseLostClaims(): Promise<void>;
  /**
   * Deliveries whose lease has died: those without the mark become due again at once; those with it are returned for a
   * decision, under a new token and lease.
   */
  reclaimExpired(limit: number, leaseMs: number): Promise<readonly ClaimedDelivery[]>;
  /** Destinations that are neither paused nor blocked by an open circuit breaker, and have a delivery due by `now` that nobody holds. */
  destinationsWithDueWork(now: number): Promise<readonly string[]>;
}
