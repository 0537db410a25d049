import {
  DeliveryError,
  isJsonObject,
  jsonObjectIn,
  RESPONSE_BODY_LIMIT,
  vendorError,
  type HttpResponse,
  type Json,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';

/**
 * The id of the message in an answer for sending: the recipient's own (`<uuid>:1`), which the status API and callbacks
 * go by, else the request's. Throws a DeliveryError where Kaleyra did not take the message, or does not say.
 */
export function messageIdIn(response: HttpResponse): string {
  if (response.status < 200 || response.status > 299) throw refusedRequest(response);
  const answer = jsonObjectIn(response.text);
  const first = Array.isArray(answer?.data) ? answer.data[0] : undefined;
  const id = isJsonObject(first) && first.message_id !== undefined ? first.message_id : answer?.id;
  if (typeof id === 'string' && id !== '') return id;
  const recorded = { response: { status: response.status, body: response.text.slice(0, RESPONSE_BODY_LIMIT) } };
  throw isFilled(answer?.error)
    ? new DeliveryError('rejected', 'Kaleyra refused the message; the "error" in its answer says why.', recorded)
    : new DeliveryError(
        'unconfirmed',
        'Kaleyra answered without an id, so nobody can tell if it took the message.',
        recorded,
      );
}

/** What an answer that is no 2xx means, by its status: Kaleyra publishes no codes. */
const REFUSALS: Readonly<Record<number, VendorMeaning>> = {
  400: { text: 'it refused the message (400): check "to", the sender, and that text, type and DLT template fit' },
  401: { text: 'it does not know this API key (401); check "apiKey" and the setting "region"' },
  403: { text: 'this account may not send (403); see its KYC and credits in kaleyra.io' },
  404: {
    kind: 'credentials',
    text: 'it has no such account (404); check "sid" and the settings "region" and "endpoint"',
  },
};

/** Names an answer that is no 2xx. */
export function refusedRequest(response: HttpResponse): DeliveryError {
  return vendorError('Kaleyra', response, undefined, REFUSALS[response.status]);
}

/** An error that says something: good answers carry an empty one. */
function isFilled(error: Json | undefined): boolean {
  if (isJsonObject(error)) return Object.keys(error).length > 0;
  return typeof error === 'string' && error !== '';
}
