import type { JsonObject } from '@patchbay/core';
import { textAt } from '../api/json-reading.js';

/** Returns the status of a delivery with its status at the vendor, if the vendor reported one: `succeeded · undelivered`. */
export function deliveryStatus(delivery: JsonObject): string {
  return [textAt(delivery, 'status'), textAt(delivery, 'vendorStatus')]
    .filter((status) => status !== undefined)
    .join(' · ');
}
