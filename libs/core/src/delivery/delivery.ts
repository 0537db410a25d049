import type {
  DeliveryErrorKind,
  JsonObject,
  RefusedAddress,
  VendorResponse,
  VendorSuppressionReason,
} from '@patchbay/plugin-sdk';
import type { DeliveryMessaging, MessagingChange } from '../messaging/delivery-messaging.js';
import type { PersonalValue } from '../event/personal-value.js';
import type { BatchPlace } from './batch-place.js';
import type { DeliveryOrder } from './ordering.js';
import type { RetentionDays } from '../configuration/brand-definition.js';

/** Delivery states as stored. `held` is not stored, because it follows from the pause of a destination or a lookup. */
export const DELIVERY_STATES = [
  'scheduled',
  'succeeded',
  'dead',
  'unconfirmed',
  'superseded',
  'suppressed',
  'merged',
  'cancelled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Delivery whose lease this process holds, with its event. */
export interface ClaimedDelivery {
  readonly id: string;
  /** Fencing token. An outcome is written only while the delivery's row still has this token. */
  readonly token: string;
  readonly retentionDays: RetentionDays;
  readonly brandId: string;
  /** Id of the destination. While the destination is {@link undecided}, the id of the subscription. */
  readonly destinationId: string;
  /** True if the subscription has a route and no entry was chosen yet. The delivery must not be attempted. */
  readonly undecided: boolean;
  /** Version of the destination at the time of the claim. */
  readonly destinationVersion: number;
  /**
   * Number of the last pause or resumption of the destination at the time of the claim. 0 if there was none, or if the
   * destination is undecided.
   */
  readonly pauseSeq: number;
  readonly subscriptionId: string;
  readonly subscriptionVersionId: string;
  /** Number of attempts so far that count against the retry schedule. */
  readonly countedAttempts: number;
  /** Number of all attempts so far, including throttled attempts. */
  readonly attempts: number;
  /** Policy of the order key. Null if the subscription keeps no order. */
  readonly order: Pick<DeliveryOrder, 'policy'> | null;
  /**
   * Time since which the vendor has the message without a result, in milliseconds since the epoch. Null if the message
   * is still to be sent.
   */
  readonly pendingSince: number | null;
  /** The vendor's id of the message. Null if no earlier attempt returned one. */
  readonly externalId: string | null;
  /**
   * True if an answer was lost, but a status update has since confirmed that the vendor has the message. The message
   * is not sent again.
   */
  readonly confirmed: boolean;
  /**
   * True if a newer delivery with the same order key waits or has succeeded. The outdated delivery must not be sent.
   */
  readonly outdated: boolean;
  /** State of the messaging rules, and lost answers. Null if the delivery has neither rules nor lost answers. */
  readonly messaging: DeliveryMessaging | null;
  /** True if this process stored the delivery and sends it from memory. Left out if the delivery was claimed. */
  readonly direct?: boolean;
  readonly event: ClaimedEvent;
}

/** Event of a claimed delivery, as stored. */
export interface ClaimedEvent {
  readonly id: string;
  readonly type: string;
  readonly sourceId: string;
  /** The platform's id of the customer, which mappings and lookups read. */
  readonly customerId: string | null;
  /** Identifier of the customer for messaging rules and order: the key that the source picked, or the platform's id. */
  readonly customerKey: string | null;
  /** Time at which the event occurred, in milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly data: JsonObject;
  readonly sealed: Uint8Array | null;
  /** Values that `sealed` contains. Left out if the event was read from the database. */
  readonly personal?: readonly PersonalValue[];
  /** Trace context of the event's commit. Undefined if the event is not traced, or if tracing is off here. */
  readonly traceparent?: string | undefined;
}

/** Target of an attempt's request. The message itself is not kept, because it identifies the customer. */
export interface AttemptRequest {
  readonly method: string;
  /** URL of the request, redacted: without its query, and with `…` in place of the ids in its path. */
  readonly url: string;
}

/** Outcome of one attempt. */
export type AttemptOutcome =
  | {
      readonly kind: 'accepted';
      readonly externalId?: string;
      readonly request?: AttemptRequest;
      readonly response?: VendorResponse;
      /** Addresses of the message that the vendor refused for good. Present only between the plugin and its attempt. */
      readonly refused?: readonly RefusedAddress[];
    }
  /** The vendor has received the message, but the result is not known yet. The hub polls for the result later. */
  | {
      readonly kind: 'pending';
      readonly message: string;
      readonly externalId: string;
      readonly pollAfterMs: number;
      readonly request?: AttemptRequest;
      readonly response?: VendorResponse;
    }
  | {
      readonly kind: DeliveryErrorKind;
      readonly message: string;
      readonly retryAfterMs?: number;
      readonly request?: AttemptRequest;
      readonly response?: VendorResponse;
      readonly vendorCode?: string;
      readonly disableDestination?: boolean;
      /** Set if the vendor sends nothing to the addresses of the message any more. */
      readonly suppress?: VendorSuppressionReason;
      /** Addresses of the message that the vendor refused for good. Present only between the plugin and its attempt. */
      readonly refused?: readonly RefusedAddress[];
      /** True if the vendor throttles this recipient only, not the destination. */
      readonly recipientOnly?: boolean;
      /** True if the vendor may refuse all messages of the destination for the same reason. */
      readonly suspectsDestination?: boolean;
      /** True if only a person may send the unconfirmed message again, even if the destination retries others. */
      readonly isHeld?: boolean;
    }
  /** The customer has no address for this message. Not an error. */
  | { readonly kind: 'noRecipient'; readonly message: string }
  /** The customer has not consented to the message. Not an error. */
  | { readonly kind: 'noConsent'; readonly message: string }
  /** A messaging rule defers the delivery until a time, in milliseconds since the epoch. */
  | { readonly kind: 'deferred'; readonly until: number; readonly message: string }
  /** A messaging rule prevents the message. */
  | { readonly kind: 'suppressed' | 'cancelled'; readonly message: string }
  /** The answer was lost, but a status update confirmed later that the vendor has the message. */
  | { readonly kind: 'confirmed'; readonly message: string }
  /** A newer delivery with the same order key replaces this delivery. */
  | { readonly kind: 'superseded'; readonly message: string }
  /** The answer to a batch was lost and the batch cannot be repeated. Only a person may send the message again. */
  | { readonly kind: 'dissolved'; readonly message: string }
  /** The hub failed, or a system of the brand throttles the hub. Does not count as an attempt. */
  | { readonly kind: 'internal_error'; readonly message: string; readonly retryAfterMs?: number };

/** Destination that was chosen for a delivery. Written only if the delivery still has the token of the claim. */
export interface RouteChoice {
  readonly kind: 'routed';
  readonly id: string;
  readonly token: string;
  readonly destinationId: string;
  /** Time of the first attempt, in milliseconds since the epoch. */
  readonly dueAt: number;
  /** Number of counted attempts. The retry schedule of the destination begins anew. */
  readonly countedAttempts: number;
  readonly messaging: DeliveryMessaging;
}

/** Record of an attempt, redacted. */
export interface AttemptRecord {
  /** Number of the attempt, from 1; counts every attempt. */
  readonly number: number;
  /** Start of the attempt, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: 'accepted' | DeliveryErrorKind;
  readonly message: string | null;
  readonly vendorCode: string | null;
  /** Last request of the attempt. Null if the plugin sent no request through the hub's HTTP client. */
  readonly request: AttemptRequest | null;
  readonly response: VendorResponse | null;
  /** True if the process that stored the event sent the message from memory. */
  readonly direct: boolean;
  /** Place of the message in its batch. Null if the call had a single message and no batch. */
  readonly batch: BatchPlace | null;
}

/** Decision about a claimed delivery. The decision is written only if the delivery still has the token of the claim. */
export interface DeliveryDecision {
  readonly id: string;
  readonly token: string;
  readonly retentionDays: RetentionDays;
  readonly state: DeliveryState;
  /**
   * State to write instead of `state` if a status update has confirmed the message by the time of the write. Null if
   * `state` applies to a confirmed message too.
   */
  readonly stateIfConfirmed: DeliveryState | null;
  /** Reason for the state, such as `no recipient` or `rejected`. Null if the state needs no reason. */
  readonly reason: string | null;
  /** Time of the next attempt, in milliseconds since the epoch. Null if the delivery is not `scheduled`. */
  readonly dueAt: number | null;
  readonly countedAttempts: number;
  readonly attempts: number;
  readonly errorKind: DeliveryErrorKind | null;
  readonly externalId: string | null;
  /** Same as {@link ClaimedDelivery.pendingSince}. */
  readonly pendingSince: number | null;
  /** True if later deliveries with the same order key wait until a person decides about this delivery. */
  readonly blocks: boolean;
  /** Changes to {@link ClaimedDelivery.messaging}. Null if nothing changes. */
  readonly messaging: MessagingChange | null;
  readonly attempt: AttemptRecord | null;
  /** True if a subscription of the brand may take an operational event about the message. Left out if none does. */
  readonly hasMessageEvents?: boolean;
}
