import type { Clock, DeliveryFilter, DeliverySummary, Page, PageRequest } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { allEventsOfCustomer } from './events-of-customer.js';
import { listDeliveriesOfEvents } from './list-deliveries-of-events.js';
import { listDeliveries } from './list-deliveries.js';
import { NOTHING, pageByTime } from './page-by-time.js';
import { isStorable } from '../connections/storable.js';

/** Requested page of a brand's deliveries. */
export interface DeliveriesRequest {
  readonly brandId: string;
  readonly filter: DeliveryFilter;
  readonly page: PageRequest;
}

/**
 * Reads a page of deliveries. Deliveries of a customer are found through the customer's events. Events from before the
 * page's time range are included, because they may have been replayed.
 */
export function pageOfDeliveries(
  dataSource: DataSource,
  clock: Clock,
  { brandId, filter, page }: DeliveriesRequest,
): Promise<Page<DeliverySummary>> {
  const { customer, status, destination, subscription, eventType, errorKind } = filter;
  let events: Promise<readonly string[]> | undefined;
  return pageByTime({ list: { kind: 'deliveries', brandId }, range: filter, page }, clock, async (window, limit) => {
    if (!isStorable(customer, status, destination, subscription, eventType, errorKind)) return NOTHING;
    if (customer === undefined) return { rows: await listDeliveries(dataSource, brandId, filter, window, limit) };
    events ??= allEventsOfCustomer(dataSource, { brandId, customerId: customer }, window.before, clock.now());
    const ids = await events;
    if (ids.length === 0) return NOTHING;
    return { rows: await listDeliveriesOfEvents(dataSource, brandId, ids, filter, window, limit) };
  });
}
