import { DOWNSTREAM_STATUSES, type DownstreamStatus, type StatusUpdate } from '@patchbay/plugin-sdk';

/** Where the vendors' later news are kept. */
export interface DownstreamStore {
  /**
   * Notes what became of messages. Forward only (see {@link downstreamRank}), so that repeated and disordered news do no
   * harm. Touches only deliveries of this destination. Decides those an answer to which was lost: see `stateAfterNews`. News of
   * a vendor's id that no delivery has yet are kept for an hour: they may be quicker than the answer.
   * @returns how many of the updates named a delivery of it
   */
  note(destinationId: string, updates: readonly StatusUpdate[]): Promise<number>;
  /** Applies what was kept of messages whose ids have come back by now. After those were written, for each of them. */
  applyEarly(named: readonly NamedOutcome[]): Promise<void>;
}

/** A delivery and the vendor's id of it. */
export interface NamedOutcome {
  readonly destinationId: string;
  readonly deliveryId: string;
  readonly externalId: string;
}

/** How far along a status is: news of a lower or equal rank than what is known changes nothing. */
export function downstreamRank(status: DownstreamStatus): number {
  return DOWNSTREAM_STATUSES.indexOf(status);
}
