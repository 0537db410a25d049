import type { Json, JsonObject } from '@patchbay/core';
import { numberedIdentifierOf } from '../reading/identifier.js';
import { isObject } from '../reading/as-json.js';

/**
 * Keys of `triggeringActivity.identifiers` that name one thing which is done and undone, their case aside: documented are
 * `billId`, `BillId`, `billNumber`, `redemptionId` and `transactionId`. Not the customer, whom all events of a customer
 * share, and not `eventLogId`, which no two do.
 */
const KEYS: ReadonlySet<string> = new Set([
  'billid',
  'billnumber',
  'redemptionid',
  'transactionid',
  'transactionnumber',
]);

/** What {@link referencesOf} reads. */
export const REFERENCE_PATHS: readonly string[] = [
  'data.triggeringActivity.identifiers.*.key',
  'data.triggeringActivity.identifiers.*.value',
];

/** What an event is about (`billid 6600112233`): its bill, redemption or transaction, as far as it says. */
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
