import type { JsonObject } from '@patchbay/plugin-sdk';
import type { CustomerKey } from '../event/customer-key.js';
import type { PersonalValue } from '../event/personal-value.js';
import type { RetentionDays } from '../configuration/brand-definition.js';
import type { DeliveryMessaging } from '../messaging/delivery-messaging.js';
import type { DeliveryOrder } from '../delivery/ordering.js';
import type { NewErasure } from '../erasure/erasure.js';

/** Delivery to be created with its event. */
export interface NewDelivery {
  /** UUID that contains the time of the delivery's event; the other bits are a hash. See `deliveryId`. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly subscriptionVersionId: string;
  /** Id of the destination; the id of the subscription if its route is to choose the destination. */
  readonly destinationId: string;
  /** Due time, in milliseconds since the epoch. */
  readonly dueAt: number;
  /** Position in the order of deliveries. Left out if the delivery does not depend on other deliveries. */
  readonly order?: DeliveryOrder;
  /** State of the messaging rules. Left out if the rules have nothing to store. */
  readonly messaging?: DeliveryMessaging;
  /** True if the process that stores the delivery may send it from memory. See `mayBeDirect`. */
  readonly mayBeDirect?: boolean;
}

/** Lease that the storing process requests for a new delivery. */
export interface LeaseRequest {
  readonly destinationId: string;
  /** Duration of the lease, in milliseconds. */
  readonly leaseMs: number;
}

/** Requested leases by delivery id. */
export type LeaseRequests = ReadonlyMap<string, LeaseRequest>;

/** Lease of a delivery that was stored as leased to this process. */
export interface NewLease {
  /** Fencing token of the lease. */
  readonly token: string;
  /** Version of the destination at the time of the lease. */
  readonly destinationVersion: number;
  /** Number of the last pause or resumption of the destination at the time of the lease. 0 if there was none. */
  readonly pauseSeq: number;
}

/** Event to be stored, with all data that is stored in the same transaction. */
export interface NewEvent {
  /** UUIDv7 that contains the time of receipt of the event. */
  readonly id: string;
  readonly brandId: string;
  readonly sourceId: string;
  /** Revision of the brand by which the event was prepared. */
  readonly configRevision: number;
  readonly retentionDays: RetentionDays;
  readonly type: string;
  readonly sourceEventId: string;
  /** Hash of source, organisation, type and event id: 16 bytes as a UUID string. */
  readonly dedupeKey: string;
  /** Time at which the event occurred, in milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly customerIds: readonly string[];
  /** Key of the event's customer. Null or left out if the key is the first of {@link customerIds}. */
  readonly customer?: CustomerKey | null;
  /**
   * Function that returns the keyed hashes of the event's customers, by which tombstones are found. Called only if the
   * brand has erased a customer since the time of the event. Null if the event names no customer. Null for a deletion
   * event too, because a deletion event must be delivered.
   */
  readonly customerHashes: (() => readonly string[]) | null;
  readonly attributes: JsonObject;
  /**
   * Data without personal values. The data is stored as `json`, not `jsonb`, because strings may contain NUL and lone
   * surrogates.
   */
  readonly data: JsonObject;
  /** Personal values, or the raw body of a quarantined event, sealed under the context `event/<id>/personal`. */
  readonly sealed: Uint8Array | null;
  /** Values that {@link sealed} contains, for deliveries from memory. Not stored. Left out if there are none. */
  readonly personal?: readonly PersonalValue[];
  /** Reason why the body of the call could not be read; null if the body could be read. */
  readonly quarantineReason: string | null;
  /**
   * Time of the erasure of a customer, in milliseconds since the epoch, if the customer was erased before this older
   * event arrived; else null.
   */
  readonly erasedAt: number | null;
  readonly deliveries: readonly NewDelivery[];
  /**
   * Names of the subscriptions whose filters exceeded their budget. The names are reported but not stored, because an
   * explanation evaluates the filters again.
   */
  readonly overBudget: readonly string[];
  /** Number of subscriptions to the type of the event whose filter does not match the event. Not stored. */
  readonly filtered: number;
  /** Trace context of the commit, which is stored with the event. Undefined if the event is not traced. */
  readonly traceparent?: string | undefined;
  /** Erasures that the event starts, one per customer that a deletion event names. */
  readonly erasures: readonly NewErasure[];
}

/** Outcome of storing one event of a group. */
export type StoredOutcome =
  | {
      readonly kind: 'accepted';
      /**
       * Leases of the deliveries of the group, by delivery id. A delivery without an entry is not leased. Left out if no
       * lease was requested, or if the event took a further statement.
       */
      readonly leases?: ReadonlyMap<string, NewLease>;
    }
  /** The database rejected the data of the event, so the quarantined form of the event was stored. */
  | { readonly kind: 'quarantined' }
  /** An event with the same dedupe key was stored before. */
  | { readonly kind: 'duplicate'; readonly eventId: string }
  /** The event was not stored, because its brand has another revision by now. */
  | { readonly kind: 'stale' };

/**
 * Function that returns the quarantined form of an event whose data the database rejects. The form keeps the id of the
 * event.
 */
export type QuarantineRefused = (event: NewEvent, reason: string) => NewEvent;

/** Store of events. */
export interface EventStore {
  /**
   * Stores a group of events: dedupe keys, events, customers and deliveries. Resolves after the commit with one outcome
   * per event, in order. All events of a brand are stored in the same commit, or none of them. No two events of a group
   * may have the same dedupe key.
   *
   * An event that is older than the erasure of one of its customers is stored in the form of `erasedEvent`. An event
   * whose data the database rejects is stored in its quarantined form. Throws a StoreRefusedError if the quarantined form
   * is rejected too or `quarantine` is left out. Throws other errors if the database is unavailable. After an error, a
   * part of the brands may be stored. An event that is given again is then accepted, and stored once.
   *
   * A requested lease is granted only if the destination may be called and has no backlog. No lease is granted to events
   * that take a further statement. After an error, deliveries may be stored as leased, but none may be sent from memory.
   */
  storeGroup(
    events: readonly NewEvent[],
    quarantine?: QuarantineRefused,
    leases?: LeaseRequests,
  ): Promise<readonly StoredOutcome[]>;
}

/** Error for data that the database rejects. Not thrown if the database is unavailable. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
}
