import type {
  Clock,
  DeliveryFilter,
  DeliverySummary,
  EventFilter,
  EventSummary,
  Page,
  PageRequest,
  Rates,
  ReadStore,
  Stats,
  StoredDelivery,
  StoredEvent,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../connections/storable.js';
import { timeWindowOf } from '../partitions/time-window.js';
import { deliveriesOfEvent } from './deliveries-of-event.js';
import { allEventsOfCustomer } from './events-of-customer.js';
import { findDelivery } from './find-delivery.js';
import { findEvent } from './find-event.js';
import { pageOfDeliveries } from './page-of-deliveries.js';
import { pageOfEvents } from './page-of-events.js';
import { readRates } from './read-rates.js';
import { readStats } from './read-stats.js';

/**
 * Queries of the admin API on PostgreSQL. If a filter matches few rows, a call ends after some seconds, and its page
 * may be short or even empty. The cursor of the page continues the search.
 */
export class PostgresReadStore implements ReadStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async events(brandId: string, filter: EventFilter, page: PageRequest): Promise<Page<EventSummary>> {
    return pageOfEvents(this.dataSource, this.clock, { brandId, filter, page });
  }

  async event(brandId: string, eventId: string): Promise<StoredEvent | null> {
    return findEvent(this.dataSource, brandId, eventId);
  }

  async hasCustomer(brandId: string, customerId: string): Promise<boolean> {
    if (!isStorable(customerId)) return false;
    const { before } = timeWindowOf({});
    const ids = await allEventsOfCustomer(this.dataSource, { brandId, customerId }, before, this.clock.now(), 1);
    return ids.length > 0;
  }

  async deliveries(brandId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliverySummary>> {
    return pageOfDeliveries(this.dataSource, this.clock, { brandId, filter, page });
  }

  async delivery(brandId: string, deliveryId: string): Promise<StoredDelivery | null> {
    return findDelivery(this.dataSource, brandId, deliveryId);
  }

  async deliveriesOfEvent(brandId: string, eventId: string): Promise<readonly DeliverySummary[]> {
    return deliveriesOfEvent(this.dataSource, brandId, eventId, this.clock.now());
  }

  async stats(now: number, brandIds?: readonly string[]): Promise<Stats> {
    return readStats(this.dataSource, now, brandIds);
  }

  async rates(now: number, brandIds?: readonly string[]): Promise<Rates> {
    return readRates(this.dataSource, now, brandIds);
  }
}
