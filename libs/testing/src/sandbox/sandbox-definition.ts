import type {
  DeliveryErrorKind,
  JsonObject,
  RecipientUpdate,
  StatusUpdate,
  VendorSuppressionReason,
} from '@patchbay/plugin-sdk';
import type { Behaviour, SandboxAnswer } from './behaviour.js';
import type { SandboxRequest } from './sandbox-request.js';

/** Message in the inbox. */
export interface InboxEntry {
  /** Recipient: a number in E.164, an e-mail address or a device token. Null if the message names none. */
  readonly to: string | null;
  readonly text: string;
  readonly subject?: string;
  /** The vendor's own id of the message. */
  readonly externalId?: string;
  /** State of the message in the vendor's own words: `queued`, `accepted`, … */
  readonly status: string;
}

/** Functions of the running sandbox that its routes call. */
export interface SandboxFrame {
  /** Adds an accepted message to the inbox. */
  receive(entry: InboxEntry, request: SandboxRequest): void;
  /** Changes the status of a message in the inbox. */
  mark(externalId: string, status: string): void;
  /** Records a request that the vendor would accept although its documentation does not allow it. */
  violation(text: string): void;
  /** Sends a signed status callback after this many milliseconds. An unreachable receiver is not an error. */
  callBack(url: string, payload: JsonObject, afterMs: number, credentials: JsonObject): void;
}

/** One operation of the vendor's API. */
export interface SandboxRoute {
  /** Name in scripts and logs: `send`, `token`, `account`. */
  readonly name: string;
  readonly method: string | readonly string[];
  /** Path pattern, for example `/Accounts/:sid/Messages.json`; `*` accepts every path that no earlier route accepts. */
  readonly path: string;
  /** True for the route that accepts messages. Scripted behaviours without a route name apply to this route. */
  readonly sends?: boolean;
  handle(request: SandboxRequest): SandboxAnswer;
}

/** Error that the vendor documents, with its trigger and the outcome that the test expects. */
export interface DocumentedError {
  readonly name: string;
  /**
   * Properties that override the sample message. `$action` names the action that has the error; otherwise all actions
   * have the error. `settings` and `credentials` override the sandbox's own.
   */
  readonly message?: JsonObject;
  readonly settings?: JsonObject;
  readonly credentials?: JsonObject;
  /** Response to script for the test. Absent if a value in the request makes the vendor return the error. */
  readonly behaviour?: Behaviour;
  readonly expected: {
    readonly kind: DeliveryErrorKind;
    readonly status?: number;
    readonly vendorCode?: string;
    /** Milliseconds that the error asks the hub to wait. */
    readonly retryAfterMs?: number;
    readonly disableDestination?: boolean;
    readonly recipientOnly?: boolean;
    readonly suspectsDestination?: boolean;
    /** Reason for which the address is added to the suppression list. */
    readonly suppress?: VendorSuppressionReason;
  };
}

