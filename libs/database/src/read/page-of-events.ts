import type { Clock, EventFilter, EventSummary, Page, PageRequest } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { listEventsOfCustomer } from './list-events-of-customer.js';
import { listEvents } from './list-events.js';
import { NOTHING, pageByTime } from './page-by-time.js';
import { isStorable } from '../connections/storable.js';

/** Requested page of a brand's events. */
export interface EventsRequest {
  readonly brandId: string;
  readonly filter: EventFilter;
  readonly page: PageRequest;
}

/** Reads a page of events, along the index of the customer or else the index of the brand. */
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
