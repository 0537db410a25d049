import { DOWNSTREAM_STATUSES, type DownstreamStatus, type StatusUpdate } from '@patchbay/plugin-sdk';

/** Where the vendors' later news are kept. */
export interface DownstreamStore {
  /**
   * Notes what became of messages. Forward only (see {@link downstreamRank}), so that repeated and disordered news do no
   * harm. Touches only deliveries of this destination. Decides those an answer to which was lost: see `stateAfterNews`.
   *
   * An update is kept for an hour if no delivery has its vendor id yet, or if nothing was sent for its delivery yet: no
   * attempt is recorded and no worker holds it. A kept update changes nothing and starts no fallback.
   * @returns how many of the updates named a delivery of the destination
   */
  note(destinationId: string, updates: readonly StatusUpdate[]): Promise<number>;
  /** Applies the updates that were kept for these deliveries. Call it after their attempts were written, for each of them. */
  applyEarly(named: readonly NamedOutcome[]): Promise<void>;
}

/** A delivery of which an attempt was recorded. */
export interface NamedOutcome {
  readonly destinationId: string;
  readonly deliveryId: string;
  /** The vendor's id of the message; null if the vendor returned none. */
  readonly externalId: string | null;
}

/** How far along a status is: news of a lower or equal rank than what is known changes nothing. */
export function downstreamRank(status: DownstreamStatus): number {
  return DOWNSTREAM_STATUSES.indexOf(status);
}
