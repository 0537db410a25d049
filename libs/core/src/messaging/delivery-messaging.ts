import type { FallbackTrigger } from '../configuration/brand-definition.js';
import type { LastBatch } from '../delivery/batch-place.js';

/** Entry of a route that was chosen for a delivery. */
export interface RoutedTo {
  /** Number of the entry, from 1. */
  readonly entry: number;
  readonly destinationId: string;
}

/** State that the messaging rules store for one delivery. Nearly all deliveries have no such state (null). */
export interface DeliveryMessaging {
  /** Number of the fallback step, from 1; left out for the subscription's own destination. */
  readonly step?: number;
  /** Triggers of the next fallback step; left out if there is no next step. */
  readonly on?: readonly FallbackTrigger[];
  /** Time after sending during which a failed status update still triggers the next fallback step, in milliseconds. */
  readonly withinMs?: number;
  /**
   * Time until which a status update can trigger the next fallback step, in milliseconds since the epoch. Left out
   * until the delivery has ended.
   */
  readonly until?: number;
  /**
   * True if the vendor's answer to an attempt was lost, so that the vendor may have the message. After a lost answer,
   * only a status update can trigger the next fallback step; a failed attempt cannot.
   */
  readonly lost?: boolean;
  /** Trigger that started the next fallback step; left out if the next step was not started. */
  readonly trigger?: FallbackTrigger;
  /**
   * Ids of the other events of a digest. Never changes once set. Left out if the delivery is not a digest, or if the
   * digest is still open.
   */
  readonly digest?: readonly string[];
  /**
   * Time of the first attempt after which the vendor throttled the recipient, in milliseconds since the epoch. Later by
   * the time that the delivery waited for other reasons. Left out if there was none.
   */
  readonly throttledSince?: number;
  /** Choice of the subscription's route. Never changes once set. Left out if the subscription has no route. */
  readonly routed?: RoutedTo;
  /**
   * Due time after the last attempt after which the vendor throttled the recipient, in milliseconds since the epoch. Time
   * that the delivery waited longer, for example during a pause, does not count.
   */
  readonly throttledUntil?: number;
  /**
   * True if a person redelivered the delivery. Messaging rules about times are not checked for a redelivered delivery.
   */
  readonly redelivered?: boolean;
  /** Batch in which the message was last sent. Left out if it was never sent in a batch. */
  readonly batch?: LastBatch;
}

/** Part of the messaging state that an attempt may change. */
export type MessagingChange = Pick<
  DeliveryMessaging,
  'until' | 'trigger' | 'lost' | 'throttledSince' | 'throttledUntil'
>;
