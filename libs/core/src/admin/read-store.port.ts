import type { JsonObject, VendorStatus } from '@patchbay/plugin-sdk';
import type { FallbackTrigger, RetentionDays } from '../configuration/brand-definition.js';
import type { CircuitBreakerState } from '../delivery/circuit-breaker.js';
import type { BatchPlace } from '../delivery/batch-place.js';
import type { AttemptRecord, DeliveryState } from '../delivery/delivery.js';
import type { DestinationPause } from '../delivery/destination-pause.js';
import type { FailureFilter, Failures } from './failures.js';
import type { SubscriptionCounts } from './subscription-counts.js';
import type { TimeRange } from './time-range.js';

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
  /**
   * Time in milliseconds after which a list of events or deliveries ends, even if its page is not full; two seconds if
   * left out.
   */
  readonly maxSearchMs?: number;
}

/** Error for a cursor that does not belong to the list. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}

/** Statuses of events. `quarantined`: the body of the event could not be read. */
export const EVENT_STATUSES = ['accepted', 'quarantined'] as const;
/** One of {@link EVENT_STATUSES}. */
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** Filter of events. All given fields must match. Of a list, one entry must match. */
export interface EventFilter extends TimeRange {
  readonly type?: readonly string[];
  /** Names of sources. */
  readonly source?: readonly string[];
  /** Ids that the sender gave to its events. */
  readonly sourceEventId?: readonly string[];
  /** Id of any customer that the event names. */
  readonly customer?: string;
  readonly status?: readonly EventStatus[];
}

/** Filter of events that a subscription may take; all given fields must match. */
export interface TakenEventFilter extends TimeRange {
  readonly sourceId: string;
  /** Event types; a trailing `*` matches any suffix. */
  readonly events: readonly string[];
}

