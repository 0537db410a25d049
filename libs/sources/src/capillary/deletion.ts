import type { Json, JsonObject, NormalisedEvent } from '@patchbay/core';
import { isObject } from '../reading/as-json.js';
import { customerIdsOf } from './people.js';

/**
 * The customer whose deletion an event tells; none where it tells of nothing of the kind. Two do, for one deletion
 * (sections "customerUpdated – PII deletion" and "requestUpdated" of Capillary's event pages):
 *
 * - `customerUpdated` whose status is "Deleted" now;
 * - `requestUpdated` of a request to delete a customer that succeeded. One that is asked for, approved or refused deletes
 *   nobody, and neither does one that deletes something else.
 */
export function deletedCustomers({ type, data }: NormalisedEvent): readonly string[] {
  const tells = (type === 'customerUpdated' && isDeleted(data)) || (type === 'requestUpdated' && hasDeleted(data));
  return tells ? customerIdsOf(identifiersOnly(data)).slice(0, 1) : [];
}

function isDeleted({ customerStatus }: JsonObject): boolean {
  if (!isObject(customerStatus)) return false;
  return says(customerStatus.currentLabel, 'deleted') || says(customerStatus.currentStatus, 'deleted');
}

function hasDeleted({ requestType, requestBaseType, status }: JsonObject): boolean {
  return says(requestType, 'customer') && says(requestBaseType, 'delete') && says(status, 'success');
}

/** Their case varies, as it does all over Capillary's events. */
function says(value: Json | undefined, word: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === word;
}

/** Whoever else the event names is not deleted by it. */
function identifiersOnly({ customerIdentifiers, CustomerIdentifiers }: JsonObject): JsonObject {
  return { customerIdentifiers: customerIdentifiers ?? CustomerIdentifiers ?? null };
}
