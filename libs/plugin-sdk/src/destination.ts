import type { Address, RefusedAddress, VendorSuppressionReason } from './address.js';
import type { AxiosInstance } from './axios.js';
import type { Batch, BatchLimits, BatchResult } from './batch.js';
import type { Connections } from './connections.js';
import type { DeliveryError, VendorResponse } from './delivery-error.js';
import type { EventEnvelope } from './event-envelope.js';
import type { HttpClient } from './http-client.js';
import type { JsonObject } from './json.js';
import type { MessagingChannel } from './messaging-channel.js';
import type { AccessToken, OAuthDefinition } from './oauth.js';
import type { PluginModule, ServiceToken } from './plugin-module.js';

/** Class whose instances are `T`: a DTO class of a plugin. */
export type Ctor<T extends object> = new () => T;

/**
 * Limits of the vendor. A brand may set lower values, or higher values if its contract with the vendor allows them.
 */
export interface DestinationLimits {
  /** Messages per second, spread evenly: one message every `1 / ratePerSecond` seconds. */
  readonly ratePerSecond?: number;
  /** Messages that may be sent at once after a pause, an integer; 1 if absent. */
  readonly burst?: number;
  /** Maximum number of concurrent calls. */
  readonly concurrency?: number;
  /** Time limit of one attempt in milliseconds, from the claim to the response. */
  readonly timeoutMs?: number;
}

/** Logger of a plugin. Log facts, never a message or an event. The host redacts all values. */
export interface PluginLogger {
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
}

/** Fetched token and its lifetime in milliseconds. */
export interface Token {
  readonly value: string;
  readonly expiresInMs: number;
}

/** Credentials of Amazon Web Services. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set for temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** Context of one destination of a brand, for `verify` and `poll`. */
export interface DestinationContext<C extends object, S extends object> {
  /** Credentials of the destination, decrypted and validated. */
  readonly credentials: C;
  readonly settings: S;
  readonly http: HttpClient;
  /**
   * axios instance that sends through `http`, for vendors' SDKs that expect axios. Created on first use. An AxiosError that
   * the plugin rethrows has the same kind as the error of `http.send`.
   */
  readonly axios: AxiosInstance;
  /** Connections to vendors whose protocol is not HTTP. */
  readonly connections: Connections;
  readonly logger: PluginLogger;
  /**
   * Returns milliseconds since the epoch, by the clock that all processes of the hub share. Use this clock for
   * signatures and to compare with times that a vendor sends. Never use `Date.now()`, because the clock of a host may
   * be wrong.
   */
  readonly now: () => number;
  /** Aborts at the destination's time limit and at shutdown. Calls through `http` already observe this signal. */
  readonly signal: AbortSignal;
  /**
   * Runs `fn` while no other process holds the same key of this destination. Use this lock to read, merge and write
   * data at a vendor.
   */
  readonly lock: <T>(key: string, fn: () => Promise<T>) => Promise<T>;
  /**
   * Returns a cached token, or the result of `fetch`. Concurrent callers share one call of `fetch`. The hub keeps the
   * token in memory until shortly before it expires. If the vendor refuses the token, call `drop` and request a token
   * once more.
   */
  readonly token: (
    key: string,
    fetch: () => Promise<Token>,
  ) => Promise<{ readonly value: string; readonly drop: () => void }>;
  /**
   * Returns a valid access token of a destination whose definition has `oauth`. The hub refreshes the token, once for all
   * processes. Rejects with a DeliveryError `credentials` if no person has connected the destination, or if the vendor
   * has refused the connection.
   */
  readonly accessToken: () => Promise<AccessToken>;
  /**
   * Returns the hub's own AWS credentials, for example from the role of its machine. Rejects unless the credentials
   * of the destination have `fromHub: true` and the operator names the brand in `PATCHBAY_AWS_BRANDS`.
   */
  readonly awsCredentials: () => Promise<AwsCredentials>;
  /** Returns a provider of the plugin's `module`. Throws if the module does not provide the token. */
  readonly get: <T>(token: ServiceToken<T>) => T;
}

