import type { DestinationCategory, DestinationLimits, EventEnvelope, Json, JsonObject } from '@patchbay/plugin-sdk';
import type { Enriched } from '../enrichment/enricher.port.js';
import type { AttemptOutcome } from './delivery.js';

/** A destination ready for use: checked, credentials open. */
export interface OpenDestination {
  readonly id: string;
  readonly brandId: string;
  readonly type: string;
  readonly version: number;
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
  readonly timeoutMs?: number;
}

/**
 * Called directly before each request of an attempt is written to its socket, on an established connection. Null: the
 * request goes out. A delay: nothing is written now, and the request is repeated after it. Otherwise nothing is written,
 * and the value is the outcome of the attempt, unless an earlier request of the same attempt had already gone out.
 */
export type BeforeWrite = (request: WrittenRequest) => AttemptOutcome | WriteDelay | null;

/** Facts of a request that is about to be written. */
export interface WrittenRequest {
  /** False if the plugin only fetches a token with it. */
  readonly delivers: boolean;
}

/** A request that may be written later. */
export interface WriteDelay {
  readonly kind: 'delay';
  readonly milliseconds: number;
}

/** One message for one destination, and the delivery it is an attempt of. */
export interface DeliverRequest {
  readonly destination: OpenDestination;
  readonly message: Json;
  readonly event: EventEnvelope;
  /** What was looked up about the customer: wherever the message took it to, no value of it is recorded or logged. */
  readonly lookedUp?: Enriched;
  /** Values of the event that are sealed at rest: as what was looked up, none of them is recorded or logged. */
  readonly personal?: readonly Json[];
  readonly delivery: {
    readonly id: string;
    readonly attempt: number;
    readonly idempotencyKey: string;
    readonly statusCallbackUrl?: string;
  };
  readonly beforeWrite?: BeforeWrite;
  /** Fires at shutdown; the time limit is the gateway's own. */
  readonly signal: AbortSignal;
}

/** A message that the vendor had not decided about. */
export interface PollRequest {
  readonly destination: OpenDestination;
  readonly deliveryId: string;
  /** The vendor's id of it. */
  readonly externalId: string;
  readonly beforeWrite?: BeforeWrite;
  /** Fires at shutdown; the time limit is the gateway's own. */
  readonly signal: AbortSignal;
}

/** A field of a message, of credentials or of settings that does not fit. */
export interface FieldProblem {
  /** `to`, `headers.x-a`, … */
  readonly field: string;
  readonly message: string;
  /** True where it is missing altogether. */
  readonly missing: boolean;
}

/** The facts of a destination type that the engine needs. */
export interface DestinationTypeFacts {
  readonly type: string;
  readonly category: DestinationCategory;
  /** What the vendor can bear where a destination is set up like this. */
  limits(settings: JsonObject): DestinationLimits;
  /** Whether a repeated idempotency key is dropped by the vendor. */
  idempotent(settings: JsonObject): boolean;
  readonly hasStatusCallback: boolean;
  /** The preset for an event type (`*` included); undefined where there is none. */
  preset(eventType: string): JsonObject | undefined;
}

/** The plugins, as the engine sees them. */
export interface DestinationGateway {
  /** Undefined for a type that no plugin provides. */
  facts(type: string): DestinationTypeFacts | undefined;
  /** Problems of a message, empty where it is valid. */
  checkMessage(type: string, message: Json): readonly FieldProblem[];
  checkCredentials(type: string, credentials: JsonObject): readonly FieldProblem[];
  checkSettings(type: string, settings: JsonObject): readonly FieldProblem[];
  /** One attempt. Never throws: a bug in a plugin is `transient`, logged as an error. The outcome is redacted. */
  deliver(request: DeliverRequest): Promise<AttemptOutcome>;
  /** Asks what became of a message that is `pending`. Never throws, never sends it. The outcome is redacted. */
  poll(request: PollRequest): Promise<AttemptOutcome>;
}
