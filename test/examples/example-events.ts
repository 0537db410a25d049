import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Who the examples are tried with: what the CRM knows of them, and how events name them. */
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
 * A documented event of Capillary's, about this person.
 * @param eventId one of its own: a repeated one would be dropped
 * @param minutes how much later than the others it occurred
 */
export function eventOf(type: string, { customerId, mobile, email, firstName }: Person, eventId: string, minutes = 0) {
  const text = readFileSync(join(resolve('test/fixtures/events'), `${type}.json`), 'utf8')
    .replaceAll(ASHA.customerId, customerId)
    .replaceAll(ASHA.mobile, mobile)
    .replaceAll(ASHA.email, email)
    .replaceAll(ASHA.firstName, firstName);
  const event = JSON.parse(text) as { createdAt: number };
  return { ...event, eventId, createdAt: event.createdAt + minutes * 60_000 };
}