/** Event in a list. */
export interface EventSummary {
  readonly id: string;
  readonly type: string;
  /** Name of the event's source. */
  readonly source: string;
  readonly sourceId: string;
  readonly customerId: string | null;
  /** Identifier of the customer for messaging rules and order. Equals `customerId` if the source picks no other. */
  readonly customerKey: string | null;
  /** Time at which the event occurred, in milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly status: EventStatus;
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

/** Delivery state as displayed: a scheduled delivery that waits for a paused destination or a paused lookup is `held`. */
export type DeliveryStatus = DeliveryState | 'held';

/**
 * Stages of deliveries. `routing`: the subscription has a route and no destination was chosen. `sending`: all other
 * deliveries.
 */
export const DELIVERY_STAGES = ['routing', 'sending'] as const;
/** One of {@link DELIVERY_STAGES}. */
export type DeliveryStage = (typeof DELIVERY_STAGES)[number];

/** Filter of deliveries. All given fields must match. Of a list, one entry must match. */
export interface DeliveryFilter extends TimeRange {
  readonly status?: readonly DeliveryStatus[];
  /** Names of destinations. Leaves out deliveries without a destination. */
  readonly destination?: readonly string[];
  readonly stage?: DeliveryStage;
  /** Names of subscriptions. */
  readonly subscription?: readonly string[];
  /** Names of the sources of the events. */
  readonly source?: readonly string[];
  readonly eventType?: readonly string[];
  readonly customer?: string;
  readonly errorKind?: readonly string[];
  /** Vendor codes of the last attempt. An empty text selects failures without a vendor code. */
  readonly vendorCode?: readonly string[];
  /** Vendor statuses. `none`: the vendor accepted the message and has reported no status. */
  readonly vendorStatus?: readonly VendorStatusFilter[];
  /** Names of paused lookups. Selects the deliveries that wait for one of them. */
  readonly lookup?: readonly string[];
}

/** Vendor status by which deliveries can be filtered. */
export type VendorStatusFilter = VendorStatus | 'none';

/** Delivery in a list. */
export interface DeliverySummary {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Key of the customer, see {@link EventSummary.customerKey}. */
  readonly customerId: string | null;
  /** Null if the subscription has a route and no destination was chosen. */
  readonly destinationId: string | null;
  /** Name of the destination; null if no destination was chosen. */
  readonly destination: string | null;
  readonly subscriptionId: string;
  /** Name of the subscription. */
  readonly subscription: string;
  readonly subscriptionVersionId: string;
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  /** Number of the delivery's fallback step; 0 for the subscription's own destination. */
  readonly step: number;
  /** Number of the route entry that was chosen, from 1; null if none was chosen or the subscription has no route. */
  readonly routeEntry: number | null;
  /** Trigger that started the next fallback step; null if no further step was started. */
  readonly nextStepTrigger: FallbackTrigger | null;
  /** Id of the digest delivery into which this delivery was merged; null if it was not merged. */
  readonly mergedInto: string | null;
  /** True if the delivery waits for an earlier delivery with the same order key. */
  readonly blocked: boolean;
  /** True if a worker holds the lease of the delivery. */
  readonly inFlight: boolean;
  /** Number of attempts that count against the retry schedule; `attempts` is the number of all attempts. */
  readonly countedAttempts: number;
  readonly attempts: number;
  /** True if the process that stored the event sent the message from memory, with success. */
  readonly direct: boolean;
  /** Batch in which the message was last sent; null if it was never sent in a batch. */
  readonly batch: BatchPlace | null;
  readonly errorKind: string | null;
  /** Vendor code of the last attempt; null if it has none. */
  readonly vendorCode: string | null;
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

/** Stored event with its content, without the list of its customers. */
export type EventContent = Omit<StoredEvent, 'customerIds'>;

/** Backlog of one destination. Counting stops at {@link COUNT_LIMIT}. */
export interface DestinationStats {
  readonly destinationId: string;
  readonly brand: string;
  readonly name: string;
  readonly type: string;
  /** True if deliveries are held. */
  readonly paused: boolean;
  /** True if the destination is missing from its file. */
  readonly disabled: boolean;
  /** Reason for which deliveries are held; null if they are not. */
  readonly pausedReason: string | null;
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

/** Backlog per destination and in total. The totals include deliveries whose destination is undecided. */
export interface Stats {
  readonly destinations: readonly DestinationStats[];
  /** Sums over all destinations; `oldestDueAt` leaves out paused destinations. */
  readonly totals: Pick<DestinationStats, 'waiting' | 'due' | 'oldestDueAt' | 'inFlight'>;
}

/** Health of a destination, as its workers reported it. Times are in milliseconds since the epoch. */
export interface StoredHealth {
  readonly circuitBreaker: CircuitBreakerState;
  /** End of the breaker's open period; null unless the breaker is open. */
  readonly openUntil: number | null;
  /** Time of the first failure since which every call failed; null if the breaker is closed. */
  readonly failingSince: number | null;
  /** Time of the last message that the vendor accepted; null if there was none. */
  readonly lastSuccessAt: number | null;
  /** Time of the last call that failed because of the destination; null if there was none. */
  readonly lastFailureAt: number | null;
  /** Number of such failures since the last success. */
  readonly failuresInARow: number;
}

/** Health of a destination about which nothing was reported. */
export const UNKNOWN_HEALTH: StoredHealth = {
  circuitBreaker: 'closed',
  openUntil: null,
  failingSince: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  failuresInARow: 0,
};

/** Events that a source received. */
export interface SourceActivity {
  /** Time of the last event, in milliseconds since the epoch; null if none was counted. */
  readonly lastEventAt: number | null;
  /** Number of accepted events in the last 24 hours. */
  readonly accepted: number;
  /** Number of quarantined events in the last 24 hours. */
  readonly quarantined: number;
}

/** Activity of a source without counted events. */
export const NO_ACTIVITY: SourceActivity = { lastEventAt: null, accepted: 0, quarantined: 0 };

/** Event type that a brand received. */
export interface SeenEventType {
  readonly type: string;
  /** Time of the newest event of this type, in milliseconds since the epoch. */
  readonly lastAt: number;
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
  /** Lists events with their content, newest first. Leaves out quarantined and erased events. */
  takenEvents(brandId: string, filter: TakenEventFilter, page: PageRequest): Promise<Page<EventContent>>;
  /** Finds an event; null if the brand has no such event. */
  event(brandId: string, eventId: string): Promise<StoredEvent | null>;
  /** Finds several events with their content, in no order. Ids that the brand does not have are left out. */
  storedEvents(brandId: string, eventIds: readonly string[]): Promise<readonly StoredEvent[]>;
  /**
   * Returns true if a stored event names the customer, or an id that is linked to the customer.
   * @param customerId stored form of the id
   */
  hasCustomer(brandId: string, customerId: string): Promise<boolean>;
  /**
   * Returns the ids that an event named together with the customer's id, as ids of the same customer. Empty for an id
   * that many customers share.
   */
  linkedCustomers(brandId: string, customerId: string): Promise<readonly string[]>;
  deliveries(brandId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliverySummary>>;
  delivery(brandId: string, deliveryId: string): Promise<StoredDelivery | null>;
  /** Returns deliveries by id; at most 1,000. Ids that the brand does not have are left out. */
  deliveriesById(brandId: string, deliveryIds: readonly string[]): Promise<readonly DeliverySummary[]>;
  /** Lists the deliveries of an event including deliveries created by replays, oldest first; at most 1,000. */
  deliveriesOfEvent(brandId: string, eventId: string): Promise<readonly DeliverySummary[]>;
  /**
   * Lists the deliveries of several events as {@link deliveriesOfEvent} does, by event id; at most 20,000 in total. An
   * event without deliveries is left out.
   */
  deliveriesOfEvents(
    brandId: string,
    eventIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly DeliverySummary[]>>;
  /** Returns the pauses of destinations by id. Destinations that are not paused are left out. */
  pauses(destinationIds: readonly string[]): Promise<ReadonlyMap<string, DestinationPause>>;
  /** Returns the health of destinations by id. Destinations about which nothing was reported are left out. */
  health(destinationIds: readonly string[], now: number): Promise<ReadonlyMap<string, StoredHealth>>;
  /** Returns the activity of sources by id. Sources without counted events are left out. */
  sourceActivity(sourceIds: readonly string[]): Promise<ReadonlyMap<string, SourceActivity>>;
  /** Lists the event types that the brand received since a time, by name; at most 500. @param from milliseconds since the epoch */
  seenEventTypes(brandId: string, from: number): Promise<readonly SeenEventType[]>;
  /** Finds the brand's deliveries with a vendor's id of the last ten weeks; at most 50. */
  deliveriesByExternalId(brandId: string, externalId: string): Promise<readonly DeliverySummary[]>;
  /** Counts the failed deliveries by cause. */
  failures(brandId: string, filter: FailureFilter): Promise<Failures>;
  /**
   * Counts the deliveries that were created since a time, per subscription. Subscriptions without deliveries are left out.
   * @param from milliseconds since the epoch
   */
  subscriptionCounts(brandId: string, from: number): Promise<readonly SubscriptionCounts[]>;
  /**
   * Counts the backlog per destination.
   * @param now milliseconds since the epoch
   * @param brandIds ids of the brands; left out for all brands
   */
  stats(now: number, brandIds?: readonly string[]): Promise<Stats>;
  /** Returns recent rates; `now` and `brandIds` as in {@link stats}. */
  rates(now: number, brandIds?: readonly string[]): Promise<Rates>;
}
