import type { JsonObject } from '@patchbay/plugin-sdk';
import type { FallbackTrigger, RetentionDays } from '../configuration/brand-definition.js';
import type { CircuitBreakerState } from '../delivery/circuit-breaker.js';
import type { AttemptRecord, DeliveryState } from '../delivery/delivery.js';

/**
 * One page of a list, newest first. It may be short, even empty, and not the last: where a filter picks one in a million,
 * a call looks for some seconds and then says where to go on.
 */
export interface Page<T> {
  readonly data: readonly T[];
  /** Give it to the next call; null: this was the last page. */
  readonly nextCursor: string | null;
}

/** Which page of a list. */
export interface PageRequest {
  /** At most this many; at most 1,000. */
  readonly limit: number;
  /** `nextCursor` of the page before; null for the first page. */
  readonly cursor: string | null;
}

/** A cursor that this list did not give out. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}

/** Bounds of the time of receipt (of a delivery: of its event or replay), milliseconds since the epoch. */
export interface TimeRange {
  /** Included. */
  readonly from?: number;
  /** Not included. */
  readonly to?: number;
}

/** Which events: all that is named has to hold. */
export interface EventFilter extends TimeRange {
  readonly type?: string;
  /** Any customer the event names. */
  readonly customer?: string;
  readonly status?: 'accepted' | 'quarantined';
}

/** An event in a list. */
export interface EventSummary {
  readonly id: string;
  readonly type: string;
  /** The source's name. */
  readonly source: string;
  readonly sourceId: string;
  readonly customerId: string | null;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly status: 'accepted' | 'quarantined';
  /** When its content was erased, because a customer it names was forgotten; null: it was not. */
  readonly erasedAt: number | null;
}

/** An event as stored. */
export interface StoredEvent extends EventSummary {
  readonly brandId: string;
  readonly retentionDays: RetentionDays;
  readonly sourceEventId: string;
  /** The revision of the configuration it was routed by. */
  readonly configRevision: number;
  /** All customers it names, in no order. */
  readonly customerIds: readonly string[];
  readonly attributes: JsonObject;
  readonly data: JsonObject;
  /** Under `event/<id>/personal`; for an audited look only. */
  readonly sealed: Uint8Array | null;
  readonly quarantineReason: string | null;
}

/** As people see it: what waits for a paused destination is held. */
export type DeliveryStatus = DeliveryState | 'held';

/** Which deliveries: all that is named has to hold. */
export interface DeliveryFilter extends TimeRange {
  readonly status?: DeliveryStatus;
  /** Names. */
  readonly destination?: string;
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly errorKind?: string;
}

/** A delivery in a list. */
export interface DeliverySummary {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly customerId: string | null;
  readonly destinationId: string;
  /** Name. */
  readonly destination: string;
  readonly subscriptionId: string;
  /** Name. */
  readonly subscription: string;
  readonly subscriptionVersionId: string;
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  /** Which step of its subscription's fallback it is; 0 is the subscription's own destination. */
  readonly step: number;
  /** Trigger that started the next step; null if it was not started. */
  readonly nextStepTrigger: FallbackTrigger | null;
  /** The delivery of the digest that it became part of. */
  readonly mergedInto: string | null;
  /** A worker has it in hand. */
  readonly inFlight: boolean;
  /** Attempts counted against the retry schedule, and all attempts. */
  readonly countedAttempts: number;
  readonly attempts: number;
  readonly errorKind: string | null;
  /** The vendor's own id. */
  readonly externalId: string | null;
  readonly vendorStatus: string | null;
  /** Milliseconds since the epoch. */
  readonly vendorStatusAt: number | null;
  /** When it is attempted next; null once it ended. */
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** A delivery with its attempts. */
export interface StoredDelivery extends DeliverySummary {
  /** In order. */
  readonly attemptRecords: readonly AttemptRecord[];
}

/** What waits for one destination. Counts stop at {@link COUNT_LIMIT}: more is not told apart, and not counted. */
export interface DestinationStats {
  readonly destinationId: string;
  readonly brand: string;
  readonly name: string;
  readonly type: string;
  readonly paused: boolean;
  /** Not in flight. */
  readonly waiting: number;
  /** Of those, due now. */
  readonly due: number;
  /** Milliseconds since the epoch; null where nothing is due. */
  readonly oldestDueAt: number | null;
  readonly inFlight: number;
  /**
   * State of the circuit breaker. `closed`: healthy. `open`: nothing is sent, because the destination fails or throttles.
   * `half_open`: single calls probe whether the destination works again.
   */
  readonly circuitBreaker: CircuitBreakerState;
}

/** What waits, for each destination and in all. */
export interface Stats {
  readonly destinations: readonly DestinationStats[];
  /** Sums; `oldestDueAt` leaves out paused destinations. */
  readonly totals: Pick<DestinationStats, 'waiting' | 'due' | 'oldestDueAt' | 'inFlight'>;
}

/** Where counts of what waits for a destination stop, so that stats stay cheap with millions waiting. */
export const COUNT_LIMIT = 100_000;

/** How much a destination has had to do of late. */
export interface DestinationRates {
  /** Deliveries that were made, a second. */
  readonly deliveriesPerSecond: number;
  /** Those of them that have come to their end. */
  readonly endedPerSecond: number;
}

/** How much came in and went out over the last {@link RATE_WINDOW_MS}. */
export interface Rates {
  /** Events that were stored, a second. */
  readonly eventsPerSecond: number;
  /** By the destination's id. */
  readonly destinations: ReadonlyMap<string, DestinationRates>;
}

/** Rates are over so long, in milliseconds … */
export const RATE_WINDOW_MS = 60_000;
/** … or over the time in which the newest so many came, of a brand's events and of a destination's deliveries. */
export const RATE_SAMPLE = 2_000;

/**
 * What the admin API reads. Everything is of one brand; a stranger's id is not found. Lists reject with a
 * {@link CursorError} where the cursor is none of theirs.
 */
export interface ReadStore {
  events(brandId: string, filter: EventFilter, page: PageRequest): Promise<Page<EventSummary>>;
  /** Null where the brand has no such event. */
  event(brandId: string, eventId: string): Promise<StoredEvent | null>;
  /** True if a stored event names the customer. The id has its stored form. */
  hasCustomer(brandId: string, customerId: string): Promise<boolean>;
  deliveries(brandId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliverySummary>>;
  delivery(brandId: string, deliveryId: string): Promise<StoredDelivery | null>;
  /** All deliveries of an event, replays included, oldest first; at most 1,000. */
  deliveriesOfEvent(brandId: string, eventId: string): Promise<readonly DeliverySummary[]>;
  /**
   * What waits, destination by destination.
   * @param now milliseconds since the epoch
   * @param brandIds only these brands; left out: all
   */
  stats(now: number, brandIds?: readonly string[]): Promise<Stats>;
  /** How much came in and went out of late; `now` and `brandIds` as in {@link stats}. */
  rates(now: number, brandIds?: readonly string[]): Promise<Rates>;
}
