import type { Answer } from '@patchbay/client';

/** Event with its content and its outcome for each subscription. */
export type EventDetails = Answer<'/v1/brands/{brand}/events/{id}'>;

/** Outcome of an event for a subscription. */
export type SubscriptionOutcome = EventDetails['subscriptions'][number];

/** Order of outcomes on the page: deliveries first, then the reasons that may surprise. */
const ORDER: readonly SubscriptionOutcome['outcome'][] = [
  'matched',
  'quarantined',
  'erased',
  'filterBudgetExceeded',
  'filter',
  'eventType',
  'otherSource',
];

/** Sorts outcomes for the page of the event. Outcomes of a kind stay in the order of their names. */
export function bySurprise(outcomes: readonly SubscriptionOutcome[]): SubscriptionOutcome[] {
  return [...outcomes].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
}
