import type { AttemptOutcome, AttemptRequest } from '@patchbay/core';
import {
  ADDRESS_KINDS,
  VENDOR_SUPPRESSION_REASONS,
  type DeliveryError,
  type DeliveryErrorKind,
  type DeliveryResult,
  type PollResult,
  type RefusedAddress,
} from '@patchbay/plugin-sdk';
import type { PluginCall } from './plugin-call.js';

const MESSAGE_LIMIT = 1_000;
const CODE_LIMIT = 100;
const PENDING_MESSAGE =
  'The vendor received the message but has not yet decided whether it accepts it; the hub polls again.';
const EXTERNAL_ID_LIMIT = 500;
const URL_LIMIT = 500;
const SCHEME_HOST_AND_PATH = /^([a-z]+:\/\/)(?:[^/@]*@)?([^/]*)(.*)$/i;
/** Host that is an IP address. Its digits are never redacted as a phone number. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
/** Path segment that is an API's name or version, not an id, an address or a number. */
const WORD = /^(?:[a-z][a-z_.-]*|v\d{1,2}(?:\.\d{1,2})?)$/i;
const OMITTED = '…';

/** Outcome of a message that the plugin handed to the vendor. */
export type AnsweredOutcome = Extract<AttemptOutcome, { kind: 'accepted' | 'pending' | DeliveryErrorKind }>;

/**
 * Converts the result of `deliver` to an outcome, shortened and redacted. Checks all types, because a plugin may be
 * written in plain JavaScript.
 * @param canPoll true if the plugin has `poll`; without it, a pending message counts as accepted
 */
export function acceptedOutcome(
  call: PluginCall,
  result: DeliveryResult | undefined | null,
  canPoll: boolean,
): AnsweredOutcome {
  const id: unknown = result?.externalId;
  const response = result?.response;
  const externalId = typeof id === 'string' && id !== '' ? safeIdOf(id, call) : undefined;
  const recorded = response === undefined ? {} : { response: call.redactResponse(response) };
  const pollAfterMs: unknown = result?.pending?.pollAfterMs;
  if (canPoll && externalId !== undefined && typeof pollAfterMs === 'number' && Number.isFinite(pollAfterMs)) {
    return { kind: 'pending', message: PENDING_MESSAGE, externalId, pollAfterMs, ...recorded };
  }
  return {
    kind: 'accepted',
    ...(externalId === undefined ? {} : { externalId }),
    ...recorded,
    ...refusedIn(result?.refused),
  };
}

/** Returns the valid entries of `refused`. The addresses stay as they are, because the hub looks them up. */
function refusedIn(refused: readonly RefusedAddress[] = []): { readonly refused?: readonly RefusedAddress[] } {
  const valid = refused.filter(
    ({ address, reason }) =>
      ADDRESS_KINDS.includes(address.kind) &&
      typeof address.value === 'string' &&
      VENDOR_SUPPRESSION_REASONS.includes(reason),
  );
  return valid.length === 0 ? {} : { refused: valid };
}

/**
 * Returns the vendor's id of the message. Returns undefined if the id contains the customer's number or address; the
 * hub then uses its own id.
 */
function safeIdOf(id: string, call: PluginCall): string | undefined {
  return call.redactor().isSensitiveId(id) ? undefined : id.slice(0, EXTERNAL_ID_LIMIT);
}

/** Converts the result of `poll` to an outcome. Returns undefined if the result is invalid. */
export function polledOutcome(result: PollResult | undefined | null, externalId: string): AttemptOutcome | undefined {
  if (result?.state === 'done') return { kind: 'accepted', externalId };
  const pollAfterMs: unknown = result?.state === 'pending' ? result.pollAfterMs : undefined;
  if (typeof pollAfterMs !== 'number' || !Number.isFinite(pollAfterMs)) return undefined;
  return { kind: 'pending', message: PENDING_MESSAGE, externalId, pollAfterMs };
}

/**
 * Converts a plugin's error to an outcome, shortened and redacted. A vendor code may be a number, because a plugin may
 * be written in plain JavaScript.
 * @param now milliseconds since the epoch, for a `retryAt`
 */
export function failedOutcome(call: PluginCall, error: DeliveryError, now: number): AnsweredOutcome {
  const { response } = error;
  const retryAfterMs = error.retryAfterMs ?? millisecondsUntil(error.retryAt, now);
  const vendorCode: unknown = error.vendorCode;
  const suppress = VENDOR_SUPPRESSION_REASONS.find((reason) => reason === error.suppress);
  return {
    kind: error.kind,
    message: call.redact(error.message, MESSAGE_LIMIT),
    ...(retryAfterMs !== undefined && Number.isFinite(retryAfterMs) ? { retryAfterMs: Math.max(retryAfterMs, 0) } : {}),
    ...(response === undefined ? {} : { response: call.redactResponse(response) }),
    ...(typeof vendorCode === 'string' || typeof vendorCode === 'number'
      ? { vendorCode: call.redact(String(vendorCode), CODE_LIMIT) }
      : {}),
    ...(error.disableDestination ? { disableDestination: true } : {}),
    ...(suppress === undefined ? {} : { suppress }),
    ...refusedIn(error.refused),
    ...(error.recipientOnly ? { recipientOnly: true } : {}),
    ...(error.suspectsDestination ? { suspectsDestination: true } : {}),
  };
}

/** Returns NaN if the time is invalid; undefined if there is no time. */
function millisecondsUntil(time: number | string | undefined, now: number): number | undefined {
  if (time === undefined) return undefined;
  return (typeof time === 'string' ? Date.parse(time) : time) - now;
}

/**
 * Returns the method and URL of the attempt for the record; empty if the plugin sent no request. Ids in the path are
 * omitted, because the redactor does not know a vendor's id of a customer. The query is omitted, because it may contain
 * values of the message.
 */
export function attemptRequest(call: PluginCall): { readonly request?: AttemptRequest } {
  if (call.lastRequest === undefined) return {};
  const { method, url } = call.lastRequest;
  return { request: { method, url: recordedUrl(call, url) } };
}

/** Returns a URL without its query, ids and sensitive values. */
export function recordedUrl(call: Pick<PluginCall, 'redact'>, url: string): string {
  const end = url.search(/[?#]/);
  const location = end === -1 ? url : url.slice(0, end);
  const [, scheme = '', host = '', path = ''] = SCHEME_HOST_AND_PATH.exec(location) ?? [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment !== '' && !WORD.test(segment)) segments[index] = OMITTED;
  }
  // The URL is redacted without its scheme. The redactor compiles a pattern for a sensitive value as soon as a text
  // contains the beginning of the value. Many sensitive values begin with `https://`, so every URL would cost that much.
  const isAddress = ADDRESS.test(host);
  const redacted = call.redact((isAddress ? '' : host) + segments.join('/'), URL_LIMIT);
  return scheme + (isAddress ? host : '') + redacted;
}
