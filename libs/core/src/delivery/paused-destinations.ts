import type { DestinationState } from './destination-state.js';

/**
 * Paused destinations, as of the last heartbeat of this process. Claims skip paused destinations by themselves. This
 * knowledge is for deliveries that were claimed before the pause.
 */
export class PausedDestinations {
  private readonly pauses = new Map<string, number>();

  /** Numbers of the pauses by destination id. A claim whose `pauseSeq` is lower was made before the pause. */
  readonly pauseSeqs: ReadonlyMap<string, number> = this.pauses;

  /** Applies the states of destinations that changed. Called with each heartbeat. */
  refresh(changed: readonly DestinationState[]): void {
    for (const { destinationId, pauseSeq } of changed) {
      if (pauseSeq === null) this.pauses.delete(destinationId);
      else this.pauses.set(destinationId, pauseSeq);
    }
  }
}
