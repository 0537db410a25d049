import { timeOfUuidV7 } from '../ids.js';
import type { DeliveryMessaging } from './delivery-messaging.js';

/**
 * Since when the age of a message counts: from when its event was received or its replay made, of a digest from the
 * newest of its events. Milliseconds since the epoch.
 * @param id of its delivery
 */
export function bornAt(id: string, messaging: DeliveryMessaging | null): number {
  return Math.max(...[id, ...(messaging?.digest ?? [])].map(timeOfUuidV7));
}

/** Whether a message is too old to be sent. Times in milliseconds. */
export function isExpired(born: number, expireAfterMs: number | undefined, now: number): boolean {
  return expireAfterMs !== undefined && now - born > expireAfterMs;
}
