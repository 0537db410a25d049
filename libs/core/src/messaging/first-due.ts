import type { MessagingRecord } from '../configuration/configuration-snapshot.js';

/** What decides when a delivery is first attempted. */
export interface NewMessage {
  /** When its event was received, or its replay makes it: milliseconds since the epoch. */
  readonly at: number;
  /** The destination's, before the first attempt. */
  readonly delayMs: number;
  readonly customerId: string | null;
  readonly messaging: MessagingRecord | null;
}

/** When a delivery is first attempted: milliseconds since the epoch. A digest has one customer, so an event without a customer does not wait. */
export function firstDueAt({ at, delayMs, customerId, messaging }: NewMessage): number {
  const { sendAfterMs = 0, digestMs } = messaging ?? {};
  const sendAt = at + delayMs + sendAfterMs;
  return digestMs === undefined || customerId === null ? sendAt : Math.max(sendAt, at + digestMs);
}
