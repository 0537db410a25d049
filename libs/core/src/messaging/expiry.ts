import { timeOfUuidV7 } from '../ids.js';
import type { DeliveryMessaging } from './delivery-messaging.js';

/**
 * Returns the time from which a message's age is counted, in milliseconds since the epoch. This is the time at which its
 * event was received or its replay was created. For a digest, the newest event counts.
 * @param id id of the delivery
 */
export function messageCreatedAt(id: string, messaging: DeliveryMessaging | null): number {
  return Math.max(...[id, ...(messaging?.digest ?? [])].map(timeOfUuidV7));
}

/** Returns true if a message is too old to be sent. Times in milliseconds. */
export function isExpired(createdAt: number, expireAfterMs: number | undefined, now: number): boolean {
  return expireAfterMs !== undefined && now - createdAt > expireAfterMs;
}
