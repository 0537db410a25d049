import type { DestinationRecord, MessagingRecord } from '../configuration/configuration-snapshot.js';

/** Properties of a delivery that determine the time of its first attempt. */
export interface NewMessage {
  /**
   * Time at which the hub received the event, or time of the replay that creates the delivery, in milliseconds since
   * the epoch.
   */
  readonly at: number;
  /** Delay of the destination before the first attempt, in milliseconds. */
  readonly delayMs: number;
  readonly customerId: string | null;
  readonly messaging: MessagingRecord | null;
}

/**
 * Returns the time of a delivery's first attempt, in milliseconds since the epoch. An event without a customer does not
 * wait for a digest, because a digest has one customer.
 */
export function firstDueAt({ at, delayMs, customerId, messaging }: NewMessage): number {
  const { sendAfterMs = 0, digestMs } = messaging ?? {};
  const sendAt = at + delayMs + sendAfterMs;
  return digestMs === undefined || customerId === null ? sendAt : Math.max(sendAt, at + digestMs);
}

/**
 * Returns the delay of a destination before the first attempt, in milliseconds: the first entry of its retry schedule
 * and its `sendAfter`. 0 if the destination is unknown.
 */
export function firstDelayMs(destination: Pick<DestinationRecord, 'retry' | 'messaging'> | undefined): number {
  return (destination?.retry.scheduleMs[0] ?? 0) + (destination?.messaging?.sendAfterMs ?? 0);
}
