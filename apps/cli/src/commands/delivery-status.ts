import type { JsonObject } from '@patchbay/core';
import { textAt } from '../api/json-reading.js';

/** Explanations of deliveries that leave when a pause ends, so the time of their next check means nothing to a person. */
const ON_HOLD: readonly (string | undefined)[] = ['held', 'lookupPaused'];

/** Returns the status of a delivery with its status at the vendor, if the vendor reported one: `succeeded · undelivered`. */
export function deliveryStatus(delivery: JsonObject): string {
  return [textAt(delivery, 'status'), textAt(delivery, 'vendorStatus')]
    .filter((status) => status !== undefined)
    .join(' · ');
}

/**
 * Returns a sentence about the next attempt of a delivery. Undefined if none is planned, or if the delivery is on hold.
 * @param time time of the next attempt
 */
export function nextAttempt(delivery: JsonObject | undefined, time: string | undefined): string | undefined {
  const isOnHold = ON_HOLD.includes(textAt(delivery, 'explanationCode'));
  return time === undefined || isOnHold ? undefined : `Next attempt: ${time}.`;
}
