import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { Actor } from '../audit/audit-log.port.js';

/** Failed attempt that justifies pausing its destination. */
export interface FailedAttempt {
  /** Error kind of the attempt. Null if nothing was sent. */
  readonly errorKind: DeliveryErrorKind | null;
  /** Version of the destination at the time of the attempt. */
  readonly version: number;
  /** `pauseSeq` of the claim. Left out if no delivery was claimed. */
  readonly pauseSeq?: number;
}

/** Further facts of a pause. */
export interface PauseDetails {
  /** Attempt that caused the pause. Nothing happens if the destination was changed or resumed since the attempt. */
  readonly failedAttempt?: FailedAttempt;
  /** End of a person's pause, in milliseconds since the epoch; left out if a person has to resume the destination. */
  readonly until?: number;
}

/**
 * Store of the pauses of destinations. A pause is not configuration: it raises no revision, and no process loads the
 * configuration because of it. From the commit on, no claim returns a delivery of the destination. Workers that have
 * claimed deliveries earlier learn about the pause with their next heartbeat. Every change is written together with its
 * audit entry, atomically.
 */
export interface DestinationPauseStore {
  /**
   * Pauses a destination and resets its circuit breaker. A person's pause replaces a pause by the hub, but a pause by the
   * hub does not replace a person's pause.
   * @returns true if the destination is paused afterwards, by any actor
   */
  pause(destinationId: string, reason: string, actor: Actor, details?: PauseDetails): Promise<boolean>;
  /** Resumes a destination and resets its circuit breaker. */
  resume(destinationId: string, actor: Actor): Promise<void>;
  /**
   * Resumes the destinations whose pause has ended by the database's clock.
   * @returns the ids of the destinations that this call resumed
   */
  endDue(): Promise<readonly string[]>;
  /**
   * Appends the operational event `destination.failing` to the outbox, at most once per hour and change of the
   * destination. Does nothing if the destination is paused, or was changed or resumed since the attempt.
   */
  alertFailing(destinationId: string, reason: string, failedAttempt: FailedAttempt): Promise<void>;
}
