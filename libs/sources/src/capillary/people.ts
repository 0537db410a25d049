import type { Json, JsonObject, NormalisedEvent } from '@patchbay/core';
import { isObject, valueAt } from '../reading/read-each.js';
import { MAX_CUSTOMERS, numberedIdentifierOf } from '../reading/values.js';

/**
 * Paths of the person that a documented event is about. The person is the customer, the survivor of a merge, or the
 * group member who joined, left or contributed.
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

/**
 * Paths of a second person in an event: the other customer of a transfer, or the customer who was merged into another
 * customer.
 */
const OTHERS: readonly (readonly string[])[] = [
  ['transferReceivingCustomerIdentifiers'],
  ['transferInitiatingCustomerIdentifiers'],
  ['victimCustomerIdentifiers'],
];

/** Matches keys that hold a customer's number, in any case. */
const CUSTOMER_ID_KEY = /^customer_?id$/i;

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

/**
 * Person in an event: the identifiers of the person, and the object that contains them. This object may also contain
 * the name.
 */
export interface Person {
  readonly identifiers: JsonObject;
  readonly parent: JsonObject;
}

/**
 * Returns the customer that the event is about. For a transfer, this is the customer whose event it is, never the
 * second person.
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
 * Returns all customers that the event names, beginning with the customer that the event is about. Entities of type
 * USER count only if the event names no customer in another way.
 */
export function customerIdsOf(data: JsonObject): string[] {
  const ids = new Set<string>();
  for (const path of SUBJECT_IDS) addCustomer(ids, valueAt(data, path));
  if (ids.size === 0 && isObject(data.entityInformation)) addUsers(ids, data.entityInformation);
  for (const path of OTHER_IDS) addCustomer(ids, valueAt(data, path));
  for (const object of objectsIn(data)) {
    for (const key of Object.keys(object)) if (CUSTOMER_ID_KEY.test(key)) addCustomer(ids, object[key]);
    if (typeof object.key === 'string' && CUSTOMER_ID_KEY.test(object.key)) addCustomer(ids, object.value);
  }
  if (isObject(data.requestAttributes)) addRequestCustomers(ids, data.requestAttributes.body);
  if (ids.size === 0) addUsers(ids, data);
  return [...ids];
}

/** Returns the number of the customer that the event is about. Null if the event contains no such number. */
export function subjectOf({ data }: Pick<NormalisedEvent, 'data'>): string | null {
  const ids = new Set<string>();
  for (const path of SUBJECT_IDS) addCustomer(ids, valueAt(data, path));
  const [first = null] = ids;
  return first;
}

/**
 * Adds the number of a customer, unless twenty customers are known. Leaves out zero and negative numbers, because the
 * platform uses them for "none".
 */
function addCustomer(ids: Set<string>, value: Json | undefined): void {
  if (value === undefined || ids.size >= MAX_CUSTOMERS) return;
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    if (value > 0) ids.add(String(value));
    return;
  }
  const id = numberedIdentifierOf(value);
  if (id !== null && !/^[+-]?0+$|^-\d+$/.test(id)) ids.add(id);
}

/** Returns all objects inside a value. Outer objects come before inner objects. */
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

/**
 * Adds the customers of events from advanced request workflows. These events repeat the API request: requests about
 * badges name `customers`, and requests about goodwill points name an entity.
 */
function addRequestCustomers(ids: Set<string>, body: Json | undefined): void {
  if (!isObject(body)) return;
  const customers = Array.isArray(body.customers) ? body.customers.slice(0, MAX_CUSTOMERS) : [];
  for (const customer of customers) addCustomer(ids, customer);
  if (isUser(body.earningEntityType)) addCustomer(ids, body.earningEntityId);
}

function addUsers(ids: Set<string>, data: JsonObject): void {
  for (const object of objectsIn(data)) if (isUser(object.entityType)) addCustomer(ids, object.entityId);
}

function isUser(entityType: Json | undefined): boolean {
  return typeof entityType === 'string' && /^(user|customer)$/i.test(entityType.trim());
}

/**
 * Returns the customers whose deletion an event reports. Events of two types report the same deletion (sections
 * "customerUpdated – PII deletion" and "requestUpdated" of Capillary's event pages):
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

/** Returns true if a value is this word. Ignores case, because case varies throughout Capillary's events. */
function says(value: Json | undefined, word: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === word;
}

/** Returns only the event's own customer, because the deletion does not concern other customers in the event. */
function identifiersOnly({ customerIdentifiers, CustomerIdentifiers }: JsonObject): JsonObject {
  return { customerIdentifiers: customerIdentifiers ?? CustomerIdentifiers ?? null };
}
