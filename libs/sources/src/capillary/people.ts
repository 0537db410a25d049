import type { Json, JsonObject } from '@patchbay/core';
import { distinctCustomers, MAX_CUSTOMERS } from '../reading/customer-ids.js';
import { numberedIdentifierOf } from '../reading/identifier.js';
import { isObject, valueAt } from '../reading/as-json.js';

/**
 * Paths of the person that a documented event is about. This is the customer, the survivor of a merge, or the group
 * member who joined, left or contributed.
 */
const SUBJECTS: readonly (readonly string[])[] = [
  ['customerIdentifiers'],
  ['CustomerIdentifiers'],
  ['survivorCustomerIdentifiers'],
  ['memberAdded', 'customerIdentifiers'],
  ['memberRemoved', 'customerIdentifiers'],
  ['contributingMember', 'customerIdentifiers'],
  ['primaryMember', 'customerIdentifiers'],
  ['coupons', '0', 'customerIdentifiers'],
];

/** Paths of a second person: the other side of a transfer, or the merged customer. */
const OTHERS: readonly (readonly string[])[] = [
  ['transferReceivingCustomerIdentifiers'],
  ['transferInitiatingCustomerIdentifiers'],
  ['victimCustomerIdentifiers'],
];

const SUBJECT_IDS = SUBJECTS.map((path) => [...path, 'customerId']);
const OTHER_IDS = OTHERS.map((path) => [...path, 'customerId']);

/** Paths of the platform's customer number in events of any type, including undocumented types. */
export const PLATFORM_ID_PATHS: readonly string[] = [
  ...[...SUBJECT_IDS, ...OTHER_IDS].map((path) => ['data', ...path].join('.')),
  'data.entityInformation.entityId',
  'data.baseAttributes.customerId',
  'data.requestAttributes.body.customerId',
  'data.requestAttributes.body.customers.*',
  'data.requestAttributes.body.earningEntityId',
];

/** Person in an event: the identifiers, and the object that contains them, which may contain the name. */
export interface Person {
  readonly identifiers: JsonObject;
  readonly parent: JsonObject;
}

/**
 * Returns the customer that the event is about. For a transfer, this is the event's own customer, never the second
 * person.
 */
export function personOf(data: JsonObject): Person | null {
  for (const path of SUBJECTS) {
    const identifiers = valueAt(data, path);
    const parent = valueAt(data, path.slice(0, -1));
    if (isObject(identifiers)) return { identifiers, parent: isObject(parent) ? parent : data };
  }
  return null;
}

/**
 * Returns all customers that the event names. The customer that the event is about comes first. Entities of type USER
 * count only if nothing else names a customer.
 */
export function customerIdsOf(data: JsonObject): string[] {
  const idAt = (path: readonly string[]): string | null => customerId(valueAt(data, path));
  const subjects = distinctCustomers(SUBJECT_IDS.map(idAt));
  if (subjects.length === 0 && isObject(data.entityInformation)) subjects.push(...usersIn(data.entityInformation));
  const ids = distinctCustomers([...subjects, ...OTHER_IDS.map(idAt), ...idsAnywhere(data), ...idsInRequest(data)]);
  return ids.length > 0 ? ids : distinctCustomers(usersIn(data));
}

/** Returns a customer number; null for zero and negative numbers, which the platform uses for "none". */
function customerId(value: Json | undefined): string | null {
  const id = numberedIdentifierOf(value);
  return id === null || /^[+-]?0+$|^-\d+$/.test(id) ? null : id;
}

function idsAnywhere(data: JsonObject): readonly (string | null)[] {
  const ids: (string | null)[] = [];
  for (const object of objectsIn(data)) {
    for (const key of Object.keys(object)) if (isCustomerIdKey(key)) ids.push(customerId(object[key]));
    if (typeof object.key === 'string' && isCustomerIdKey(object.key)) ids.push(customerId(object.value));
  }
  return ids;
}

/**
 * Matches `customerId` in any case, and `customer_id`. Checks the length first, because it runs for every key of every
 * event.
 */
function isCustomerIdKey(key: string): boolean {
  return (key.length === 10 || key.length === 11) && /^customer_?id$/i.test(key);
}

/**
 * Finds customer ids in advanced request workflows, which repeat the API request: badges name `customers`, goodwill
 * points an entity.
 */
function* idsInRequest(data: JsonObject): Generator<string | null> {
  const body = valueAt(data, ['requestAttributes', 'body']);
  if (!isObject(body)) return;
  const customers = Array.isArray(body.customers) ? body.customers.slice(0, MAX_CUSTOMERS) : [];
  for (const customer of customers) yield customerId(customer);
  if (isUser(body.earningEntityType)) yield customerId(body.earningEntityId);
}

function* usersIn(data: JsonObject): Generator<string> {
  for (const object of objectsIn(data)) {
    const id = isUser(object.entityType) ? customerId(object.entityId) : null;
    if (id !== null) yield id;
  }
}

function isUser(entityType: Json | undefined): boolean {
  return typeof entityType === 'string' && /^(user|customer)$/i.test(entityType.trim());
}

/** Returns all objects inside a value, outer ones first. */
function objectsIn(data: JsonObject): readonly JsonObject[] {
  const objects: JsonObject[] = [];
  let level: (JsonObject | Json[])[] = [data];
  while (level.length > 0) {
    const next: (JsonObject | Json[])[] = [];
    for (const container of level) {
      if (!Array.isArray(container)) objects.push(container);
      for (const child of Object.values(container)) if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return objects;
}
