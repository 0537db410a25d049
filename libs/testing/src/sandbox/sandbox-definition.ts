import type { DeliveryErrorKind, JsonObject, StatusUpdate } from '@patchbay/plugin-sdk';
import type { Behaviour, SandboxAnswer } from './behaviour.js';
import type { SandboxRequest } from './sandbox-request.js';

/** What a message in the inbox says about itself. */
export interface InboxEntry {
  /** Whom it is for: E.164, an e-mail address, a device token; null where the message names nobody. */
  readonly to: string | null;
  readonly text: string;
  readonly subject?: string;
  /** The vendor's own id of the message. */
  readonly externalId?: string;
  /** The vendor's own word for what became of it: `queued`, `accepted`, … */
  readonly status: string;
}

/** What a route does its work with. */
export interface SandboxFrame {
  /** Puts a taken message into the inbox. */
  receive(entry: InboxEntry, request: SandboxRequest): void;
  /** Changes the status of a message in the inbox. */
  mark(externalId: string, status: string): void;
  /** Notes a request that the vendor would take and that its documentation still does not allow. */
  violation(text: string): void;
  /** Sends a signed status callback after so many milliseconds; a receiver that is away is no error. */
  callBack(url: string, payload: JsonObject, afterMs: number, credentials: JsonObject): void;
}

/** One operation of the vendor's API. */
export interface SandboxRoute {
  /** What scripts and logs call it: `send`, `token`, `account`. */
  readonly name: string;
  readonly method: string | readonly string[];
  /** `/Accounts/:sid/Messages.json`; `*` takes whatever no earlier route took. */
  readonly path: string;
  /** True where it takes messages: the route that scripted behaviours mean when they name none. */
  readonly sends?: boolean;
  handle(request: SandboxRequest): SandboxAnswer;
}

/** An error that the vendor documents, how to provoke it, and what it must come to. */
export interface DocumentedError {
  readonly name: string;
  /** Laid over the sample message, the settings and the credentials. */
  readonly message?: JsonObject;
  readonly settings?: JsonObject;
  readonly credentials?: JsonObject;
  /** Instead of a magic value: what the vendor answers. */
  readonly behaviour?: Behaviour;
  readonly expected: {
    readonly kind: DeliveryErrorKind;
    readonly status?: number;
    readonly vendorCode?: string;
    /** Milliseconds. */
    readonly retryAfterMs?: number;
    readonly disableDestination?: boolean;
  };
}

/** A status callback ready to be sent. */
export interface CallbackCall {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Status callbacks of the vendor. */
export interface SandboxCallbacks {
  /**
   * What shows that a call is the vendor's: a `signature` over the body (left out), or, for vendors that sign nothing,
   * only the `url` that the plugin told it with the message, or the `token` that the hub has put into the destination's
   * URL, for vendors that are told it in their console.
   */
  readonly proof?: 'signature' | 'url' | 'token';
  /** Builds the call as the vendor does, signed with these credentials. May change the URL, as vendors do. */
  call(url: string, payload: JsonObject, credentials: JsonObject): CallbackCall;
  /** A call changed on the way, if the signature covers values. Default: the body with a blank added. */
  readonly changed?: (call: CallbackCall) => CallbackCall;
  /** The callback URL in a request for sending; undefined if there is none. */
  urlOf?(request: SandboxRequest): string | undefined;
  /**
   * Why nothing that the vendor is sent names the delivery; left out where something does, which is nearly always: an update
   * that names only the vendor's own id is lost where the answer with that id was.
   */
  readonly namesNoDelivery?: string;
  /** Callbacks about this delivery as the vendor documents them, with the updates that the plugin must read out of each. */
  samples(deliveryId: string): readonly (CallbackSample | FormerCallbackSample)[];
  /** The same callback as a call of ten minutes ago, for schemes that date their calls. */
  readonly stale?: (url: string, payload: JsonObject, credentials: JsonObject) => CallbackCall;
}

/** One documented status callback. */
export interface CallbackSample {
  readonly name: string;
  readonly payload: JsonObject;
  readonly updates: readonly StatusUpdate[];
}

/** Sample with the former name of `payload`, read until contract 2. */
export interface FormerCallbackSample extends Omit<CallbackSample, 'payload'> {
  readonly news: JsonObject;
}

/** Returns the documented status callbacks of a sandbox, under the present names. */
export function callbackSamples(callbacks: SandboxCallbacks, deliveryId: string): readonly CallbackSample[] {
  return callbacks
    .samples(deliveryId)
    .map((sample) => ('payload' in sample ? sample : { ...sample, payload: sample.news }));
}

/** A vendor that has a message before it decides about it. */
export interface SandboxPolls {
  /** The name of the route that tells what became of it. */
  readonly route: string;
  /** Laid over the settings: what makes it so; left out where it always is. */
  readonly settings?: JsonObject;
  /** Laid over the sample message: one that the vendor refuses when it comes to it. */
  readonly refused: JsonObject;
}

/** A vendor as a local HTTP server, written from the vendor's documentation. */
export interface SandboxDefinition {
  /** The destination type, which is the folder's name. */
  readonly type: string;
  readonly label: string;
  /** Taken by the sandbox. Invented values. */
  readonly credentials: JsonObject;
  /** Well formed, and refused by the sandbox when a message is sent with them. */
  readonly wrongCredentials: JsonObject;
  /** Why `verify` cannot tell the wrong ones from the right ones; left out where it can, which is nearly always. */
  readonly verifyCannotTell?: string;
  /** What a destination needs to reach the sandbox at this URL (without a slash at its end). */
  settings(baseUrl: string): JsonObject;
  /** A message that the vendor takes. */
  readonly message: JsonObject;
  /** The vendor's API. Called once for each started sandbox, so that its state lives in the closure. */
  start(frame: SandboxFrame): readonly SandboxRoute[];
  readonly errors: readonly DocumentedError[];
  readonly callbacks?: SandboxCallbacks;
  /** Where the plugin has `poll`. */
  readonly polls?: SandboxPolls;
  /** Where the vendor reads the idempotency key of a request; left out where it knows none. */
  readonly idempotencyKey?: (request: SandboxRequest) => string | undefined;
  /**
   * True where the vendor needs no key, because a message is the whole new state: sent twice, it leaves the vendor as
   * once. The plugin then says that it is `idempotent`.
   */
  readonly repeatable?: boolean;
}

/** Declares a sandbox. The default export of a plugin's `sandbox.ts`. */
export function defineSandbox(definition: SandboxDefinition): SandboxDefinition {
  return definition;
}
