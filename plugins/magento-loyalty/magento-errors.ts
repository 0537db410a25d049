import {
  DeliveryError,
  deliveryErrorFromResponse,
  isJsonObject,
  jsonObjectIn,
  type DeliveryErrorKind,
  type HttpResponse,
  type JsonObject,
} from '@patchbay/plugin-sdk';

interface KnownError {
  readonly words: RegExp;
  readonly kind: DeliveryErrorKind;
  /** What is wrong and how to fix it. */
  readonly text: string;
}

/** Where the words say more than the status: "OAuth error codes", "Token-based authentication". */
const KNOWN: readonly KnownError[] = [
  {
    words: /\bnonce\b|nonce_used/i,
    kind: 'transient',
    text: 'it saw this nonce before; the next attempt has another one',
  },
  {
    words: /oauth_timestamp|timestamp_refused/i,
    kind: 'credentials',
    text: 'the clocks of the hub and of the store differ by more than ten minutes; set them right',
  },
  {
    words: /signature method|signature_method_rejected/i,
    kind: 'credentials',
    text: 'it does not take HMAC-SHA256; it must be Magento 2.4.4 or newer',
  },
  {
    words: /does not match any route/i,
    kind: 'credentials',
    text: 'it has no such operation; check baseUrl and storeCode',
  },
  {
    words: /attribute name is invalid/i,
    kind: 'credentials',
    text: 'it has no such customer attribute to match by; check matchAttribute',
  },
  {
    words: /isn't authorized to access/i,
    kind: 'credentials',
    text:
      'it does not let this caller read and change customers; grant Customers > All Customers. A plain bearer token ' +
      'also needs "Allow OAuth Access Tokens to be used as standalone Bearer tokens"',
  },
];

/** Placeholders that are filled in: what they name is never a person. */
const HARMLESS = ['fieldName', 'field_name', 'resources'];

/**
 * Names an answer that is no success. Magento's words are kept with their placeholders, because what belongs there may
 * be a customer's; the rest of the answer is dropped.
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

/** "Status codes and responses", "Error format": `{message, parameters, errors}`. Undefined where it is none. */
function magentoWords(text: string): string | undefined {
  const body = jsonObjectIn(text);
  if (typeof body?.message !== 'string') return undefined;
  const errors = Array.isArray(body.errors) ? body.errors.filter(isJsonObject) : [];
  return withoutPeople([body, ...errors].map(filledIn).join(' '));
}

/** Takes out what looks like an e-mail address or a number of a person, and bounds the rest. */
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
