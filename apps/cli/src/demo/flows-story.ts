import { isJsonObject, type JsonObject } from '@patchbay/core';
import { ASHA, eventOf, exampleBrand, EXPECTED, FLOWS, LAYLA, objectAt, type Person } from '@patchbay/testing/examples';
import type { Expectation, Step } from './story.js';

/** Customers of the story: one customer reads English, the other customer reads Arabic. */
const READERS = [
  { person: ASHA, language: 'en' },
  { person: LAYLA, language: 'ar' },
] as const;

/** Event types that are sent for both customers, in this order. */
const EVENT_TYPES = [
  'customerAdded',
  'transactionAdded',
  'pointsIssued',
  'pointsRedeemed',
  'pointsTransferredInitiated',
  'pointsTransferredReceived',
  'tierUpgraded',
  'tierDowngraded',
  'pointsExpiryReminder',
  'CouponIssue',
  'communicationMessageUndelivered',
];

/** Expected texts of the messages that go to systems instead of customers, by subscription and event type. */
const SYSTEM_TEXTS: Readonly<Record<string, (person: Person) => string>> = {
  'transaction-survey transactionAdded': ({ language }) => `"locale":"${language}"`,
  'shop-balance pointsIssued': () => 'loyalty_points=120',
  'shop-balance pointsRedeemed': () => 'loyalty_points=80',
};

/** Subscriptions of the examples that name a destination. */
const SUBSCRIPTIONS = Object.entries(objectAt(exampleBrand(FLOWS), 'subscriptions')).flatMap(([name, one]) => {
  const { events, destination } = isJsonObject(one) ? one : {};
  return typeof destination === 'string' && Array.isArray(events) ? [{ name, destination, events }] : [];
});

/** Steps for every flow of `config/examples`, with Capillary's documented events and customers of two languages. */
export const FLOWS_STORY: readonly Step[] = EVENT_TYPES.map((type) => {
  const matching = SUBSCRIPTIONS.filter(({ events }) => events.includes(type));
  return {
    title: matching.map(({ name }) => name).join(', '),
    events: (now) => Promise.resolve(READERS.map(({ person }, index) => eventAbout(person, type, now + index))),
    answer: 'accepted',
    expected: matching.flatMap(({ name, destination }) =>
      READERS.map((reader): Expectation => ({ destination, status: 'succeeded', text: textOf(name, type, reader) })),
    ),
  };
});

function eventAbout(person: Person, type: string, createdAt: number): JsonObject {
  return { ...eventOf(type, person, `example-${type}-${person.customerId}`), createdAt };
}

function textOf(subscription: string, event: string, { person, language }: (typeof READERS)[number]): string {
  const systemText = SYSTEM_TEXTS[`${subscription} ${event}`];
  if (systemText !== undefined) return systemText(person);
  const message = EXPECTED.find(
    (one) => one.subscription === subscription && one.event === event && one.step === undefined,
  );
  if (message === undefined)
    throw new Error(`The expected message of ${subscription} for ${event} is missing. Add it to EXPECTED.`);
  return message[language].text;
}
