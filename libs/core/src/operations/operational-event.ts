import type { DeliveryErrorKind, JsonObject } from '@patchbay/plugin-sdk';
import type { PausedBy } from '../configuration/configuration-snapshot.js';

/** Reserved name of the source of operational events, and of its adapter. */
export const OPERATIONAL_SOURCE = 'patchbay';

/** Types of operational events. */
export const OPERATIONAL_TYPES = [
  'destination.paused',
  'destination.resumed',
  'destination.failing',
  'delivery.dead',
  'delivery.unconfirmed',
  'status.missing',
  'suppression.added',
  'suppression.removed',
  'lookup.paused',
  'lookup.resumed',
] as const;
export type OperationalType = (typeof OPERATIONAL_TYPES)[number];

/** Destination that an operational event is about. */
export interface NamedDestination extends JsonObject {
  id: string;
  /** Name of the destination; null if the destination was deleted before the event was published. */
  name: string | null;
  type: string | null;
}

/** Data of `destination.paused`, `destination.resumed` and `destination.failing`. */
export interface DestinationSwitched extends JsonObject {
  destination: NamedDestination;
  by: PausedBy;
  /** Reason of the pause or of the alert; null for the event `destination.resumed`. */
  reason: string | null;
  /** Error kind of the attempt that caused the event; null if no attempt caused it. */
  errorKind: DeliveryErrorKind | null;
  /** Time of the pause, the resumption or the alert: ISO 8601, UTC. */
  at: string;
}

/**
 * Delivery that an operational event names. Contains no text from the vendor, because text from a vendor may name a
 * customer.
 */
export interface NamedDelivery extends JsonObject {
  id: string;
  eventId: string;
  eventType: string;
  /** Number of all attempts of the delivery. */
  attempts: number;
  /** Time of creation of the delivery: ISO 8601, UTC. */
  createdAt: string;
  endedAt: string;
}

/**
 * Data of `delivery.dead` and `delivery.unconfirmed`: deliveries of one destination and subscription that ended in the
 * same way.
 */
export interface DeliveriesEnded extends JsonObject {
  destination: NamedDestination;
  /**
   * Subscription of the deliveries; its name is null if the subscription was deleted before the event was published.
   */
  subscription: { id: string; name: string | null };
  reason: string | null;
  errorKind: DeliveryErrorKind | null;
  /** Number of deliveries; more than 1 if several deliveries ended within a minute. */
  count: number;
  /** Times at which the first and the last delivery ended: ISO 8601, UTC. */
  firstAt: string;
  lastAt: string;
  /** The first few of the deliveries that this operational event reports; at most {@link MAX_NAMED_DELIVERIES}. */
  deliveries: NamedDelivery[];
}

/** Maximum number of deliveries that one operational event names. Further deliveries are only counted. */
export const MAX_NAMED_DELIVERIES = 10;

/** Data of `status.missing`: sent messages of one destination about which the vendor has reported nothing. */
export interface StatusesMissing extends JsonObject {
  destination: NamedDestination;
  /** Number of messages without a status. */
  count: number;
  /** Number of messages that were checked, with and without a status. */
  sent: number;
  /** Time within which the vendor had to report a status: `1d`. */
  within: string;
  /** The first few of the deliveries without a status; at most {@link MAX_NAMED_DELIVERIES}. */
  deliveries: NamedDelivery[];
  /** Time of the check: ISO 8601, UTC. */
  at: string;
}

/** Suppression that an operational event names. Contains no address. */
export interface NamedSuppression extends JsonObject {
  id: string;
  reason: string;
  channel: string | null;
  purpose: string | null;
  sender: string | null;
  /** Name of the destination or of the API key that reported the address. */
  reportedBy: string;
}

/** Data of `suppression.added` and `suppression.removed`. */
export interface SuppressionsChanged extends JsonObject {
  /** Number of suppressions. */
  count: number;
  /** The first few of the suppressions; at most {@link MAX_NAMED_SUPPRESSIONS}. */
  suppressions: NamedSuppression[];
  /** Time of the change: ISO 8601, UTC. */
  at: string;
}

/** Maximum number of suppressions that one operational event names. Further suppressions are only counted. */
export const MAX_NAMED_SUPPRESSIONS = 10;

/** Data of `lookup.paused` and `lookup.resumed`. */
export interface LookupSwitched extends JsonObject {
  /** Name of the lookup: `recipients.resolver`, or `enrichment.` and the name of an enrichment. */
  lookup: string;
  by: PausedBy;
  /** Reason of the pause; null for the event `lookup.resumed`. */
  reason: string | null;
  /** Time of the pause or the resumption: ISO 8601, UTC. */
  at: string;
}
