import { isJsonObject, type JsonObject } from '@patchbay/core';
import { ASHA, eventOf, exampleBrand, EXPECTED, FLOWS, LAYLA, objectAt, type Person } from '@patchbay/testing/examples';
import type { Expectation, Step } from './story.js';

/** One who reads English and one who reads Arabic. */
const READERS = [
  { person: ASHA, language: 'en' },
  { person: LAYLA, language: 'ar' },
] as const;

/** What happens to both, in this order. */
const HAPPENS = [
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

/** What systems read, not people: subscription and event → what they receive holds this. */
const SYSTEMS: Readonly<Record<string, (person: Person) => string>> = {
  'transaction-survey transactionAdded': ({ language }) => `"locale":"${language}"`,
  'shop-balance pointsIssued': () => 'loyalty_points=120',
  'shop-balance pointsRedeemed': () => 'loyalty_points=80',
};

/** The examples' subscriptions, by the type of the events that they take. */
const SUBSCRIPTIONS = Object.entries(objectAt(exampleBrand(FLOWS), 'subscriptions')).flatMap(([name, one]) => {
  const { events, destination } = isJsonObject(one) ? one : {};
  return typeof destination === 'string' && Array.isArray(events) ? [{ name, destination, events }] : [];
});

/** Every flow of `config/examples`, with Capillary's documented events, for customers in two languages. */
export const FLOWS_STORY: readonly Step[] = HAPPENS.map((type) => {
  const told = SUBSCRIPTIONS.filter(({ events }) => events.includes(type));
  return {
    title: told.map(({ name }) => name).join(', '),
    events: (now) => Promise.resolve(READERS.map(({ person }, index) => eventAbout(person, type, now + index))),
    answer: 'accepted',
    expected: told.flatMap(({ name, destination }) =>
      READERS.map((reader): Expectation => ({ destination, status: 'succeeded', text: textOf(name, type, reader) })),
    ),
  };
});

function eventAbout(person: Person, type: string, createdAt: number): JsonObject {
  return { ...eventOf(type, person, `example-${type}-${person.customerId}`), createdAt };
}

function textOf(subscription: string, event: string, { person, language }: (typeof READERS)[number]): string {
  const system = SYSTEMS[`${subscription} ${event}`];
  if (system !== undefined) return system(person);
  const message = EXPECTED.find(
    (one) => one.subscription === subscription && one.event === event && one.step === undefined,
  );
  if (message === undefined) throw new Error(`Nobody has said what ${subscription} makes of ${event}.`);
  return message[language].text;
}
