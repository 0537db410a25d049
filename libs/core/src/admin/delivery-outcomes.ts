import { NOT_ARRIVED } from './explain-delivery.js';
import type { DeliveryOutcomes, EventOutcomes } from './outcome-counts.js';
import type { DeliveryStatus, DeliverySummary } from './read-store.port.js';
import { timeOfUuidV7 } from '../ids.js';

/** Outcome of each delivery status. */
export const DELIVERY_OUTCOMES: Readonly<Record<DeliveryStatus, keyof DeliveryOutcomes>> = {
  succeeded: 'delivered',
  dead: 'failed',
  unconfirmed: 'failed',
  scheduled: 'waiting',
  held: 'waiting',
  suppressed: 'notSent',
  superseded: 'notSent',
  cancelled: 'notSent',
  merged: 'merged',
};

/** Counts the latest deliveries of an event per outcome. The latest delivery of each subscription counts. */
export function countOutcomes(deliveries: readonly DeliverySummary[]): EventOutcomes {
  const latest = new Map<string, DeliverySummary>();
  for (const delivery of deliveries.toSorted(byTimeAndStep)) latest.set(delivery.subscriptionId, delivery);
  const counts = { delivered: 0, undelivered: 0, failed: 0, waiting: 0, notSent: 0, merged: 0 };
  for (const { status, vendorStatus } of latest.values()) {
    counts[DELIVERY_OUTCOMES[status]] += 1;
    if (status === 'succeeded' && NOT_ARRIVED.some((one) => one === vendorStatus)) counts.undelivered += 1;
  }
  return counts;
}

/** Compares deliveries by time and step, because a fallback step has the same time as the delivery before it. */
export function byTimeAndStep(a: DeliverySummary, b: DeliverySummary): number {
  return timeOfUuidV7(a.id) - timeOfUuidV7(b.id) || a.step - b.step;
}
