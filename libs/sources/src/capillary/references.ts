import type { Json, JsonObject } from '@patchbay/core';
import { numberedIdentifierOf } from '../reading/values.js';
import { isObject } from '../reading/read-each.js';

/**
 * Keys of `triggeringActivity.identifiers` that identify an action that can be undone, compared without case. Capillary
 * documents `billId`, `BillId`, `billNumber`, `redemptionId` and `transactionId`. The key of the customer is not in the
 * list, because all events of a customer share the customer's id. `eventLogId` is not in the list, because it is unique
 * per event.
 */
const KEYS: ReadonlySet<string> = new Set([
  'billid',
  'billnumber',
  'redemptionid',
  'transactionid',
  'transactionnumber',
]);

/** Paths that {@link referencesOf} reads. */
export const REFERENCE_PATHS: readonly string[] = [
  'data.triggeringActivity.identifiers.*.key',
  'data.triggeringActivity.identifiers.*.value',
];

/**
 * Returns the references of an event, such as `billid 6600112233`: the bill, redemption or transaction of the event, if
 * the event contains one.
 */
export function referencesOf(_type: string, { triggeringActivity }: JsonObject): readonly string[] {
  const identifiers = isObject(triggeringActivity) ? triggeringActivity.identifiers : undefined;
  const references = Array.isArray(identifiers) ? identifiers.filter(isObject).flatMap(referenceOf) : [];
  return [...new Set(references)];
}

function referenceOf({ key, value }: Record<string, Json | undefined>): readonly string[] {
  const name = typeof key === 'string' ? key.trim().toLowerCase() : '';
  const id = numberedIdentifierOf(value);
  return KEYS.has(name) && id !== null ? [`${name} ${id}`] : [];
}
