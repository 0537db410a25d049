import type { JsonObject } from '@patchbay/core';
import { loadDemoEvents } from './demo-events.js';

/** Message that must arrive, or delivery that must end as a dead letter. */
export interface Expectation {
  /** Name of the destination in the brand file. */
  readonly destination: string;
  readonly status: 'succeeded' | 'dead';
  /** Part of the text of the received message. For a dead letter, part of its reason. */
  readonly text: string;
  /** Vendor status that a status callback must report. */
  readonly callback?: 'delivered';
}

/** One request to the hub and its expected effects. */
export interface Step {
  readonly title: string;
  /** Creates the events of one request, with `createdAt` from `now` (milliseconds since the epoch). */
  readonly events: (now: number) => Promise<readonly JsonObject[]>;
  /** Status that the hub must return for each event. */
  readonly answer: 'accepted' | 'duplicate';
  readonly expected: readonly Expectation[];
  /** Subscription whose filter must reject the event. */
  readonly declines?: string;
  /** Text that the demo prints below the step. */
  readonly note?: string;
}

const crm = (text: string): Expectation => ({ destination: 'crm-webhook', status: 'succeeded', text });
const sms = (text: string): Expectation => ({ destination: 'sms', status: 'succeeded', text, callback: 'delivered' });

const from =
  (file: string): Step['events'] =>
  (now) =>
    loadDemoEvents(file, now);

/** Steps of the demo, in this order. */
export const STORY: readonly Step[] = [
  {
    title: 'A customer joins',
    events: from('customer-added.json'),
    answer: 'accepted',
    expected: [crm('customerAdded'), sms('Welcome! You earn points with every purchase.')],
  },
  {
    title: 'A customer who reads Arabic joins',
    events: from('customer-added-arabic.json'),
    answer: 'accepted',
    expected: [crm('customerAdded'), sms('أهلاً بك! تكسب نقاطاً مع كل عملية شراء.')],
  },
  {
    title: 'The first customer makes a purchase',
    events: from('transaction-added.json'),
    answer: 'accepted',
    expected: [crm('transactionAdded'), sms('Thank you for your purchase of')],
  },
  {
    title: 'She earns 120 points',
    events: from('points-issued.json'),
    answer: 'accepted',
    expected: [crm('pointsIssued'), sms('You earned 120 points. Your balance is 620.')],
  },
  {
    title: 'The platform sends the same event again',
    events: from('points-issued.json'),
    answer: 'duplicate',
    expected: [],
    note: 'The ingest endpoint drops the duplicate, so no message is sent twice.',
  },
  {
    title: 'She earns 20 more points',
    events: from('few-points-issued.json'),
    answer: 'accepted',
    expected: [crm('pointsIssued')],
    declines: 'points-sms',
  },
  {
    title: 'She makes three purchases within moments',
    events: from('three-purchases.json'),
    answer: 'accepted',
    expected: [
      ...['pointsIssued', 'pointsIssued', 'pointsIssued'].map(crm),
      sms('You earned 180 points in 3 purchases. Your balance is 820.'),
    ],
    note: 'A digest: three events, one SMS.',
  },
  {
    title: 'She redeems 235 points',
    events: from('points-redeemed.json'),
    answer: 'accepted',
    expected: [crm('pointsRedeemed'), sms('You redeemed 235 points')],
  },
  {
    title: 'She gives 100 points to a friend',
    events: from('points-transferred.json'),
    answer: 'accepted',
    expected: [crm('pointsTransferredInitiated'), crm('pointsTransferredReceived')],
    note: 'Both events have the same refId and apiRequestId, and both are kept.',
  },
  {
    title: 'Points for a number that does not exist',
    events: from('unreachable-number.json'),
    answer: 'accepted',
    expected: [
      crm('pointsIssued'),
      { destination: 'sms', status: 'dead', text: '21211' },
      { destination: 'email', status: 'succeeded', text: 'You earned 75 points. Your balance is 75.' },
    ],
    note: 'A retry would not help, so the SMS is a dead letter and its fallback sends an e-mail.',
  },
];
