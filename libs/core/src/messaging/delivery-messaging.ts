import type { FallbackTrigger } from '../configuration/brand-definition.js';

/**
 * What a delivery itself keeps of its subscription's messaging rules, and of what its tries leave in doubt. Null for nearly
 * all: there is nothing to keep.
 */
export interface DeliveryMessaging {
  /** Which step of the fallback it is; left out: the subscription's own destination. */
  readonly step?: number;
  /** What calls the step after it; left out: there is none. */
  readonly on?: readonly FallbackTrigger[];
  /** How long after sending bad news still call it, in milliseconds. */
  readonly withinMs?: number;
  /** Until when that is, once it was sent: milliseconds since the epoch. */
  readonly until?: number;
  /**
   * An answer was lost: the vendor may have the message. So its news count, whatever later tries come to, and no failure
   * calls the next step any more.
   */
  readonly lost?: boolean;
  /** What called the step after it; left out: nothing did. */
  readonly called?: FallbackTrigger;
  /** The events that a digest carries besides its own, fixed once it is set; left out: it is none, or still gathers. */
  readonly digest?: readonly string[];
  /** A person wants it sent, whatever the hour and however late. */
  readonly redelivered?: boolean;
}

/** What a try may change of it. */
export type MessagingChange = Pick<DeliveryMessaging, 'until' | 'called' | 'lost'>;
