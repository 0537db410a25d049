import type { JsonObject } from '@patchbay/core';
import { loadDemoEvents } from './demo-events.js';

/** A message that has to arrive, or a delivery that has to end as a dead letter. */
export interface Expectation {
  /** Its name in the brand's file. */
  readonly destination: string;
  readonly status: 'succeeded' | 'dead';
  /** What the vendor received holds this; for a dead letter its reason does. */
  readonly text: string;
  /** Vendor status that a status callback reports later. */
  readonly callback?: 'delivered';
}

/** One call to the hub, and what has to come of it. */
export interface Step {
  readonly title: string;
  /** What is sent in one call, as if it had just happened; `now` in milliseconds since the epoch. */
  readonly events: (now: number) => Promise<readonly JsonObject[]>;
  /** What the hub answers for each of its events. */
  readonly answer: 'accepted' | 'duplicate';
  readonly expected: readonly Expectation[];
  /** A subscription that has to decline by its filter. */
  readonly declines?: string;
  /** Said below the step. */
  readonly note?: string;
}

const crm = (text: string): Expectation => ({ destination: 'crm-webhook', status: 'succeeded', text });
const sms = (text: string): Expectation => ({ destination: 'sms', status: 'succeeded', text, callback: 'delivered' });

const from =
  (file: string): Step['events'] =>
  (now) =>
    loadDemoEvents(file, now);

/** What the demo shows, in this order. */
export const STORY: readonly Step[] = [
  {
    title: 'A customer joins',
    events: from('customer-added.json'),
    answer: 'accepted',
    expected: [crm('customerAdded'), sms('Welcome! You earn points with every purchase.')],
  },
  {
    title: 'So does one who reads Arabic',
    events: from('customer-added-arabic.json'),
    answer: 'accepted',
    expected: [crm('customerAdded'), sms('أهلاً بك! تكسب نقاطاً مع كل عملية شراء.')],
  },
  {
    title: 'She buys something',
    events: from('transaction-added.json'),
    answer: 'accepted',
    expected: [crm('transactionAdded'), sms('Thank you for your purchase of')],
  },
  {
    title: 'And earns 120 points',
    events: from('points-issued.json'),
    answer: 'accepted',
    expected: [crm('pointsIssued'), sms('You earned 120 points. Your balance is 620.')],
  },
  {
    title: 'The platform sends that event again',
    events: from('points-issued.json'),
    answer: 'duplicate',
    expected: [],
    note: 'Dropped at the ingest endpoint: nobody gets it twice.',
  },
  {
    title: 'Then 20 points more',
    events: from('few-points-issued.json'),
    answer: 'accepted',
    expected: [crm('pointsIssued')],
    declines: 'points-sms',
  },
  {
    title: 'And buys three times within moments',
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
    note: 'Two events that share refId and apiRequestId: both are kept.',
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
    note: 'Trying again would not help: the SMS is a dead letter, and its fallback an e-mail.',
  },
];
