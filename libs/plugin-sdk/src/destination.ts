import type { DeliveryError, VendorResponse } from './delivery-error.js';
import type { EventEnvelope } from './event-envelope.js';
import type { HttpClient } from './http-client.js';
import type { JsonObject } from './json.js';

/** A class whose instances are `T`: the DTO classes of a plugin. */
export type Ctor<T extends object> = new () => T;

/** Where a destination type stands in the catalogue. */
export const DESTINATION_CATEGORIES = ['webhook', 'survey', 'commerce', 'sms', 'email', 'push'] as const;
export type DestinationCategory = (typeof DESTINATION_CATEGORIES)[number];

/** What the vendor can bear. A brand may set lower values, and higher ones where its contract allows. */
export interface DestinationLimits {
  /** Messages, evenly spread: one each `1 / ratePerSecond` seconds. */
  readonly ratePerSecond?: number;
  /** Messages that may go out at once after a pause, whole; 1 if left out. */
  readonly burst?: number;
  /** Calls in flight at the same time. */
  readonly concurrency?: number;
  /** One attempt, in milliseconds, from claim to answer. */
  readonly timeoutMs?: number;
}

/** Log lines of a plugin: facts only, never a payload. Values are redacted by the host all the same. */
export interface PluginLogger {
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
}

/** A fetched token and how long it may be used, in milliseconds. */
export interface Token {
  readonly value: string;
  readonly expiresInMs: number;
}

/** What a plugin gets for one destination of a brand. */
export interface DestinationContext<C extends object, S extends object> {
  /** Opened and valid. */
  readonly credentials: C;
  readonly settings: S;
  readonly http: HttpClient;
  readonly logger: PluginLogger;
  /**
   * Milliseconds since the epoch, by the clock that all processes of the hub share: for signatures, and for times that a
   * vendor sends. Never use `Date.now()`, because the clock of a host may be wrong.
   */
  readonly now: () => number;
  /** Fires at the destination's time limit and at shutdown. `http` obeys it by itself. */
  readonly signal: AbortSignal;
  /** Runs `fn` alone for this destination and key, across all processes: for read-merge-write at a vendor. */
  readonly lock: <T>(key: string, fn: () => Promise<T>) => Promise<T>;
  /**
   * A token from the cache, or from `fetch`, which runs once however many ask at the same time. Kept in memory until
   * shortly before it expires. Call the returned `drop` when the vendor refuses the token, and ask again once.
   */
  readonly token: (
    key: string,
    fetch: () => Promise<Token>,
  ) => Promise<{ readonly value: string; readonly drop: () => void }>;
}

/** One delivery of one event. */
export interface DeliveryContext<C extends object, S extends object> extends DestinationContext<C, S> {
  readonly event: EventEnvelope;
  readonly delivery: {
    readonly id: string;
    /** 1-based. */
    readonly attempt: number;
    /** The same on every attempt of this delivery. */
    readonly idempotencyKey: string;
    /**
     * Present where the plugin has `statusCallback` and the hub knows its public URL. Its query names the delivery, for
     * `deliveryInCallbackUrl`.
     */
    readonly statusCallbackUrl?: string;
  };
}

/** What the vendor said when it took the message. Not yet proof that a person got it. `undefined` is the same as left out. */
export interface DeliveryResult {
  /** The vendor's id of the message. */
  readonly externalId?: string | undefined;
  readonly response?: VendorResponse | undefined;
  /**
   * The vendor has the message and says later whether it takes it: `poll` is asked after so many milliseconds. Needs an
   * `externalId`, and `poll`.
   */
  readonly pending?: { readonly pollAfterMs: number } | undefined;
}

/** How far the vendor has come with a message that it had not decided about. */
export type PollResult = { readonly state: 'pending'; readonly pollAfterMs: number } | { readonly state: 'done' };

/** States of a message at its vendor, in their order. */
export const VENDOR_STATUSES = [
  'accepted',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'undelivered',
  'failed',
] as const;
export type VendorStatus = (typeof VENDOR_STATUSES)[number];

/**
 * Former name of {@link VENDOR_STATUSES}, kept until contract 2.
 * @alias
 */
export const DOWNSTREAM_STATUSES = VENDOR_STATUSES;
/** Former name of {@link VendorStatus}, kept until contract 2. */
export type DownstreamStatus = VendorStatus;

/**
 * One status update of a status callback. Names our delivery, the vendor's message, or both. `undefined` is the same as
 * left out.
 */
