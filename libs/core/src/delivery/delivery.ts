import type { DeliveryErrorKind, JsonObject, VendorResponse } from '@patchbay/plugin-sdk';
import type { DeliveryMessaging, MessagingChange } from '../messaging/delivery-messaging.js';
import type { DeliveryOrder } from './ordering.js';
import type { RetentionDays } from '../configuration/brand-definition.js';

/** States as stored. `held` is not among them: it follows from the destination's pause. */
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

/** A delivery whose lease this process holds, with the event it belongs to. */
export interface ClaimedDelivery {
  readonly id: string;
  /** The fencing token: an outcome is written only while the row still carries it. */
  readonly token: string;
  readonly retentionDays: RetentionDays;
  readonly brandId: string;
  readonly destinationId: string;
  /** Of the destination, at the time of the claim. */
  readonly destinationVersion: number;
  readonly subscriptionId: string;
  readonly subscriptionVersionId: string;
  /** Attempts counted against the retry schedule so far. */
  readonly countedAttempts: number;
  /** All attempts so far, throttled ones too. */
  readonly attempts: number;
  /** Null: no order is kept. */
  readonly order: Pick<DeliveryOrder, 'policy'> | null;
  /** Since when the vendor has it without having decided, in milliseconds since the epoch; null: it is to be sent. */
  readonly pendingSince: number | null;
  /** The vendor's id, where an earlier attempt brought one back. */
  readonly externalId: string | null;
  /** An answer was lost, but a status update has confirmed since that the vendor has the message: it is not sent again. */
  readonly confirmed: boolean;
  /** A newer state of its key waits or was delivered: it is not to be sent. */
  readonly outdated: boolean;
  /** Null: it keeps nothing of any messaging rules. */
  readonly messaging: DeliveryMessaging | null;
  readonly event: ClaimedEvent;
}

/** The event of a claimed delivery, as stored. */
export interface ClaimedEvent {
  readonly id: string;
  readonly type: string;
  readonly sourceId: string;
  readonly customerId: string | null;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly data: JsonObject;
  readonly sealed: Uint8Array | null;
}

/** Where an attempt went to. What was sent there is the mapping's message, which is not kept: it says who the customer is. */
export interface AttemptRequest {
  readonly method: string;
  /** Redacted, ids left out of its path (`…`), and without its query. */
  readonly url: string;
}

/** What one attempt came to. */
export type AttemptOutcome =
  | {
      readonly kind: 'accepted';
      readonly externalId?: string;
      readonly request?: AttemptRequest;
      readonly response?: VendorResponse;
    }
  /** The vendor has it, and is to be asked later what became of it. */
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
    }
  /** Nobody to send to: not an error. */
  | { readonly kind: 'noRecipient'; readonly message: string }
  /** The customer did not agree to be written to: not an error either. */
  | { readonly kind: 'noConsent'; readonly message: string }
  /** A messaging rule defers the delivery until a time, in milliseconds since the epoch. */
  | { readonly kind: 'deferred'; readonly until: number; readonly message: string }
  /** A rule wants it not to be sent. */
  | { readonly kind: 'suppressed' | 'cancelled'; readonly message: string }
  /** The answer was lost, but a status update confirmed later that the vendor has the message. */
  | { readonly kind: 'confirmed'; readonly message: string }
  /** A newer state makes it needless. */
  | { readonly kind: 'superseded'; readonly message: string }
  /** A failure of the hub, or a throttling system of the brand. Does not count as an attempt. */
  | { readonly kind: 'internal_error'; readonly message: string; readonly retryAfterMs?: number };

/** An attempt, as it is recorded. Redacted. */
export interface AttemptRecord {
  /** 1-based, counts every attempt. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: 'accepted' | DeliveryErrorKind;
  readonly message: string | null;
  readonly vendorCode: string | null;
  /** Null where the hub's client was not asked to send anything. Of an attempt of several calls it is the last. */
  readonly request: AttemptRequest | null;
  readonly response: VendorResponse | null;
}

/** A decision about a claimed delivery, to be written under its token. */
export interface DeliveryDecision {
  readonly id: string;
  readonly token: string;
  readonly retentionDays: RetentionDays;
  readonly state: DeliveryState;
  /** The state instead, if a status update has confirmed the message by the time of writing. Null: the same state. */
  readonly stateIfConfirmed: DeliveryState | null;
  /** Why, for `suppressed` and `dead`: `no recipient`, `rejected`, … */
  readonly reason: string | null;
  /** When it is attempted next, for `scheduled`: milliseconds since the epoch. */
  readonly dueAt: number | null;
  readonly countedAttempts: number;
  readonly attempts: number;
  readonly errorKind: DeliveryErrorKind | null;
  readonly externalId: string | null;
  /** See {@link ClaimedDelivery.pendingSince}. */
  readonly pendingSince: number | null;
  /** It holds up the later ones of its key until a person decides. */
  readonly blocks: boolean;
  /** What changes of what it keeps of messaging rules; null: nothing. */
  readonly messaging: MessagingChange | null;
  readonly attempt: AttemptRecord | null;
}
