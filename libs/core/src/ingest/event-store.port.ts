import type { JsonObject } from '@patchbay/plugin-sdk';
import type { RetentionDays } from '../configuration/brand-definition.js';
import type { DeliveryMessaging } from '../messaging/delivery-messaging.js';
import type { DeliveryOrder } from '../delivery/ordering.js';
import type { NewErasure } from '../erasure/erasure.js';

/** A delivery to be made with its event. */
export interface NewDelivery {
  /** Timestamp of its event, the other bits a hash: see `deliveryId`. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly subscriptionVersionId: string;
  readonly destinationId: string;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  /** Left out: it goes out whatever else waits. */
  readonly order?: DeliveryOrder;
  /** Left out: it keeps nothing of any messaging rules. */
  readonly messaging?: DeliveryMessaging;
}

/** An event as it is stored, with everything that must be stored with it or not at all. */
export interface NewEvent {
  /** UUIDv7 of the time of receipt. */
  readonly id: string;
  readonly brandId: string;
  readonly sourceId: string;
  readonly retentionDays: RetentionDays;
  readonly type: string;
  readonly sourceEventId: string;
  /** 16 bytes as a UUID string: a hash of source, organisation, type and event id. */
  readonly dedupeKey: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly customerIds: readonly string[];
  /**
   * Keyed hashes of those whose tombstone keeps its content out; null where it names nobody,
   * and for a deletion event, which has to tell of it. Asked
   * for only where the brand has forgotten somebody since the event's moment.
   */
  readonly customerHashes: (() => readonly string[]) | null;
  readonly attributes: JsonObject;
  /** Without personal values. May hold NUL and lone surrogates inside strings: stored as `json`, not `jsonb`. */
  readonly data: JsonObject;
  /** Personal values, or the raw body of a quarantined event; sealed under `event/<id>/personal`. */
  readonly sealed: Uint8Array | null;
  /** Why it could not be read; null for an event that could. */
  readonly quarantineReason: string | null;
  /** Set where it came after a customer it names was forgotten, and is of the time before. Milliseconds since the epoch. */
  readonly erasedAt: number | null;
  readonly deliveries: readonly NewDelivery[];
  /** Names of the subscriptions whose filters exceeded their budget. Reported, not stored: an explanation finds them again. */
  readonly overBudget: readonly string[];
  /** Of customers whose deletion it tells: they start with it. */
  readonly erasures: readonly NewErasure[];
}

/** Outcome of one event of a group. */
export type StoredOutcome =
  | { readonly kind: 'accepted' }
  /** The database refused its data, so its quarantined form was stored. */
  | { readonly kind: 'quarantined' }
  /** The event with this key came before. */
  | { readonly kind: 'duplicate'; readonly eventId: string };

/** Makes of an event whose data the database refuses a form that it can store, under the same id. */
export type QuarantineRefused = (event: NewEvent, reason: string) => NewEvent;

/** Stores groups of events. */
export interface EventStore {
  /**
   * Stores a group in one commit: dedupe keys, events, customers, deliveries. Resolves after the commit, with one
   * outcome per event, in order, or with `stale` if the configuration's revision is not `revision` any more (then
   * nothing was stored). No two events of a group have the same key. What a tombstone keeps out is stored as
   * `erasedEvent` makes it. An event whose data is refused is stored as `quarantine` makes it, in the same commit.
   * Throws a StoreRefusedError if that form is refused too, or if there is no `quarantine` (nothing was stored);
   * throws anything else if the database could not be reached.
   */
  storeGroup(
    revision: number,
    events: readonly NewEvent[],
    quarantine?: QuarantineRefused,
  ): Promise<readonly StoredOutcome[] | 'stale'>;
}

/** The database refused the data itself (not: was away). */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
}
