import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isJson, isJsonObject, type JsonObject } from '@patchbay/core';

/** Documented events of Capillary, one per type, about the customer Asha. */
const DOCUMENTED = new URL('../../../../test/fixtures/events/', import.meta.url);

/** Customer of the examples: the CRM's data, and the identifiers in events. */
export interface Person {
  readonly customerId: string;
  readonly mobile: string;
  readonly email: string;
  readonly firstName: string;
  readonly language: string;
  readonly device: string;
}

export const ASHA: Person = {
  customerId: '700100201',
  mobile: '919000000001',
  email: 'asha@example.com',
  firstName: 'Asha',
  language: 'en-IN',
  device: 'invented-device-token-of-asha',
};

export const LAYLA: Person = {
  customerId: '700100301',
  mobile: '971500000001',
  email: 'ravi@example.com',
  firstName: 'ليلى',
  language: 'ar',
  device: 'invented-device-token-of-layla',
};

/**
 * Returns a documented event of Capillary with this person as its customer.
 * @param eventId unique id; the hub drops an event with a known id
 * @param minutes minutes to add to the time of the documented event
 */
export function eventOf(type: string, person: Person, eventId: string, minutes = 0): JsonObject {
  const { customerId, mobile, email, firstName } = person;
  const text = readFileSync(fileURLToPath(new URL(`${type}.json`, DOCUMENTED)), 'utf8')
    .replaceAll(ASHA.customerId, customerId)
    .replaceAll(ASHA.mobile, mobile)
    .replaceAll(ASHA.email, email)
    .replaceAll(ASHA.firstName, firstName);
  const event: unknown = JSON.parse(text);
  if (!isJson(event) || !isJsonObject(event))
    throw new Error(`The documented ${type} is not an object. Correct its file in test/fixtures/events.`);
  return { ...event, eventId, createdAt: Number(event['createdAt']) + minutes * 60_000 };
}
