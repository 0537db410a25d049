import type { FallbackTrigger } from '../configuration/brand-definition.js';

/**
 * State of the messaging rules of one delivery, and what its attempts leave in doubt. Null for nearly all deliveries.
 */
export interface DeliveryMessaging {
  /** Index of the fallback step; left out: the subscription's own destination. */
  readonly step?: number;
  /** Triggers of the next step; left out: there is no next step. */
  readonly on?: readonly FallbackTrigger[];
  /** Time after sending in which a failed status update still calls the next step, in milliseconds. */
  readonly withinMs?: number;
  /** End of that period once the message was sent, in milliseconds since the epoch. */
  readonly until?: number;
  /**
   * An answer was lost: the vendor may have the message. So its status updates count, whatever later attempts come to, and no failure
   * calls the next step any more.
   */
  readonly lost?: boolean;
  /** Trigger that started the next step; left out: not started. */
  readonly trigger?: FallbackTrigger;
  /** Ids of the other events of a digest, fixed once set; left out: not a digest, or not closed yet. */
  readonly digest?: readonly string[];
  /** A person redelivered it, so rules about times are not checked. */
  readonly redelivered?: boolean;
}

/** The part that an attempt may change. */
export type MessagingChange = Pick<DeliveryMessaging, 'until' | 'trigger' | 'lost'>;
