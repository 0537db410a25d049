import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { AttemptOutcome, DeliveryState } from './delivery.js';

/** Facts about the outcome of a claimed delivery. Contains no personal values. */
export interface AttemptFacts {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly brandId: string;
  readonly sourceId: string;
  readonly subscriptionId: string;
  /** Id of the destination. While the destination is undecided, the id of the subscription. */
  readonly destinationId: string;
  /** Number of attempts so far. */
  readonly attempt: number;
  readonly outcome: AttemptOutcome['kind'];
  readonly state: DeliveryState;
  readonly durationMs: number;
  /** Time of the next attempt, in milliseconds since the epoch. Null if the delivery has ended. */
  readonly nextDueAt: number | null;
  /** False if another process had taken over the delivery, so the outcome was not stored. */
  readonly written: boolean;
  /** Kind of the error of the last attempt. Null if it did not fail. */
  readonly errorKind: DeliveryErrorKind | null;
  /** Reason for the state. Null if the state needs no reason. */
  readonly reason: string | null;
  /** HTTP status of the vendor's response. Null if the plugin named none. */
  readonly responseStatus: number | null;
  /**
   * Time from the receipt of the event, or from the start of the replay, until the vendor accepted the message, in
   * milliseconds. Null if the vendor did not accept it.
   */
  readonly deliveredAfterMs: number | null;
  /** True if this process stored the event and sent the message from memory. */
  readonly direct: boolean;
  /** Number of messages in the call. 1 if the call had no batch. */
  readonly batchSize: number;
  /** Id of the trace of the event. Undefined if the event is not traced. */
  readonly traceId: string | undefined;
}

/**
 * Log of the dispatcher: the number of claims, one line with many fields per attempt, the pauses of destinations, and failures of the hub.
 */
export interface DispatcherLog {
  /** Counts a statement that claimed due deliveries. @param deliveries number of claimed deliveries */
  claimed(deliveries: number): void;
  attempted(facts: AttemptFacts): void;
  paused(facts: { readonly destinationId: string; readonly reason: string }): void;
  /** Logs that failures opened a destination's circuit breaker; once, and again only after the destination recovered. */
  opened(facts: { readonly destinationId: string; readonly reason: string; readonly until: number }): void;
  /** Logs that the vendor refused many messages for a reason that may concern the whole destination. */
  failing(facts: { readonly destinationId: string; readonly reason: string }): void;
  /** Logs a failure of the hub itself. @param where the operation that failed */
  fault(error: unknown, where: string): void;
}
