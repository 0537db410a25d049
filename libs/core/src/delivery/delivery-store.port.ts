import type { ClaimedDelivery, DeliveryDecision } from './delivery.js';

/** How much one destination has room for. */
export interface ClaimRequest {
  readonly destinationId: string;
  /** At most this many. */
  readonly limit: number;
  /** How long the claim holds, in milliseconds: longer than one of its tries may take. */
  readonly leaseMs: number;
}

/** What a claim gave. */
export interface Claim {
  readonly deliveries: readonly ClaimedDelivery[];
  /**
   * By destination: how many due deliveries have to wait for others of their key. They stay behind; after them more may
   * be due.
   */
  readonly behind: ReadonlyMap<string, number>;
}

/** Claims deliveries and writes what was decided about them. Never decides itself. */
export interface DeliveryStore {
  /**
   * Claims due deliveries of several destinations in one statement, oldest due first, each under its lease by the
   * database's clock. Paused destinations yield nothing. Of those that keep an order, only the one whose turn it is, and
   * states that are outdated.
   * @param now milliseconds since the epoch: what is due is due by this clock
   */
  claim(requests: readonly ClaimRequest[], now: number): Promise<Claim>;
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
  /** Gives leases back untouched: due at once, nothing charged. For shutdown and for faults of our own. */
  release(deliveries: readonly { readonly id: string; readonly token: string }[]): Promise<void>;
  /**
   * Deliveries whose lease has died: those without the mark become due again at once; those with it are returned for a
   * decision, under a new token and lease.
   */
  takeOverExpired(limit: number, leaseMs: number): Promise<readonly ClaimedDelivery[]>;
  /** Destinations that are neither paused nor blocked by an open circuit breaker, and have a delivery due by `now` that nobody holds. */
  destinationsWithDueWork(now: number): Promise<readonly string[]>;
}
