import type { AttemptOutcome, DeliveryState } from './delivery.js';

/** What the dispatcher reports for people: one wide line per attempt, and what went wrong. */
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
  fault(error: unknown, where: string): void;
}
