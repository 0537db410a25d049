import type { ReceivedMessage } from './inbox.js';
import type { Step } from './story.js';

/** Entry for one event in the ingest response. */
export interface AnsweredEvent {
  readonly id: string;
  readonly type: string;
  readonly status: string;
}

/** State of one delivery. */
export interface DemoDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly destination: string;
  readonly subscription: string;
  readonly status: string;
  /**
   * Reason of the delivery's status. For a dead letter, the vendor's message of the last attempt. Null if the status
   * has no reason.
   */
  readonly reason: string | null;
  readonly vendorStatus: string | null;
}

/** Result of one step. */
export interface StepResult {
  readonly step: Step;
  readonly answers: readonly AnsweredEvent[];
  readonly messages: readonly ReceivedMessage[];
  readonly deliveries: readonly DemoDelivery[];
  /**
   * Reason why the filter of `step.declines` rejected the event. Absent if the filter accepted the event, or if the
   * step has no `declines`.
   */
  readonly declined?: string;
}
