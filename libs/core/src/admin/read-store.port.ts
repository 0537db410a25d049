import type { JsonObject } from '@patchbay/plugin-sdk';
import type { FallbackTrigger, RetentionDays } from '../configuration/brand-definition.js';
import type { CircuitBreakerState } from '../delivery/circuit-breaker.js';
import type { AttemptRecord, DeliveryState } from '../delivery/delivery.js';

/**
 * Page of a list, newest first. A short or even empty page need not be the last page. If a filter matches few rows, a
 * call ends after some seconds with a cursor for the next call.
 */
export interface Page<T> {
  readonly data: readonly T[];
  /** Cursor of the next page; null if this is the last page. */
  readonly nextCursor: string | null;
}

/** Request for a page of a list. */
export interface PageRequest {
  /** Maximum number of rows on the page; at most 1,000. */
  readonly limit: number;
  /** `nextCursor` of the previous page; null for the first page. */
  readonly cursor: string | null;
}

/** Error for a cursor that does not belong to the list. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}

/**
 * Range of the time of receipt, in milliseconds since the epoch. For a delivery, this is the time of its event or replay.
 */
export interface TimeRange {
  /** Start of the range, inclusive. */
  readonly from?: number;
  /** End of the range, exclusive. */
  readonly to?: number;
}

/** Filter of events; all given fields must match. */
export interface EventFilter extends TimeRange {
  readonly type?: string;
  /** Id of any customer that the event names. */
  readonly customer?: string;
  readonly status?: 'accepted' | 'quarantined';
}

/** Event in a list. */
export interface EventSummary {
  readonly id: string;
  readonly type: string;
  /** Name of the event's source. */
  readonly source: string;
  readonly sourceId: string;
  readonly customerId: string | null;
  /** Time at which the event occurred, in milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly status: 'accepted' | 'quarantined';
  /**
   * Time at which the event's content was erased, because one of the event's customers was erased; in milliseconds
   * since the epoch. Null if the content was not erased.
   */
  readonly erasedAt: number | null;
}

/** Stored event with its content. */
export interface StoredEvent extends EventSummary {
  readonly brandId: string;
  readonly retentionDays: RetentionDays;
  readonly sourceEventId: string;
  /** Revision of the configuration that routed the event. */
  readonly configRevision: number;
  /** Ids of all customers that the event names, in no order. */
  readonly customerIds: readonly string[];
  readonly attributes: JsonObject;
  readonly data: JsonObject;
  /**
   * Personal values of the event, sealed under the context `event/<id>/personal`. Code that opens them must add an
   * entry to the audit log.
   */
  readonly sealed: Uint8Array | null;
  readonly quarantineReason: string | null;
}

/** Delivery state as displayed: a scheduled delivery of a paused destination is `held`. */
export type DeliveryStatus = DeliveryState | 'held';

/** Filter of deliveries; all given fields must match. */
export interface DeliveryFilter extends TimeRange {
  readonly status?: DeliveryStatus;
  /** Name of the destination. */
  readonly destination?: string;
  /** Name of the subscription. */
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly errorKind?: string;
}

