import type { BatchStore } from './batch-store.port.js';
import type { ClaimedDelivery, DeliveryDecision, RouteChoice } from './delivery.js';

/** Request to claim deliveries of one destination, or undecided deliveries of one subscription. */
export interface ClaimRequest {
  /** Id of the destination or of the subscription. */
  readonly destinationId: string;
  /** Maximum number of deliveries to claim. */
  readonly limit: number;
  /** Duration of the lease, in milliseconds. Must be longer than the time limit of one attempt. */
  readonly leaseMs: number;
  /**
   * Duration of the lease of undecided deliveries, in milliseconds. Left out if the id is the id of a known destination;
   * the claim then does not look for undecided deliveries.
   */
  readonly routingLeaseMs?: number;
}

/** Result of a claim of deliveries. */
export interface ClaimResult {
  readonly deliveries: readonly ClaimedDelivery[];
  /**
   * Number of due deliveries per destination that wait for another delivery with the same order key. The claim skips
   * these deliveries. A claim may therefore return fewer deliveries than its limit although more deliveries are due.
   */
  readonly blocked: ReadonlyMap<string, number>;
}

/** Storage of deliveries. Claims deliveries and writes decisions, but makes no decisions itself. */
export interface DeliveryStore extends BatchStore {
  /**
   * Claims due deliveries of several destinations in one statement, oldest due first. Each claim is a lease that is
   * measured by the database's clock. Deliveries of paused destinations are not claimed. For each order key, only the
   * next delivery and outdated deliveries are claimed.
   * @param now milliseconds since the epoch; a delivery is due if its due time is at or before `now`
   */
  claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult>;
  /**
   * Marks deliveries as being sent, before the call. If the lease of a marked delivery expires, its outcome is
   * unconfirmed.
   * @returns the deliveries that were marked. The other deliveries have lost their lease and must not be sent. Objects
   * are returned instead of ids, because one process may hold the same delivery twice: under an expired lease and under
   * a live lease
   */
  markSending<T extends { readonly id: string; readonly token: string }>(
    deliveries: readonly T[],
  ): Promise<ReadonlySet<T>>;
  /**
   * Writes each decision whose token is still the token of the delivery's row. Attempts and state are written
   * atomically.
   * @returns the ids of the written deliveries; the other deliveries have lost their lease
   */
  record(decisions: readonly DeliveryDecision[]): Promise<ReadonlySet<string>>;
  /**
   * Writes the chosen destination of undecided deliveries, each under its token, and releases their leases. The choice
   * is not an attempt.
   * @returns the ids of the written deliveries; the other deliveries have lost their lease
   */
  route(choices: readonly RouteChoice[]): Promise<ReadonlySet<string>>;
  /**
   * Releases deliveries unchanged: they are due at once, and no attempt is counted. Used at shutdown and after internal
   * errors.
   */
  release(deliveries: readonly { readonly id: string; readonly token: string }[]): Promise<void>;
  /**
   * Releases deliveries that this process claimed although the answer of the claim was lost. {@link reclaimExpired}
   * would release these deliveries too, but a stopping process no longer calls {@link reclaimExpired}.
   */
  releaseLostClaims(): Promise<void>;
  /**
   * Reclaims deliveries whose lease has expired. Deliveries that are not marked as being sent become due again at once.
   * Deliveries that are marked as being sent are returned for a decision, under a new token and lease.
   */
  reclaimExpired(limit: number, leaseMs: number): Promise<readonly ClaimedDelivery[]>;
  /**
   * Returns the destinations that have an unleased delivery due by `now`, and are neither paused nor blocked by an open
   * circuit breaker. Also returns the subscriptions that have such an undecided delivery.
   */
  destinationsWithDueWork(now: number): Promise<readonly string[]>;
}