/** Status callback in the form in which the vendor sends it. */
export interface CallbackCall {
  readonly method: string;
  readonly url: string;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Status callbacks of the vendor. */
export interface SandboxCallbacks {
  /**
   * Proof that the vendor made a call, which decides how the suite forges calls.
   *
   * - `signature`: the vendor signs the call.
   * - `basic`: the vendor sends HTTP Basic with a username and a password of the credentials.
   * - `token`: the vendor sends a token of the credentials in a header, in the query or in the body.
   * - `url`: the plugin makes a URL with a proof (`provenCallbackUrl`), and sends it with each message.
   * - `none`: the vendor proves nothing, so the token of the destination's URL, which the hub checks, is the only proof.
   */
  readonly proof: 'signature' | 'basic' | 'token' | 'url' | 'none';
  /**
   * Creates the call as the vendor makes it, with the proof of these credentials. May change the URL if the vendor does
   * so too.
   */
  call(url: string, payload: JsonObject, credentials: JsonObject): CallbackCall;
  /**
   * Changes a call so that its signature is invalid. By default, adds a space to the body. Define this function if the
   * signature covers only the values in the body, because a space then leaves the signature valid.
   */
  readonly changed?: (call: CallbackCall) => CallbackCall;
  /** Returns the callback URL in a request for sending; undefined if the request contains no callback URL. */
  urlOf?(request: SandboxRequest): string | undefined;
  /**
   * Reason why no request can contain the delivery's id. Absent for nearly all vendors. Without the id, an update
   * cannot be matched to its delivery if the response with the vendor's own id was lost.
   */
  readonly namesNoDelivery?: string;
  /**
   * Returns callbacks about this delivery as the vendor documents them, each with the updates that the plugin must
   * parse.
   */
  samples(deliveryId: string): readonly (CallbackSample | FormerCallbackSample)[];
  /** Creates a call like `call`, but with a timestamp of ten minutes ago, for signatures that cover a timestamp. */
  readonly stale?: (url: string, payload: JsonObject, credentials: JsonObject) => CallbackCall;
}

/** One documented status callback. */
export interface CallbackSample {
  readonly name: string;
  readonly payload: JsonObject;
  readonly updates: readonly StatusUpdate[];
  /** Updates about addresses that the plugin must read from the payload; none if left out. */
  readonly recipients?: readonly RecipientUpdate[];
}

/** Sample with the former name of `payload`, read until contract 2. */
export interface FormerCallbackSample extends Omit<CallbackSample, 'payload'> {
  readonly news: JsonObject;
}

/**
 * Returns the documented status callbacks of a sandbox, with the current names of their fields. Older sandboxes use
 * former names.
 */
export function callbackSamples(callbacks: SandboxCallbacks, deliveryId: string): readonly CallbackSample[] {
  return callbacks
    .samples(deliveryId)
    .map((sample) => ('payload' in sample ? sample : { ...sample, payload: sample.news }));
}

/** Calls of a vendor that contain several messages. */
export interface SandboxBatch {
  /** Returns settings with which the destination sends batches. Absent if it always sends batches. */
  settings?(baseUrl: string): JsonObject;
  /** Returns the number of messages in a request for sending. */
  count(request: SandboxRequest): number;
  /** Message that the vendor refuses while it accepts the others of a call. Absent if it accepts or refuses whole calls. */
  readonly refused?: {
    /** Properties that override the sample message. */
    readonly message: JsonObject;
    readonly expected: { readonly kind: DeliveryErrorKind; readonly vendorCode?: string };
  };
}

/** Tokens of a destination that a person has connected. */
export interface SandboxOAuth {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Polling API of a vendor that decides some time after it received a message if it accepts the message. */
export interface SandboxPolls {
  /** Name of the route that returns the outcome of a message. */
  readonly route: string;
  /** Settings with which the vendor decides later. Absent if the vendor always decides later. */
  readonly settings?: JsonObject;
  /** Properties that override the sample message so that the vendor refuses it later. */
  readonly refused: JsonObject;
}

/** Message that the vendor accepts, as properties that override the sandbox's own message and settings. */
export interface SandboxSample {
  readonly name: string;
  /** The message, or a function that returns it for a sandbox at this URL. */
  readonly message: JsonObject | ((baseUrl: string) => JsonObject);
  /** Returns the settings for a sandbox at this URL, like `settings` of the sandbox. */
  settings?(baseUrl: string): JsonObject;
}

/** Vendor as a local HTTP server, written from the vendor's documentation. */
export interface SandboxDefinition {
  /** The destination type, which is the folder's name. */
  readonly type: string;
  readonly label: string;
  /** Invented credentials that the sandbox accepts. */
  readonly credentials: JsonObject;
  /** Well-formed credentials that the sandbox refuses when a message is sent. */
  readonly wrongCredentials: JsonObject;
  /** Reason why `verify` cannot detect wrong credentials. Absent for nearly all vendors. */
  readonly verifyCannotTell?: string;
  /**
   * Reason why the plugin waits itself between two requests of one delivery. Absent for nearly all vendors, because the
   * hub waits and polls.
   */
  readonly waitsBecause?: string;
  /** Returns the settings of a destination for a sandbox at this URL (without a trailing slash). */
  settings(baseUrl: string): JsonObject;
  /**
   * Settings that brands have stored: one entry per `settingsVersion`, from version 1. Never change an entry. The suite
   * checks that the plugin still accepts or migrates each of them.
   */
  readonly storedSettings?: readonly JsonObject[];
  /** Message that the vendor accepts. If the plugin has several actions, `$action` names the action of the message. */
  readonly message: JsonObject;
  /** Messages of the further actions of the plugin, one per action. The suite tests each action with its own message. */
  readonly furtherActions?: readonly JsonObject[];
  /** Further messages that the vendor accepts. With `message`, they set every field of the plugin's message class. */
  readonly samples?: readonly SandboxSample[];
  /**
   * Creates the routes of the vendor's API. Called once per started sandbox, so that variables in this function hold
   * the state of the sandbox.
   */
  start(frame: SandboxFrame): readonly SandboxRoute[];
  readonly errors: readonly DocumentedError[];
  readonly callbacks?: SandboxCallbacks;
  /** Present if the plugin has `poll`. */
  readonly polls?: SandboxPolls;
  /** Tokens that the sandbox accepts from its start. Present if the plugin has `oauth`. */
  readonly oauth?: SandboxOAuth;
  /** Present if the plugin has `deliverBatch`. */
  readonly batch?: SandboxBatch;
  /** Returns the idempotency key of a request. Absent if the vendor has no idempotency keys. */
  readonly idempotencyKey?: (request: SandboxRequest) => string | undefined;
  /**
   * True if the vendor needs no key because a message contains the complete new state: sending it twice has the same
   * effect as once. The plugin must then set `idempotent`.
   */
  readonly repeatable?: boolean;
  /**
   * True if a repeated sample message replaces the first one at the recipient, so that the plugin marks server errors as
   * `safeToRepeat`.
   */
  readonly replacesRepeats?: boolean;
}

/** Declares a sandbox. A plugin's `sandbox.ts` exports the result as its default export. */
export function defineSandbox(definition: SandboxDefinition): SandboxDefinition {
  return definition;
}
