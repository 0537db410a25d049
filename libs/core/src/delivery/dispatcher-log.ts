import type { AttemptOutcome, DeliveryState } from './delivery.js';

/**
 * Log of the dispatcher: one line with many fields per attempt, the pauses of destinations, and failures of the hub.
 */
export interface DispatcherLog {
  attempted(facts: {
    readonly deliveryId: string;
    readonly eventId: string;
    readonly destinationId: string;
    readonly attempt: number;
    readonly outcome: AttemptOutcome['kind'];
    readonly state: DeliveryState;
    readonly durationMs: number;
    readonly nextDueAt: number | null;
    readonly written: boolean;
  }): void;
  paused(facts: { readonly destinationId: string; readonly reason: string }): void;
  /** Logs that failures opened a destination's circuit breaker; once, and again only after the destination recovered. */
  opened(facts: { readonly destinationId: string; readonly reason: string; readonly until: number }): void;
  /** Logs that the vendor refused many messages for a reason that may concern the whole destination. */
  failing(facts: { readonly destinationId: string; readonly reason: string }): void;
  /** Logs a failure of the hub itself. @param where the operation that failed */
  fault(error: unknown, where: string): void;
}
