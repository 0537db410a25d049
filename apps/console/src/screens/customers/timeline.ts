import type { Entry } from '@patchbay/client';

/** Event of a customer with its outcome for each subscription. */
export type TimelineEvent = Entry<'/v1/brands/{brand}/customers/{id}/timeline'>;

/** Result of an event in the summary of a timeline. */
export type Result = keyof TimelineEvent['outcome'];

/** Results in the order of the summary. */
export const RESULTS = [
  'delivered',
  'undelivered',
  'waiting',
  'failed',
  'notSent',
  'merged',
] as const satisfies readonly Result[];

/** Group of each state of a delivery, as the hub groups states in `outcome`. */
const RESULT_OF: ReadonlyMap<string, Result> = new Map<string, Result>([
  ['succeeded', 'delivered'],
  ['dead', 'failed'],
  ['unconfirmed', 'failed'],
  ['scheduled', 'waiting'],
  ['held', 'waiting'],
  ['suppressed', 'notSent'],
  ['superseded', 'notSent'],
  ['cancelled', 'notSent'],
  ['merged', 'merged'],
]);

/** Counts of a timeline. `noDelivery`: the subscription did not take the event. */
export type Summary = Readonly<Record<Result | 'noDelivery', number>>;

/** Counts the latest deliveries of the shown subscriptions by result. */
export function summaryOf(events: readonly TimelineEvent[]): Summary {
  const summary = { delivered: 0, undelivered: 0, waiting: 0, failed: 0, notSent: 0, merged: 0, noDelivery: 0 };
  for (const { subscriptions } of events) {
    for (const { delivery, outcome } of subscriptions) {
      if (delivery === null) {
        summary.noDelivery += outcome === 'filter' ? 1 : 0;
        continue;
      }
      summary[RESULT_OF.get(delivery.status) ?? 'notSent'] += 1;
      if (delivery.status === 'succeeded' && !hasArrived(delivery)) summary.undelivered += 1;
    }
  }
  return summary;
}

/** Vendor statuses of messages that did not arrive. */
const NOT_ARRIVED: readonly (string | null)[] = ['bounced', 'undelivered', 'failed'];

/** Returns true if the message of a delivery reached the customer, as far as the hub and the vendor know. */
export function hasArrived({ status, vendorStatus }: { status: string; vendorStatus: string | null }): boolean {
  return (status === 'succeeded' && !NOT_ARRIVED.includes(vendorStatus)) || status === 'merged';
}

/** Returns the subscriptions of an event that could have taken it. Subscriptions of other event types and sources are left out. */
export function concerned({ subscriptions }: TimelineEvent): TimelineEvent['subscriptions'] {
  return subscriptions.filter(({ outcome }) => outcome !== 'eventType' && outcome !== 'otherSource');
}

/** Day of a timeline with its events, newest first. */
export interface TimelineDay {
  /** First event of the day that is shown; it names the day. */
  readonly at: string;
  readonly events: readonly TimelineEvent[];
}

/** Splits events, newest first, at the days of a zone. */
export function byDay(events: readonly TimelineEvent[], zone: string): TimelineDay[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const days = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const day = format.format(new Date(event.receivedAt));
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days.values()].map((ofDay) => ({ at: ofDay[0]?.receivedAt ?? '', events: ofDay }));
}
