import type { ClaimedDelivery } from './delivery.js';

/** Request to claim the deliveries of one call of a destination. */
export interface BatchClaimRequest {
  readonly destinationId: string;
  /** Maximum number of deliveries. */
  readonly size: number;
  /** Time in milliseconds that a due delivery waits for further deliveries. */
  readonly within: number;
  /** Duration of the lease, in milliseconds. Must be longer than the time limit of the call. */
  readonly leaseMs: number;
}

/** Result of a claim of a batch. */
export interface BatchClaim {
  /** Claimed deliveries, in the order in which they were due; in a frozen batch, in the order of the batch. */
  readonly deliveries: readonly ClaimedDelivery[];
  /** Number of due deliveries that wait for another delivery with the same order key. */
  readonly blocked: number;
  /** True if the deliveries are the remaining members of a batch whose answer was lost. */
  readonly isFrozen: boolean;
  /** Time at which the oldest due delivery has waited long enough, in milliseconds since the epoch. Null if none waits. */
  readonly collectingUntil: number | null;
}

/** New batch whose call is about to start. */
export interface BatchMark {
  readonly id: string;
  readonly destinationId: string;
  /** True if the batch may only be repeated as a whole. */
  readonly isFrozen: boolean;
  /** Deliveries in the order of their messages. */
  readonly deliveries: readonly ClaimedDelivery[];
}

/** Storage of the batches of destinations that take several messages per call. */
export interface BatchStore {
  /**
   * Claims the deliveries of one call. Claims nothing while fewer than `size` deliveries are due and the oldest has been
   * due for less than `within`. A frozen batch that is due takes precedence. Never claims two deliveries to be sent with
   * the same order key.
   * @param now milliseconds since the epoch
   */
  claimBatch(request: BatchClaimRequest, now: number): Promise<BatchClaim>;
  /**
   * Marks all deliveries of a new batch as being sent and writes their places, in one statement, before the call.
   * @returns the deliveries that were marked, in the order of the batch. The other deliveries have lost their lease and
   * must not be sent
   */
  markBatch(batch: BatchMark): Promise<readonly ClaimedDelivery[]>;
  /** Forgets batches that are not repeated as a whole. */
  endBatches(batchIds: readonly string[]): Promise<void>;
}
