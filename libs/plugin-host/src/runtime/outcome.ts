import type { AttemptOutcome, AttemptRequest } from '@patchbay/core';
import type { DeliveryError, DeliveryResult, PollResult } from '@patchbay/plugin-sdk';
import type { Redactor } from '../redaction/redactor.js';
import type { PluginCall } from './plugin-call.js';

const MESSAGE_LIMIT = 1_000;
const CODE_LIMIT = 100;
const PENDING_MESSAGE = 'The vendor has the message and has not decided about it yet.';
const EXTERNAL_ID_LIMIT = 500;
const URL_LIMIT = 500;
const SCHEME_HOST_AND_PATH = /^([a-z]+:\/\/)(?:[^/@]*@)?([^/]*)(.*)$/i;
/** A host that is no name: digits of an address are no number of anybody, whatever they look like. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
/** A name of an API's, or its version: no id, address or number. */
const WORD = /^(?:[a-z][a-z_.-]*|v\d{1,2}(?:\.\d{1,2})?)$/i;
const LEFT_OUT = '…';

/**
 * What a plugin resolved with, bounded and redacted. Its author may have used plain JavaScript: nothing is taken for granted.
 * @param polls whether the plugin can be asked again; where it cannot, what the vendor has is all there is to know
 */
export function acceptedOutcome(
  result: DeliveryResult | undefined | null,
  redactor: () => Redactor,
  polls: boolean,
): AttemptOutcome {
  const id: unknown = result?.externalId;
  const response = result?.response;
  const externalId = typeof id === 'string' && id !== '' ? idFrom(id, redactor()) : undefined;
  const answered = response === undefined ? {} : { response: redactor().response(response) };
  const pollAfterMs: unknown = result?.pending?.pollAfterMs;
  if (polls && externalId !== undefined && typeof pollAfterMs === 'number' && Number.isFinite(pollAfterMs)) {
    return { kind: 'pending', message: PENDING_MESSAGE, externalId, pollAfterMs, ...answered };
  }
  return { kind: 'accepted', ...(externalId === undefined ? {} : { externalId }), ...answered };
}

/** A vendor that calls a message by the customer's number gets no say in what is stored: our own id has to do. */
function idFrom(id: string, redactor: Redactor): string | undefined {
  return redactor.isSensitiveId(id) ? undefined : id.slice(0, EXTERNAL_ID_LIMIT);
}

/** What a plugin's `poll` resolved with. Undefined where it is neither of the two. */
export function polledOutcome(result: PollResult | undefined | null, externalId: string): AttemptOutcome | undefined {
  if (result?.state === 'done') return { kind: 'accepted', externalId };
  const pollAfterMs: unknown = result?.state === 'pending' ? result.pollAfterMs : undefined;
  if (typeof pollAfterMs !== 'number' || !Number.isFinite(pollAfterMs)) return undefined;
  return { kind: 'pending', message: PENDING_MESSAGE, externalId, pollAfterMs };
}

/** What a plugin threw, bounded and redacted. In plain JavaScript a code may be a number. */
export function failedOutcome(error: DeliveryError, redactor: Redactor): AttemptOutcome {
  const { retryAfterMs, response } = error;
  const vendorCode: unknown = error.vendorCode;
  return {
    kind: error.kind,
    message: redactor.text(error.message, MESSAGE_LIMIT),
    ...(retryAfterMs !== undefined && Number.isFinite(retryAfterMs) ? { retryAfterMs: Math.max(retryAfterMs, 0) } : {}),
    ...(response === undefined ? {} : { response: redactor.response(response) }),
    ...(typeof vendorCode === 'string' || typeof vendorCode === 'number'
      ? { vendorCode: redactor.text(String(vendorCode), CODE_LIMIT) }
      : {}),
    ...(error.disableDestination ? { disableDestination: true } : {}),
  };
}

/**
 * Where the attempt went to, to be recorded; nothing where the plugin asked for nothing. Ids in the path are left out, since a
 * vendor's id of a customer is known to no redactor; so are queries, which hold what a body would.
 */
export function attemptRequest(
  { lastRequest }: Pick<PluginCall, 'lastRequest'>,
  redactor: () => Redactor,
): { readonly request?: AttemptRequest } {
  if (lastRequest === undefined) return {};
  const [place = ''] = lastRequest.url.split(/[?#]/, 1);
  const [, scheme = '', host = '', path = ''] = SCHEME_HOST_AND_PATH.exec(place) ?? [];
  const words = path.split('/').map((segment) => (WORD.test(segment) ? segment : segment && LEFT_OUT));
  // Not the scheme: it begins many a value, so that a pattern of them all would be made for every call.
  const isAddress = ADDRESS.test(host);
  const told = redactor().text((isAddress ? '' : host) + words.join('/'), URL_LIMIT);
  return { request: { method: lastRequest.method, url: scheme + (isAddress ? host : '') + told } };
}
