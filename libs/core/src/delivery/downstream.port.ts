import { DOWNSTREAM_STATUSES, type DownstreamStatus, type StatusUpdate } from '@patchbay/plugin-sdk';

/** Where the vendors' later news are kept. */
export interface DownstreamStore {
  /**
   * Notes what became of messages. Forward only (see {@link downstreamRank}), so that repeated and disordered news do no
   * harm. Touches only deliveries of this destination.
   * @returns how many of the updates named a delivery of it
   */
  note(destinationId: string, updates: readonly StatusUpdate[]): Promise<number>;
}

/** How far along a status is: news of a lower or equal rank than what is known changes nothing. */
export function downstreamRank(status: DownstreamStatus): number {
  return DOWNSTREAM_STATUSES.indexOf(status);
}
