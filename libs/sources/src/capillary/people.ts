import type { Json, JsonObject } from '@patchbay/core';
import { distinctCustomers, MAX_CUSTOMERS } from '../reading/customer-ids.js';
import { numberedIdentifierOf } from '../reading/identifier.js';
import { isObject, valueAt } from '../reading/as-json.js';

/** Where the documented events name whom they are about: the customer, a merge's survivor, the member who joined, left or gave. */
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

/** Where they name a second person: of a transfer, or merged away. */
const OTHERS: readonly (readonly string[])[] = [
  ['transferReceivingCustomerIdentifiers'],
  ['transferInitiatingCustomerIdentifiers'],
  ['victimCustomerIdentifiers'],
];

const SUBJECT_IDS = SUBJECTS.map((path) => [...path, 'customerId']);
const OTHER_IDS = OTHERS.map((path) => [...path, 'customerId']);

/** Where events of any type, one that no page documents too, carry the platform's own number of a customer. */
export const PLATFORM_ID_PATHS: readonly string[] = [
  ...[...SUBJECT_IDS, ...OTHER_IDS].map((path) => ['data', ...path].join('.')),
  'data.entityInformation.entityId',
  'data.baseAttributes.customerId',
  'data.requestAttributes.body.customerId',
  'data.requestAttributes.body.customers.*',
  'data.requestAttributes.body.earningEntityId',
];

/** Someone an event names: the identifiers, and the object they stand in, which may hold the name. */
export interface Person {
  readonly identifiers: JsonObject;
  readonly parent: JsonObject;
}

/** The customer the event is about; for a transfer the one whose event it is, never the second person. */
export function personOf(data: JsonObject): Person | null {
  for (const path of SUBJECTS) {
    const identifiers = valueAt(data, path);
    const parent = valueAt(data, path.slice(0, -1));
    if (isObject(identifiers)) return { identifiers, parent: isObject(parent) ? parent : data };
  }
  return null;
}

/** Every customer the event names, the one it is about first; entities of type USER count where nothing else names one. */
export function customerIdsOf(data: JsonObject): string[] {
  const idAt = (path: readonly string[]): string | null => customerId(valueAt(data, path));
  const subjects = distinctCustomers(SUBJECT_IDS.map(idAt));
  if (subjects.length === 0 && isObject(data.entityInformation)) subjects.push(...usersIn(data.entityInformation));
  const ids = distinctCustomers([...subjects, ...OTHER_IDS.map(idAt), ...idsAnywhere(data), ...idsInRequest(data)]);
  return ids.length > 0 ? ids : distinctCustomers(usersIn(data));
}

/** A customer's number; zero and negative ones are the platform's way to say "none". */
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

/** `customerId` in any case, `customer_id`; the length goes first because every key of every event comes by here. */
function isCustomerIdKey(key: string): boolean {
  return (key.length === 10 || key.length === 11) && /^customer_?id$/i.test(key);
}

/** Advanced request workflows echo the API request: badges name `customers`, goodwill points an entity. */
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

/** All objects in a value, outer ones first. */
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
