import type {
  Clock,
  DeliveryFilter,
  DeliverySummary,
  DestinationPause,
  EventContent,
  EventFilter,
  EventSummary,
  FailureFilter,
  Failures,
  Page,
  PageRequest,
  Rates,
  ReadStore,
  SeenEventType,
  SourceActivity,
  Stats,
  StoredDelivery,
  StoredEvent,
  StoredHealth,
  SubscriptionCounts,
  TakenEventFilter,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { isUuid } from '../connections/uuid.js';
import { timeWindowOf } from '../partitions/time-window.js';
import { deliveriesByExternalId } from './deliveries-by-external-id.js';
import { deliveriesOfEvents } from './deliveries-of-event.js';
import { LINKED_IDS } from '../sql/customer-links.js';
import { allEventsOfCustomer } from './events-of-customer.js';
import { deliveriesById, findDelivery } from './find-delivery.js';
import { findEvents } from './find-event.js';
import { pageOfDeliveries } from './page-of-deliveries.js';
import { pageOfEvents } from './page-of-events.js';
import { readFailures } from './read-failures.js';
import { readHealth } from './read-health.js';
import { readPauses } from './read-pauses.js';
import { pageOfTakenEvents } from './page-of-taken-events.js';
import { readRates } from './read-rates.js';
import { readSourceActivity } from './read-source-activity.js';
import { readStats } from './read-stats.js';
import { readSubscriptionCounts } from './read-subscription-counts.js';
import { seenEventTypes } from './seen-event-types.js';

const MAX_DELIVERIES_OF_EVENT = 1_000;
const MAX_DELIVERIES_OF_EVENTS = 20_000;

/**
 * Queries of the admin API on PostgreSQL. If a filter matches few rows, a call ends after some seconds, and its page
 * may be short or even empty. The cursor of the page continues the search.
 */
export class PostgresReadStore implements ReadStore {
  /**
   * @param dataSource connections to the primary or to a replica
   * @param primary connections to the primary, if `dataSource` leads to a replica
   */
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly primary: DataSource = dataSource,
  ) {}

  async events(brandId: string, filter: EventFilter, page: PageRequest): Promise<Page<EventSummary>> {
    return pageOfEvents(this.dataSource, this.clock, { brandId, filter, page });
  }

  async takenEvents(brandId: string, filter: TakenEventFilter, page: PageRequest): Promise<Page<EventContent>> {
    return pageOfTakenEvents(this.dataSource, this.clock, { brandId, filter, page });
  }

  async event(brandId: string, eventId: string): Promise<StoredEvent | null> {
    const [event] = await findEvents(this.dataSource, brandId, [eventId]);
    return event ?? null;
  }

  async storedEvents(brandId: string, eventIds: readonly string[]): Promise<readonly StoredEvent[]> {
    return findEvents(this.dataSource, brandId, eventIds);
  }

  async hasCustomer(brandId: string, customerId: string): Promise<boolean> {
    if (!isStorable(customerId)) return false;
    const { before } = timeWindowOf({});
    const ids = await allEventsOfCustomer(this.dataSource, { brandId, customerId }, before, this.clock.now(), 1);
    return ids.length > 0;
  }

  async linkedCustomers(brandId: string, customerId: string): Promise<readonly string[]> {
    if (!isStorable(customerId)) return [];
    const rows = await this.dataSource.query<{ linked_id: string }[]>(LINKED_IDS, [brandId, customerId]);
    return rows.map((row) => row.linked_id);
  }

  async deliveries(brandId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliverySummary>> {
    return pageOfDeliveries(this.dataSource, this.clock, { brandId, filter, page });
  }

  async delivery(brandId: string, deliveryId: string): Promise<StoredDelivery | null> {
    return findDelivery(this.dataSource, brandId, deliveryId);
  }

  async deliveriesById(brandId: string, deliveryIds: readonly string[]): Promise<readonly DeliverySummary[]> {
    return deliveriesById(this.dataSource, brandId, deliveryIds);
  }

  async deliveriesOfEvent(brandId: string, eventId: string): Promise<readonly DeliverySummary[]> {
    return this.deliveriesOf(brandId, [eventId], MAX_DELIVERIES_OF_EVENT);
  }

  async deliveriesOfEvents(
    brandId: string,
    eventIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly DeliverySummary[]>> {
    const deliveries = await this.deliveriesOf(brandId, eventIds, MAX_DELIVERIES_OF_EVENTS);
    const byEvent = new Map<string, DeliverySummary[]>();
    for (const delivery of deliveries) {
      const known = byEvent.get(delivery.eventId);
      if (known === undefined) byEvent.set(delivery.eventId, [delivery]);
      else known.push(delivery);
    }
    return byEvent;
  }

  async pauses(destinationIds: readonly string[]): Promise<ReadonlyMap<string, DestinationPause>> {
    return readPauses(this.dataSource, destinationIds);
  }

  async health(destinationIds: readonly string[], now: number): Promise<ReadonlyMap<string, StoredHealth>> {
    return readHealth(this.dataSource, destinationIds, now);
  }

  async sourceActivity(sourceIds: readonly string[]): Promise<ReadonlyMap<string, SourceActivity>> {
    return readSourceActivity(this.dataSource, sourceIds);
  }

  async seenEventTypes(brandId: string, from: number): Promise<readonly SeenEventType[]> {
    return seenEventTypes(this.dataSource, brandId, from);
  }

  async deliveriesByExternalId(brandId: string, externalId: string): Promise<readonly DeliverySummary[]> {
    return deliveriesByExternalId(this.dataSource, brandId, externalId, this.clock.now());
  }

  async failures(brandId: string, filter: FailureFilter): Promise<Failures> {
    return readFailures({ dataSource: this.dataSource, primary: this.primary }, this.clock, brandId, filter);
  }

  async subscriptionCounts(brandId: string, from: number): Promise<readonly SubscriptionCounts[]> {
    return readSubscriptionCounts(this.dataSource, brandId, from);
  }

  async stats(now: number, brandIds?: readonly string[]): Promise<Stats> {
    return readStats(this.dataSource, now, brandIds);
  }

  async rates(now: number, brandIds?: readonly string[]): Promise<Rates> {
    return readRates(this.dataSource, now, brandIds);
  }

  private deliveriesOf(
    brandId: string,
    eventIds: readonly string[],
    limit: number,
  ): Promise<readonly DeliverySummary[]> {
    return deliveriesOfEvents(this.dataSource, brandId, eventIds.filter(isUuid), this.clock.now(), limit);
  }
}