export interface StatusUpdate {
  readonly deliveryId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly status: VendorStatus;
  /** ISO 8601, UTC, by the vendor's clock; left out where it does not say. */
  readonly at?: string | undefined;
  /** The vendor's code and words, without personal values. */
  readonly detail?: string | undefined;
}

/** A status callback as it arrived. */
export interface CallbackRequest {
  readonly method: string;
  /** The public URL that the vendor called, with its query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
}

/** What a status callback is judged with. */
export interface CallbackContext<C extends object, S extends object> {
  readonly credentials: C;
  readonly settings: S;
  /** See {@link DestinationContext.now}. */
  readonly now: () => number;
  /** For vendors whose proof has to be fetched, or who want an answer of their own. Stops when `authenticate` has to end. */
  readonly http: HttpClient;
}

/** Status callback of a vendor. */
export interface StatusCallback<C extends object, S extends object> {
  /**
   * Runs first, on the raw body, for five seconds at most. Resolves where the call is the vendor's; throws where it is
   * not.
   */
  authenticate(request: CallbackRequest, context: CallbackContext<C, S>): void | Promise<void>;
  /** Returns the status updates in the callback: any number. */
  parse(request: CallbackRequest, own: { readonly credentials: C; readonly settings: S }): readonly StatusUpdate[];
}

/** What is wrong with one setting, for the person who filled it in. */
export interface SettingProblem {
  /** Its path: `request.headers.x-key`. */
  readonly field: string;
  /** What is wrong and how to fix it, without the value. */
  readonly message: string;
}

/** A template: JSON whose string leaves are Liquid, with `$each` and `$if`. Data, never code. */
export type MappingTemplate = JsonObject;

/** Pure. Declared as a method, so that every definition is an {@link AnyDestinationDefinition}. */
type BySettings<S extends object, T> = { decide(settings: S): T }['decide'];

/** One destination type. The whole of what a plugin is. */
export interface DestinationDefinition<C extends object, S extends object, M extends object> {
  /** The folder's name, kebab-case, for ever: `acme-sms`. */
  readonly type: string;
  readonly label: string;
  readonly description: string;
  readonly category: DestinationCategory;
  readonly docsUrl?: string;
  /** What the vendor can bear; a function where that depends on how the destination is set up. */
  readonly limits?: DestinationLimits | BySettings<S, DestinationLimits>;
  /** The version of this interface. */
  readonly contract: 1;
  /** True if the vendor drops a repeated idempotency key, so that an unconfirmed outcome may be retried. */
  readonly idempotent?: boolean | BySettings<S, boolean>;
  /** Former name of `idempotent`, read until contract 2. */
  readonly dedupes?: boolean | BySettings<S, boolean>;
  readonly credentials: Ctor<C>;
  readonly settings: Ctor<S>;
  /** What a mapping must produce. */
  readonly message: Ctor<M>;
  /**
   * Finds what the fields' own rules cannot: settings that do not fit each other. Called when they are saved, on settings
   * that pass those rules. Pure.
   */
  checkSettings?(settings: S): readonly SettingProblem[];
  /**
   * The default mapping per event type, `*` for any. Files `mappings/<eventType>.json` in the plugin's folder are added
   * by the host (`mappings/default.json` is `*`).
   */
  readonly presets?: Readonly<Record<string, MappingTemplate>>;
  /** Tests the credentials. Resolves, or throws a DeliveryError. Sends nothing to a customer. */
  verify(context: DestinationContext<C, S>): Promise<void>;
  /** One message, one attempt. Resolves: the vendor took it. Throws: it did not. */
  deliver(context: DeliveryContext<C, S>, message: M): Promise<DeliveryResult>;
  /**
   * Asks the vendor what became of a message that `deliver` left pending. Sends nothing. Throws a DeliveryError as
   * `deliver` does where the vendor says no: `rejected` ends the delivery. Where the vendor could not be asked, or does
   * not say, the hub asks again later, and never sends the message a second time for it.
   */
  poll?(
    context: DestinationContext<C, S>,
    sent: { readonly externalId: string; readonly deliveryId: string },
  ): Promise<PollResult>;
  /** Names an error of a vendor's SDK. Undefined: "not mine". */
  classify?(error: unknown): DeliveryError | undefined;
  readonly statusCallback?: StatusCallback<C, S>;
}

/** A definition whose types are known only to its own folder: what the host handles. */
export type AnyDestinationDefinition = DestinationDefinition<object, object, object>;

/** Declares a destination type. The default export of a plugin's `index.ts`. */
export function defineDestination<C extends object, S extends object, M extends object>(
  definition: DestinationDefinition<C, S, M>,
): DestinationDefinition<C, S, M> {
  return definition;
}