/** Delivery to which a message belongs. */
export interface DeliveryReference {
  readonly id: string;
  /** Number of the attempt; the first is 1. */
  readonly attempt: number;
  /** Key that is identical in every attempt of this delivery. */
  readonly idempotencyKey: string;
  /**
   * URL for the vendor's status callbacks. The URL's query contains the delivery id; read the id with
   * `deliveryInCallbackUrl`. Absent if the plugin has no `statusCallback` or the hub has no public URL.
   */
  readonly statusCallbackUrl?: string;
}

/** Context of one delivery of one event. */
export interface DeliveryContext<C extends object, S extends object> extends DestinationContext<C, S> {
  readonly event: EventEnvelope;
  readonly delivery: DeliveryReference;
}

/** Context of one call that delivers a batch of messages. */
export interface BatchContext<C extends object, S extends object> extends DestinationContext<C, S> {
  readonly batch: Batch;
}

/** Message of a batch, with its event and its delivery. */
export interface BatchMessage<M extends object> {
  readonly message: M;
  readonly event: EventEnvelope;
  readonly delivery: DeliveryReference;
}

/**
 * The vendor's response after it accepted the message; acceptance does not prove that the message was received.
 * `undefined` means the same as an absent property.
 */
export interface DeliveryResult {
  /** The vendor's id of the message. */
  readonly externalId?: string | undefined;
  readonly response?: VendorResponse | undefined;
  /**
   * Addresses in lists of the message that the vendor refused for good, such as the tokens of removed apps. The vendor
   * accepted the message for other addresses. The hub adds the refused ones to the brand's suppression list.
   */
  readonly refused?: readonly RefusedAddress[] | undefined;
  /**
   * Set if the vendor will decide later whether it accepts the message. The hub calls `poll` after `pollAfterMs`
   * milliseconds. Requires `externalId` and a `poll` function.
   */
  readonly pending?: { readonly pollAfterMs: number } | undefined;
}

/** State of a pending message at its vendor. */
export type PollResult = { readonly state: 'pending'; readonly pollAfterMs: number } | { readonly state: 'done' };