/** Delivery in a list. */
export interface DeliverySummary {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly customerId: string | null;
  readonly destinationId: string;
  /** Name of the destination. */
  readonly destination: string;
  readonly subscriptionId: string;
  /** Name of the subscription. */
  readonly subscription: string;
  readonly subscriptionVersionId: string;
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  /** Number of the delivery's fallback step; 0 for the subscription's own destination. */
  readonly step: number;
  /** Trigger that started the next fallback step; null if no further step was started. */
  readonly nextStepTrigger: FallbackTrigger | null;
  /** Id of the digest delivery into which this delivery was merged; null if it was not merged. */
  readonly mergedInto: string | null;
  /** True if a worker holds the lease of the delivery. */
  readonly inFlight: boolean;
  /** Number of attempts that count against the retry schedule; `attempts` is the number of all attempts. */
  readonly countedAttempts: number;
  readonly attempts: number;
  readonly errorKind: string | null;
  /** Id that the vendor gave to the message; null if the vendor returned none. */
  readonly externalId: string | null;
  readonly vendorStatus: string | null;
  /** Time of the vendor status, in milliseconds since the epoch. */
  readonly vendorStatusAt: number | null;
  /** Time of the next attempt, in milliseconds since the epoch; null if the delivery has ended. */
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** Delivery with its attempts. */
export interface StoredDelivery extends DeliverySummary {
  /** Attempts in chronological order. */
  readonly attemptRecords: readonly AttemptRecord[];
}

/** Backlog of one destination. Counting stops at {@link COUNT_LIMIT}. */
export interface DestinationStats {
  readonly destinationId: string;
  readonly brand: string;
  readonly name: string;
  readonly type: string;
  readonly paused: boolean;
  /** Number of waiting deliveries that are not in flight. */
  readonly waiting: number;
  /** Number of waiting deliveries that are due now. */
  readonly due: number;
  /** Due time of the oldest due delivery, in milliseconds since the epoch; null if none is due. */
  readonly oldestDueAt: number | null;
  readonly inFlight: number;
  /**
   * State of the circuit breaker. `closed`: healthy. `open`: nothing is sent, because the destination fails or throttles.
   * `half_open`: single calls probe whether the destination works again.
   */
  readonly circuitBreaker: CircuitBreakerState;
}

/** Backlog per destination and in total. */
export interface Stats {
  readonly destinations: readonly DestinationStats[];
  /** Sums over all destinations; `oldestDueAt` leaves out paused destinations. */
  readonly totals: Pick<DestinationStats, 'waiting' | 'due' | 'oldestDueAt' | 'inFlight'>;
}

/** Maximum count of waiting deliveries per destination, so that stats stay cheap with millions of waiting deliveries. */
export const COUNT_LIMIT = 100_000;

/** Recent delivery rates of a destination. */
export interface DestinationRates {
  /** Number of deliveries created per second. */
  readonly deliveriesPerSecond: number;
  /** Deliveries per second that were created in the time window and have ended. */
  readonly endedPerSecond: number;
}

/** Rates of events and deliveries over the last {@link RATE_WINDOW_MS}. */
export interface Rates {
  /** Number of events stored per second. */
  readonly eventsPerSecond: number;
  /** Delivery rates by destination id. */
  readonly destinations: ReadonlyMap<string, DestinationRates>;
}

/** Time window of rates, in milliseconds. */
export const RATE_WINDOW_MS = 60_000;
/**
 * Maximum rows read to calculate one rate. If the time window has more events or deliveries, the rate covers only the
 * newest ones.
 */
export const RATE_SAMPLE = 2_000;

/**
 * Queries of the admin API. Every query is limited to one brand; ids of other brands are not found. Lists reject with a
 * {@link CursorError} if the cursor does not belong to the list.
 */
export interface ReadStore {
  events(brandId: string, filter: EventFilter, page: PageRequest): Promise<Page<EventSummary>>;
  /** Finds an event; null if the brand has no such event. */
  event(brandId: string, eventId: string): Promise<StoredEvent | null>;
  /** Returns true if a stored event names the customer. @param customerId stored form of the id */
  hasCustomer(brandId: string, customerId: string): Promise<boolean>;
  deliveries(brandId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliverySummary>>;
  delivery(brandId: string, deliveryId: string): Promise<StoredDelivery | null>;
  /** Lists the deliveries of an event including deliveries created by replays, oldest first; at most 1,000. */
  deliveriesOfEvent(brandId: string, eventId: string): Promise<readonly DeliverySummary[]>;
  /**
   * Counts the backlog per destination.
   * @param now milliseconds since the epoch
   * @param brandIds ids of the brands; left out for all brands
   */
  stats(now: number, brandIds?: readonly string[]): Promise<Stats>;
  /** Returns recent rates; `now` and `brandIds` as in {@link stats}. */
  rates(now: number, brandIds?: readonly string[]): Promise<Rates>;
}
