import type { DeliveryErrorKind, JsonObject } from '@patchbay/plugin-sdk';
import type { PausedBy } from '../configuration/configuration-snapshot.js';

/** What the source is called by which the hub tells a brand of its own affairs; so is its adapter. No other has the name. */
export const OPERATIONAL_SOURCE = 'patchbay';

/** What the hub tells a brand of. */
export const OPERATIONAL_TYPES = [
  'destination.paused',
  'destination.resumed',
  'delivery.dead',
  'delivery.unconfirmed',
] as const;
export type OperationalType = (typeof OPERATIONAL_TYPES)[number];

/** The destination that an event is about. */
export interface ToldDestination extends JsonObject {
  id: string;
  /** Null where it was deleted before it could be told. */
  name: string | null;
  type: string | null;
}

/** Data of `destination.paused` and `destination.resumed`. */
export interface DestinationSwitched extends JsonObject {
  destination: ToldDestination;
  by: PausedBy;
  /** Why it was paused; null for one that was resumed. */
  reason: string | null;
  /** Of the try that paused it; null where no try did. */
  errorKind: DeliveryErrorKind | null;
  /** ISO 8601, UTC. */
  at: string;
}

/** One of the deliveries that an event tells of: nothing that its vendor wrote, which may name a customer. */
export interface ToldDelivery extends JsonObject {
  id: string;
  eventId: string;
  eventType: string;
  /** All tries. */
  attempts: number;
  /** ISO 8601, UTC. */
  createdAt: string;
  endedAt: string;
}

/** Data of `delivery.dead` and `delivery.unconfirmed`: deliveries of one destination and subscription that ended alike. */
export interface DeliveriesEnded extends JsonObject {
  destination: ToldDestination;
  /** The name is null where it was deleted before it could be told. */
  subscription: { id: string; name: string | null };
  reason: string | null;
  errorKind: DeliveryErrorKind | null;
  /** How many: 1, or more where several ended within a minute. */
  count: number;
  /** When the first and the last of them ended: ISO 8601, UTC. */
  firstAt: string;
  lastAt: string;
  /** The first of them, {@link MOST_TOLD_DELIVERIES} at most. */
  deliveries: ToldDelivery[];
}

/** Deliveries that one event names; the others are counted. */
export const MOST_TOLD_DELIVERIES = 10;
