import type { DeliveryErrorKind, JsonObject } from '@patchbay/plugin-sdk';
import type { PausedBy } from '../configuration/configuration-snapshot.js';

/** Reserved name of the source of operational events, and of its adapter. */
export const OPERATIONAL_SOURCE = 'patchbay';

/** Types of operational events about the operation of the hub. */
export const ALERT_TYPES = [
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
  'capillary.drifted',
  'capillary.gap',
  'capillary.missing',
  'import.failed',
  'import.quarantined',
] as const;

/**
 * Types of operational events about single messages. A wildcard of a subscription takes them only if it begins with
 * `message.`, so that `*` never adds an event per message.
 */
export const MESSAGE_TYPES = [
  'message.sent',
  'message.delivered',
  'message.opened',
  'message.clicked',
  'message.bounced',
  'message.undelivered',
  'message.failed',
  'message.suppressed',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Beginning of all {@link MESSAGE_TYPES}. */
export const MESSAGE_PREFIX = 'message.';

/** Types of operational events. */
export const OPERATIONAL_TYPES = [...ALERT_TYPES, ...MESSAGE_TYPES] as const;
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

/** Change of a webhook that somebody made at Capillary. */
export interface DriftedField extends JsonObject {
  /** Field of the webhook: `active`, `url`, `method`, `type`, `eventNames` or `header`. */
  field: string;
  /** Value that the hub wrote. */
  before: string | null;
  /** Value that the webhook has now. */
  after: string | null;
}

/** Data of `capillary.drifted`. Contains no secret. */
export interface CapillaryDrifted extends JsonObject {
  source: string;
  webhookId: string;
  /** True if the webhook was deleted. */
  deleted: boolean;
  changes: DriftedField[];
  /** Time of the comparison: ISO 8601, UTC. */
  at: string;
}

/** Data of `capillary.gap`. */
export interface CapillaryGap extends JsonObject {
  source: string;
  /** UTC day on which Capillary created the events: `2026-11-30`. */
  day: string;
  /** Number of events that Capillary counts and does not retry. */
  expected: number;
  /** Number of events that the hub has, including quarantined ones. */
  stored: number;
  missing: number;
  /** Time of the comparison: ISO 8601, UTC. */
  at: string;
}

/** Data of `capillary.missing`. */
export interface CapillaryMissing extends JsonObject {
  source: string;
  /** Check of the log that found the events. */
  checkId: string;
  /** First and last UTC day of the check: `2026-11-30`. */
  from: string;
  to: string;
  /** Number of events in Capillary's log that the hub does not have. */
  missing: number;
  /** Number of missing events that the check recovered from the log. */
  recovered: number;
  /** Time of the end of the check: ISO 8601, UTC. */
  at: string;
}

/** Data of `import.failed` and `import.quarantined`. */
export interface ImportEnded extends JsonObject {
  importId: string;
  source: string;
  fileName: string;
  /** Reason why the import failed; null if it is done. */
  reason: string | null;
  /** Number of rows that made a new event. */
  accepted: number;
  duplicate: number;
  /** Number of rows that made no event. */
  quarantined: number;
  /** Time of the end: ISO 8601, UTC. */
  at: string;
}

/**
 * Data of `message.*`: one status of one message. Contains neither the text of the message nor the address of the
 * recipient, and no text from the vendor.
 */
export interface MessageReported extends JsonObject {
  /** Status of the message: the part of the type after `message.`. */
  status: string;
  /** Time of the status by the vendor's clock, or by the hub's clock if the vendor reported no time: ISO 8601, UTC. */
  at: string;
  deliveryId: string;
  eventId: string;
  eventType: string;
  /** Key of the customer as the event has it; null if the event names no customer. A hash in a `pii-less` brand. */
  customerId: string | null;
  destination: NamedDestination;
  /** Subscription of the message; its name is null if the subscription was deleted before the event was published. */
  subscription: { id: string; name: string | null };
  /** Channel of the destination's messaging; null if the destination type sends no messages to customers. */
  channel: string | null;
  /** Reason why the message was not sent; null if it was sent. */
  reason: string | null;
  /** Status in the words of the plugin contract; null if the vendor has reported none. */
  vendorStatus: string | null;
  /** Error code of the vendor; null if the last attempt had none. */
  vendorCode: string | null;
  /** The vendor's id of the message; null if the vendor returned none. */
  externalId: string | null;
  /** Number of all attempts of the delivery. */
  attempts: number;
}
