import type { Clock, EventFilter, EventSummary, Page, PageRequest } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { listEventsOfCustomer } from './list-events-of-customer.js';
import { listEvents } from './list-events.js';
import { NOTHING, pageByTime } from './page-by-time.js';
import { isStorable } from '../connections/storable.js';

/** Which page of a brand's events. */
export interface EventsRequest {
  readonly brandId: string;
  readonly filter: EventFilter;
  readonly page: PageRequest;
}

/** A page of events. One customer's are led by the customer's own index, all others by the brand's. */
export function pageOfEvents(
  dataSource: DataSource,
  clock: Clock,
  { brandId, filter, page }: EventsRequest,
): Promise<Page<EventSummary>> {
  const { customer } = filter;
  return pageByTime({ list: { kind: 'events', brandId }, range: filter, page }, clock, async (window, limit) => {
    if (!isStorable(filter.type, customer)) return NOTHING;
    return customer === undefined
      ? { rows: await listEvents(dataSource, brandId, filter, window, limit) }
      : listEventsOfCustomer(dataSource, { brandId, customerId: customer }, filter, window, limit);
  });
}
