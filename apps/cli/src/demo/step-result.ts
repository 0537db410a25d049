import type { ReceivedMessage } from './inbox.js';
import type { Step } from './story.js';

/** An event as the hub answered for it. */
export interface AnsweredEvent {
  readonly id: string;
  readonly type: string;
  readonly status: string;
}

/** What became of one delivery. */
export interface DemoDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly destination: string;
  readonly subscription: string;
  readonly status: string;
  /** Why it ended as it did; for a dead letter what its last attempt was told. */
  readonly reason: string | null;
  readonly vendorStatus: string | null;
}

/** What one step came to. */
export interface StepResult {
  readonly step: Step;
  readonly answers: readonly AnsweredEvent[];
  readonly messages: readonly ReceivedMessage[];
  readonly deliveries: readonly DemoDelivery[];
  /** Why the subscription that has to decline did so; absent where none has to, or it did not. */
  readonly declined?: string;
}
