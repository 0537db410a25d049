import {
  DeliveryError,
  deliveryErrorFromResponse,
  isDeliveryError,
  isJsonObject,
  jsonObjectIn,
  objectsIn,
  type DeliveryErrorKind,
  type HttpResponse,
  type JsonObject,
} from '@patchbay/plugin-sdk';

interface KnownError {
  readonly words: RegExp;
  readonly kind: DeliveryErrorKind;
  /** Cause and fix of the error. */
  readonly text: string;
}

/** Text of Magento about an e-mail address that another customer has. */
const TAKEN = /same email address already exists/i;
/** Attempts in which another caller may have created the same customer at the same moment. */
const RACING_ATTEMPTS = 2;

/** Errors whose text says more than the HTTP status, from "OAuth error codes" and "Token-based authentication". */
const KNOWN: readonly KnownError[] = [
  {
    words: /\bnonce\b|nonce_used/i,
    kind: 'transient',
    text: 'it received this nonce before; the hub retries with another one',
  },
  {
    words: /oauth_timestamp|timestamp_refused/i,
    kind: 'credentials',
    text: 'the clocks of the hub and of the store differ by more than ten minutes; correct them',
  },
  {
    words: /signature method|signature_method_rejected/i,
    kind: 'credentials',
    text: 'it does not accept HMAC-SHA256; update the store to Magento 2.4.4 or newer',
  },
  {
    words: /does not match any route/i,
    kind: 'credentials',
    text: 'it does not have this operation; check baseUrl and storeCode',
  },
  {
    words: /attribute name is invalid/i,
    kind: 'credentials',
    text: 'it does not have the customer attribute for matching; check matchAttribute',
  },
  {
    words: TAKEN,
    kind: 'transient',
    text: 'another customer has this e-mail address, maybe created at the same moment; the hub retries',
  },
  {
    words: /isn't authorized to access/i,
    kind: 'credentials',
    text:
      'it does not allow this caller to read and change customers; grant Customers > All Customers. A plain bearer token ' +
      'also needs "Allow OAuth Access Tokens to be used as standalone Bearer tokens"',
  },
];

/**
 * Placeholders in Magento's error texts that are replaced by their values, because these values never identify a
 * person.
 */
const HARMLESS = ['fieldName', 'field_name', 'resources'];

/**
 * Converts an error response to a DeliveryError. Magento's text keeps its placeholders, because their values may
 * identify a customer. The rest of the response is dropped.
 */
export function magentoError(response: HttpResponse): DeliveryError {
  const { status, headers, text } = response;
  const byStatus = deliveryErrorFromResponse(status, headers, '');
  const words = status < 500 ? magentoWords(text) : undefined;
  const known = words === undefined ? undefined : KNOWN.find((one) => one.words.test(words));
  const hint = byStatus.kind === 'credentials' ? ' Check the credentials, then verify the destination.' : '';
  const said = known?.text ?? (words === undefined ? undefined : words + hint);
  return new DeliveryError(
    known?.kind ?? byStatus.kind,
    said === undefined ? byStatus.message : `Magento answered ${String(status)}: ${said}`,
    {
      response: { status, body: words },
      retryAfterMs: byStatus.retryAfterMs,
    },
  );
}

/**
 * Returns the text of an error, from "Status codes and responses" and "Error format": `{message, parameters, errors}`.
 * Undefined if the response has another format.
 */
function magentoWords(text: string): string | undefined {
  const body = jsonObjectIn(text);
  if (typeof body?.message !== 'string') return undefined;
  return withoutPeople([body, ...objectsIn(body.errors)].map(filledIn).join(' '));
}

/** Removes e-mail addresses and personal numbers, and shortens the rest. */
export function withoutPeople(words: string): string {
  return words
    .slice(0, 2_000)
    .replaceAll(/\S+@\S+/g, '[e-mail]')
    .replaceAll(/\+?\d{7,}/g, '[number]')
    .slice(0, 500);
}

function filledIn({ message, parameters }: JsonObject): string {
  const values = isJsonObject(parameters) ? parameters : {};
  return HARMLESS.reduce(
    (words, name) => {
      const value = values[name];
      return typeof value === 'string' ? words.replaceAll(`%${name}`, () => value) : words;
    },
    typeof message === 'string' ? message : '',
  );
}

/**
 * Replaces `transient` by `rejected` if another customer still has the e-mail address after some attempts. A retry would find
 * a customer that was created at the same moment, so this customer does not match.
 */
export function lastingConflict(error: unknown, attempt: number): unknown {
  if (!isDeliveryError(error) || attempt <= RACING_ATTEMPTS || !TAKEN.test(error.response?.body ?? '')) return error;
  return new DeliveryError(
    'rejected',
    'Magento has another customer with this e-mail address, who does not match. Correct the match or the e-mail address ' +
      'in the mapping, or merge the two customers.',
    { response: error.response },
  );
}