/** States of a message at its vendor, in the order in which a message passes through them. */
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
 * One status update in a status callback. Set `deliveryId`, `externalId` (the vendor's message id), or both.
 * `undefined` means the same as an absent property.
 */
export interface StatusUpdate {
  readonly deliveryId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly status: VendorStatus;
  /** Time by the vendor's clock: ISO 8601, UTC. Absent if the vendor sends no time. */
  readonly at?: string | undefined;
  /** The vendor's error code and description, without personal values. */
  readonly detail?: string | undefined;
  /**
   * Set if the vendor did not send the message because of an entry on its own suppression list. After an `opt_out` or a
   * `complaint`, the status starts a fallback step only if the step names `suppressed`.
   */
  readonly suppress?: VendorSuppressionReason | undefined;
}

/**
 * Change of an address that a vendor reports in a callback, with or without a delivery. The hub adds the address to the
 * brand's suppression list, or removes the opt-outs of the address.
 */
export interface RecipientUpdate {
  readonly address: Address;
  /** Reason for which the address must not be messaged. `opt_in` if the customer wants messages again. */
  readonly change: VendorSuppressionReason | 'opt_in';
  /**
   * Time of the change by the vendor's clock: ISO 8601, UTC. A late `opt_in` then removes no newer `opt_out`. Absent if the
   * vendor sends no time.
   */
  readonly at?: string | undefined;
  /** The vendor's code of the reason, without personal values. */
  readonly detail?: string | undefined;
}

/** HTTP request of a status callback, as received. */
export interface CallbackRequest {
  readonly method: string;
  /** The public URL that the vendor called, including its query. */
  readonly url: string;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
}

/** Context of a status callback. */
export interface CallbackContext<C extends object, S extends object> {
  readonly credentials: C;
  readonly settings: S;
  /** See {@link DestinationContext.now}. */
  readonly now: () => number;
  /**
   * HTTP client for vendors whose keys must be fetched or that require a confirmation request. The client stops when
   * `authenticate` reaches its time limit.
   */
  readonly http: HttpClient;
}

/** Handler of a vendor's status callbacks. */
export interface StatusCallback<C extends object, S extends object> {
  /**
   * Checks the raw request before `parse` runs; the time limit is five seconds. Resolves if the vendor made the call;
   * throws otherwise.
   */
  authenticate(request: CallbackRequest, context: CallbackContext<C, S>): void | Promise<void>;
  /**
   * Answers the GET request by which a vendor checks a callback URL before it sends callbacks, for example Meta. Returns
   * the text that the vendor expects, at most 1,024 characters. Undefined refuses the request. Compare secrets with
   * `equalInConstantTime`. If absent, GET requests are callbacks like all others.
   */
  handshake?(request: CallbackRequest, own: { readonly credentials: C; readonly settings: S }): string | undefined;
  /** Returns all updates in the callback, about messages and about addresses; the list may be empty. */
  parse(
    request: CallbackRequest,
    own: { readonly credentials: C; readonly settings: S },
  ): readonly (StatusUpdate | RecipientUpdate)[];
}

/** Error in one setting, which is shown to the person who entered the setting. */
export interface SettingProblem {
  /** Path of the setting, for example `request.headers.x-key`. */
  readonly field: string;
  /** Text of the error: the problem and its fix, without the value. */
  readonly message: string;
}

/** Value that a vendor offers for a setting. */
export interface Choice {
  /** Value of the setting, at most 500 characters. */
  readonly value: string;
  /** Text that a person reads instead of the value, at most 500 characters. */
  readonly label?: string | undefined;
}

/**
 * JSON template. Strings may contain Liquid; objects may use `$each` and `$if`. `$action` names the action of a type with
 * several actions. A template never contains code.
 */
export type MappingTemplate = JsonObject;

/**
 * Pure function of the settings. Declared as a method, so that TypeScript accepts every definition as an {@link
 * AnyDestinationDefinition}.
 */
type BySettings<S extends object, T> = { decide(settings: S): T }['decide'];

/** Messages of one class, and the functions that send them. */
export interface DestinationAction<C extends object, S extends object, M extends object> {
  /** Class of the messages that a mapping produces. */
  readonly message: Ctor<M>;
  /**
   * Sends one message once. Resolves if the vendor accepted the message; throws a DeliveryError if the vendor did not.
   */
  deliver(context: DeliveryContext<C, S>, message: M): Promise<DeliveryResult>;
  /**
   * Sends several messages in one call, instead of `deliver`. Resolves with one outcome per message. Throws a
   * DeliveryError if the vendor accepted no message. Requires `batch`.
   */
  deliverBatch?(context: BatchContext<C, S>, messages: readonly BatchMessage<M>[]): Promise<BatchResult>;
}

/** Action of a destination type with several actions. */
export interface NamedAction<C extends object, S extends object, M extends object> extends DestinationAction<C, S, M> {
  /** Name in the console: `Template message`. */
  readonly label: string;
}

/** Properties that all definitions have. */
export interface DestinationBase<C extends object, S extends object> {
  /** Name of the plugin's folder in kebab-case, for example `acme-sms`. Never change the name. */
  readonly type: string;
  readonly label: string;
  readonly description: string;
  /** Group in which the catalogue shows the type, in lower case: `sms`, `survey`, `crm`. Decides nothing else. */
  readonly category: string;
  /**
   * Channel of the messages to customers, whose consent, caps and quiet hours apply. Null if the type sends no
   * messages to customers.
   */
  readonly messaging: MessagingChannel | null;
  readonly docsUrl?: string;
  /** Limits of the vendor, or a function if the limits depend on the settings. */
  readonly limits?: DestinationLimits | BySettings<S, DestinationLimits>;
  /** Version of the plugin contract that the definition follows. */
  readonly contract: 2;
  /**
   * True if the vendor ignores a message that repeats an idempotency key, so that an unconfirmed delivery may be
   * retried.
   */
  readonly idempotent?: boolean | BySettings<S, boolean>;
  /**
   * Fate of a message over a brand's quota, if the brand does not decide. `suppress` suits messages that are worth
   * little when they are late. Absent means `wait`.
   */
  readonly quotaExcess?: 'wait' | 'suppress';
  /**
   * True if `deliver` reaches the vendor only through `context.http` or `context.axios`, also if it uses a vendor's SDK. Its first request
   * must not depend on the values of secrets and tokens. The hub then shows the request of a message without sending
   * it, by running `deliver` with placeholders for secrets and tokens. Absent means false.
   */
  readonly contextHttpOnly?: boolean;
  /**
   * Nest module whose providers `context.get` returns. The host starts it once per process, in an application context of
   * its own, with {@link PLUGIN_LOGGER} and {@link PLUGIN_CLOCK} and nothing else of the hub. Its providers serve the
   * destinations of all brands, so they must not keep values of a destination.
   */
  readonly module?: PluginModule;
  readonly credentials: Ctor<C>;
  readonly settings: Ctor<S>;
  /**
   * Version of the settings class, an integer from 1; 1 if absent. Raise it when stored settings would no longer fit the
   * class or would mean something else, and convert them in `migrate`.
   */
  readonly settingsVersion?: number;
  /**
   * Converts stored settings of an older version to the current `settingsVersion`. The hub checks the result against the
   * class, and pauses the destination if the result does not fit. Must be a pure function.
   * @param from version of the stored settings
   */
  migrate?(settings: JsonObject, from: number): JsonObject;
  /** Set if a person connects the destination at the vendor. The functions then get tokens by `context.accessToken`. */
  readonly oauth?: OAuthDefinition<S>;
  /**
   * Finds errors that the rules of single fields cannot find, for example two settings that exclude each other. The hub
   * calls this function when settings are saved and have passed the rules of their fields. Must be a pure function.
   */
  checkSettings?(settings: S): readonly SettingProblem[];
  /**
   * Default mapping per event type; `*` applies to every type. The host adds the files `mappings/<eventType>.json` of
   * the plugin's folder (`mappings/default.json` is `*`).
   */
  readonly presets?: Readonly<Record<string, MappingTemplate>>;
  /** Tests the credentials without sending anything to a customer. Resolves, or throws a DeliveryError. */
  verify(context: DestinationContext<C, S>): Promise<void>;
  /**
   * Loads the values that the vendor offers for a setting whose field has `fromVendor`: at most 1,000. Sends nothing to a
   * customer. Throws a DeliveryError if the vendor refuses the request.
   * @param field name of the setting
   */
  choices?(context: DestinationContext<C, S>, field: string): Promise<readonly Choice[]>;
  /**
   * Limits of the calls of `deliverBatch`, or a function if they depend on the settings. If the function returns
   * undefined, the destination sends each message by `deliver`. All messages of a call have the same action.
   */
  readonly batch?: BatchLimits | BySettings<S, BatchLimits | undefined>;
  /**
   * Requests the outcome of a message that `deliver` or `deliverBatch` left pending. Must not send anything. Throws a DeliveryError if
   * the vendor refused the message: `rejected` ends the delivery. After any other error the hub polls again later and
   * never sends the message a second time.
   */
  poll?(
    context: DestinationContext<C, S>,
    sent: { readonly externalId: string; readonly deliveryId: string },
  ): Promise<PollResult>;
  /** Converts an error of a vendor's SDK to a DeliveryError. Returns undefined for any other error. */
  classify?(error: unknown): DeliveryError | undefined;
  readonly statusCallback?: StatusCallback<C, S>;
}

/** Definition of a destination type: everything that a plugin provides. The type has a single action without a name. */
export interface DestinationDefinition<C extends object, S extends object, M extends object>
  extends DestinationBase<C, S>, DestinationAction<C, S, M> {}

/**
 * Definition of a destination type with several actions, such as `sendTemplate` and `sendText`. Each mapping chooses one
 * action by its name in `$action`.
 */
export interface DefinitionWithActions<
  C extends object,
  S extends object,
  A extends Readonly<Record<string, object>>,
> extends DestinationBase<C, S> {
  /** Actions by name. A name has letters and digits, and begins with a lower-case letter. Never change a name. */
  readonly actions: { readonly [N in keyof A]: NamedAction<C, S, A[N]> };
}

/**
 * Definition of a destination type, without the types of its own classes. The host handles all plugins through this
 * type.
 */
export type AnyDestinationDefinition =
  DestinationDefinition<object, object, object> | DefinitionWithActions<object, object, Record<string, object>>;

/** Declares a destination type. A plugin's `index.ts` exports the result as its default export. */
export function defineDestination<C extends object, S extends object, M extends object>(
  definition: DestinationDefinition<C, S, M>,
): DestinationDefinition<C, S, M>;
export function defineDestination<C extends object, S extends object, A extends Readonly<Record<string, object>>>(
  definition: DefinitionWithActions<C, S, A>,
): DefinitionWithActions<C, S, A>;
export function defineDestination<T extends AnyDestinationDefinition>(definition: T): T {
  return definition;
}
