import {
  systemClock,
  type Clock,
  type DeliveryFilter,
  type DeliverySummary,
  type EventFilter,
  type EventSummary,
  type Page,
  type PageRequest,
  type ReadStore,
  type Stats,
  type StoredDelivery,
  type StoredEvent,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { deliveriesOfEvent } from './deliveries-of-event.js';
import { findDelivery } from './find-delivery.js';
import { findEvent } from './find-event.js';
import { listDeliveries } from './list-deliveries.js';
import { listEvents } from './list-events.js';
import { readPage } from './read-page.js';
import { readStats } from './read-stats.js';

/** What the admin API reads, out of PostgreSQL. */
export class PostgresReadStore implements ReadStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock = systemClock,
  ) {}

  events(brandId: string, filter: EventFilter, page: PageRequest): Promise<Page<EventSummary>> {
    return readPage({ list: { kind: 'events', brandId }, range: filter, page }, this.clock, (stretch, limit) =>
      listEvents(this.dataSource, brandId, filter, stretch, limit),
    );
  }

  event(brandId: string, eventId: string): Promise<StoredEvent | null> {
    return findEvent(this.dataSource, brandId, eventId);
  }

  deliveries(brandId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliverySummary>> {
    return readPage({ list: { kind: 'deliveries', brandId }, range: filter, page }, this.clock, (stretch, limit) =>
      listDeliveries(this.dataSource, brandId, filter, stretch, limit),
    );
  }

  delivery(brandId: string, deliveryId: string): Promise<StoredDelivery | null> {
    return findDelivery(this.dataSource, brandId, deliveryId);
  }

  deliveriesOfEvent(brandId: string, eventId: string): Promise<readonly DeliverySummary[]> {
    return deliveriesOfEvent(this.dataSource, brandId, eventId);
  }

  stats(now: number, brandIds?: readonly string[]): Promise<Stats> {
    return readStats(this.dataSource, now, brandIds);
  }
}
