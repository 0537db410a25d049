import type {
  AddressPath,
  BatchLimits,
  DestinationLimits,
  EventEnvelope,
  Json,
  JsonObject,
  MessagingChannel,
} from '@patchbay/plugin-sdk';
import type { QuotaExcess } from '../configuration/brand-definition.js';
import type { Enriched } from './enricher.port.js';
import type { CallTrace } from '../tracing/traces.port.js';
import type { AttemptOutcome } from './delivery.js';

/** Destination that is ready for use: its settings are checked and its credentials opened. */
export interface OpenDestination {
  readonly id: string;
  readonly brandId: string;
  readonly brandName: string;
  readonly type: string;
  readonly version: number;
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
  readonly timeoutMs?: number;
}

/**
 * Check that runs directly before each request of an attempt is written to its socket, on an established connection.
 * The result is one of:
 *
 * - Null: the request is written.
 * - A delay: nothing is written now. The request is repeated after the delay.
 * - An outcome: nothing is written, and the attempt has this outcome, unless an earlier request of the attempt was
 *   already sent.
 */
export type BeforeWrite = (request: WrittenRequest) => AttemptOutcome | WriteDelay | null;

/** Properties of a request that is about to be written. */
export interface WrittenRequest {
  /** False if the request only fetches a token and does not deliver the message. */
  readonly delivers: boolean;
}

/** Delay after which the request may be written. */
export interface WriteDelay {
  readonly kind: 'delay';
  readonly milliseconds: number;
}

/** Message for one destination, and the delivery to which the attempt belongs. */
export interface DeliverRequest extends DeliveryMessage {
  readonly destination: OpenDestination;
  readonly beforeWrite?: BeforeWrite;
  /** Signal that fires at shutdown. The gateway enforces the time limit of the attempt itself. */
  readonly signal: AbortSignal;
  /** Span to which the requests belong. Undefined if they are not traced. */
  readonly trace?: CallTrace | undefined;
}

/** Messages that one call sends to a destination. */
export interface DeliverBatchRequest {
  readonly destination: OpenDestination;
  /** Id of the batch, which is identical in every attempt of the same batch. */
  readonly batchId: string;
  readonly messages: readonly BatchedMessage[];
  readonly beforeWrite?: BeforeWrite;
  /** Signal that fires at shutdown. The gateway enforces the time limit of the call itself. */
  readonly signal: AbortSignal;
  /** Span to which the requests belong. Undefined if they are not traced. */
  readonly trace?: CallTrace | undefined;
}

/** Message of a batch. */
export interface BatchedMessage extends DeliveryMessage {
  readonly message: JsonObject;
}

/** Message and the delivery to which it belongs. */
export interface DeliveryMessage {
  readonly message: Json;
  readonly event: EventEnvelope;
  /** Data about the customer from lookups. The gateway does not record or log any value of this data. */
  readonly lookedUp?: Enriched;
  /** Values of the event that are stored encrypted. The gateway does not record or log any of these values. */
  readonly personal?: readonly Json[];
  readonly delivery: {
    readonly id: string;
    readonly attempt: number;
    readonly idempotencyKey: string;
    readonly statusCallbackUrl?: string;
  };
}

/** Request for the result of a message that the vendor has not yet decided on. */
export interface PollRequest {
  readonly destination: OpenDestination;
  readonly deliveryId: string;
  /** Id that the vendor gave to the message. */
  readonly externalId: string;
  readonly beforeWrite?: BeforeWrite;
  /** Signal that fires at shutdown. The gateway enforces the time limit of the poll itself. */
  readonly signal: AbortSignal;
  /** Span to which the requests belong. Undefined if they are not traced. */
  readonly trace?: CallTrace | undefined;
}

/** Invalid field of a message, of credentials or of settings. */
export interface FieldProblem {
  /** Path of the field, such as `to` or `headers.x-a`. */
  readonly field: string;
  readonly message: string;
  /** True if the message lacks the field. */
  readonly missing: boolean;
  /** Fields of which one is required, if the message lacks all of them. Absent for other problems. */
  readonly oneOf?: readonly string[];
}

/** Facts about a destination type that the delivery code needs. */
export interface DestinationTypeFacts {
  readonly type: string;
  /** Channel of the messages to customers. Null if the type sends no messages to customers. */
  readonly messaging: MessagingChannel | null;
  /** Fate of the messages over a quota, if the brand does not decide. */
  readonly quotaExcess: QuotaExcess;
  /** Returns the limits that the vendor sets for a destination with these settings. */
  limits(settings: JsonObject): DestinationLimits;
  /** Returns true if the vendor drops a message whose idempotency key it has already seen. */
  idempotent(settings: JsonObject): boolean;
  /** Returns the limits of batches of a destination with these settings. Undefined if it sends each message alone. */
  batch(settings: JsonObject): BatchLimits | undefined;
  readonly hasStatusCallback: boolean;
  /** Returns the paths of the addresses to which a message is sent. Empty if it is sent to no address of a customer. */
  readonly addressPathsOf: (message: JsonObject) => readonly AddressPath[];
  /** Returns the preset for an event type, or else the preset for `*`. Undefined if there is neither. */
  preset(eventType: string): JsonObject | undefined;
}

/** Gateway through which the delivery code uses the plugins. */
export interface DestinationGateway {
  /** Returns the facts of a destination type. Undefined if no plugin provides the type. */
  facts(type: string): DestinationTypeFacts | undefined;
  /** Returns the invalid fields of a message. Empty if the message is valid. */
  checkMessage(type: string, message: Json): readonly FieldProblem[];
  checkCredentials(type: string, credentials: JsonObject): readonly FieldProblem[];
  checkSettings(type: string, settings: JsonObject): readonly FieldProblem[];
  /**
   * Makes one attempt. Never throws: a bug in a plugin is logged, and its outcome is `transient`. The outcome is
   * redacted.
   */
  deliver(request: DeliverRequest): Promise<AttemptOutcome>;
  /**
   * Makes one call with several messages, and returns the outcome of each message in the order of the messages. Never
   * throws, as {@link deliver}. Only the first outcome contains the body of a response to the whole call.
   */
  deliverBatch(request: DeliverBatchRequest): Promise<readonly AttemptOutcome[]>;
  /** Polls for the result of a pending message. Never throws and never sends the message. The outcome is redacted. */
  poll(request: PollRequest): Promise<AttemptOutcome>;
}
