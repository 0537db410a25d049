import type { DeliveryErrorKind, JsonObject } from '@patchbay/plugin-sdk';
import type { PausedBy } from '../configuration/configuration-snapshot.js';

/** Name of the source of operational events, and of its adapter. Reserved. */
export const OPERATIONAL_SOURCE = 'patchbay';

/** Types of operational events. */
export const OPERATIONAL_TYPES = [
  'destination.paused',
  'destination.resumed',
  'delivery.dead',
  'delivery.unconfirmed',
] as const;
export type OperationalType = (typeof OPERATIONAL_TYPES)[number];

/** The destination that an event is about. */
export interface NamedDestination extends JsonObject {
  id: string;
  /** Null if the destination was deleted before the event was published. */
  name: string | null;
  type: string | null;
}

/** Data of `destination.paused` and `destination.resumed`. */
export interface DestinationSwitched extends JsonObject {
  destination: NamedDestination;
  by: PausedBy;
  /** Why it was paused; null for one that was resumed. */
  reason: string | null;
  /** Of the attempt that paused it; null where no attempt did. */
  errorKind: DeliveryErrorKind | null;
  /** ISO 8601, UTC. */
  at: string;
}

/** A delivery that an event names. Has nothing that the vendor wrote, because that may name a customer. */
export interface NamedDelivery extends JsonObject {
  id: string;
  eventId: string;
  eventType: string;
  /** All attempts. */
  attempts: number;
  /** ISO 8601, UTC. */
  createdAt: string;
  endedAt: string;
}

/** Data of `delivery.dead` and `delivery.unconfirmed`: deliveries of one destination and subscription that ended alike. */
export interface DeliveriesEnded extends JsonObject {
  destination: NamedDestination;
  /** The name is null if the subscription was deleted before the event was published. */
  subscription: { id: string; name: string | null };
  reason: string | null;
  errorKind: DeliveryErrorKind | null;
  /** How many: 1, or more where several ended within a minute. */
  count: number;
  /** When the first and the last delivery ended: ISO 8601, UTC. */
  firstAt: string;
  lastAt: string;
  /** The first deliveries, {@link MAX_NAMED_DELIVERIES} at most. */
  deliveries: NamedDelivery[];
}

/** Maximum deliveries that one event names; the others are only counted. */
export const MAX_NAMED_DELIVERIES = 10;
