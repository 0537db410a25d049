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
 * Returns the id of the message in a response. This is the recipient's id (`<uuid>:1`), which the status API and
 * callbacks use. If the recipient's id is missing, returns the request's id. Throws a DeliveryError if Kaleyra refused
 * the message or returned no id.
 */
export function messageIdIn(response: HttpResponse): string {
  if (response.status < 200 || response.status > 299) throw refusedRequest(response);
  const answer = jsonObjectIn(response.text);
  const first = Array.isArray(answer?.data) ? answer.data[0] : undefined;
  const id = isJsonObject(first) && first.message_id !== undefined ? first.message_id : answer?.id;
  if (typeof id === 'string' && id !== '') return id;
  const recorded = { response: { status: response.status, body: response.text.slice(0, RESPONSE_BODY_LIMIT) } };
  throw isFilled(answer?.error)
    ? new DeliveryError(
        'rejected',
        'Kaleyra refused the message. Find the reason in "error" of its response.',
        recorded,
      )
    : new DeliveryError(
        'unconfirmed',
        'Kaleyra returned no message id, so the message may have been sent. Check with Kaleyra before you send it ' +
          'again.',
        recorded,
      );
}

/** Meanings of error responses, by their HTTP status. Kaleyra publishes no error codes. */
const REFUSALS: Readonly<Record<number, VendorMeaning>> = {
  400: { text: 'it refused the message (400); check "to", the sender, and that text, type and DLT template match' },
  401: { text: 'it refused this API key (401); check "apiKey" and the setting "region"' },
  403: { text: 'this account may not send (403); check its KYC and credits in kaleyra.io' },
  404: {
    kind: 'credentials',
    text: 'the account does not exist (404); check "sid" and the settings "region" and "endpoint"',
  },
};

/** Converts an error response to a DeliveryError. */
export function refusedRequest(response: HttpResponse): DeliveryError {
  return vendorError('Kaleyra', response, undefined, REFUSALS[response.status]);
}

/** Returns true if the error in a response is not empty. Successful responses contain an empty error. */
function isFilled(error: Json | undefined): boolean {
  if (isJsonObject(error)) return Object.keys(error).length > 0;
  return typeof error === 'string' && error !== '';
}
