import { timeOfUuidV7 } from '../ids.js';
import type { DeliveryMessaging } from './delivery-messaging.js';

/**
 * Start of a message's age: when its event was received or its replay was created; for a digest, of its newest event.
 * Milliseconds since the epoch.
 * @param id of the delivery
 */
export function messageCreatedAt(id: string, messaging: DeliveryMessaging | null): number {
  return Math.max(...[id, ...(messaging?.digest ?? [])].map(timeOfUuidV7));
}

/** True if a message is too old to be sent. Times in milliseconds. */
export function isExpired(createdAt: number, expireAfterMs: number | undefined, now: number): boolean {
  return expireAfterMs !== undefined && now - createdAt > expireAfterMs;
}
