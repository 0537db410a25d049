import type { Json, JsonObject, NormalisedEvent } from '@patchbay/core';
import { isObject } from '../reading/as-json.js';
import { customerIdsOf } from './people.js';

/**
 * Returns the customers whose deletion an event reports. Two types report the same deletion (sections "customerUpdated
 * – PII deletion" and "requestUpdated" of Capillary's event pages):
 *
 * - `customerUpdated` with the current status "Deleted";
 * - `requestUpdated` of a successful request to delete a customer. Requests that are pending, approved or refused, and
 * requests to delete other objects, do not count.
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

/** Compares without case, because case varies throughout Capillary's events. */
function says(value: Json | undefined, word: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === word;
}

/** Returns only the event's own customer, because other customers in the event are not deleted. */
function identifiersOnly({ customerIdentifiers, CustomerIdentifiers }: JsonObject): JsonObject {
  return { customerIdentifiers: customerIdentifiers ?? CustomerIdentifiers ?? null };
}
