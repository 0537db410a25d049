import {
  isSuccess,
  jsonObjectIn,
  objectOf,
  objectsIn,
  textOf,
  vendorError,
  vendorErrors,
  type HttpResponse,
  type Json,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';

/** Converts an error response to a DeliveryError, by its HTTP status. Kaleyra publishes no error codes. */
export const kaleyraError = vendorErrors({
  vendor: 'Kaleyra',
  statuses: {
    400: { text: 'it refused the message (400); check "to", the sender, and that text, type and DLT template match' },
    401: { text: 'it refused this API key (401); check "apiKey" and the setting "region"' },
    403: { text: 'this account may not send (403); check its KYC and credits in kaleyra.io' },
    404: {
      kind: 'credentials',
      text: 'the account does not exist (404); check "sid" and the settings "region" and "endpoint"',
    },
  },
});

const REFUSED: VendorMeaning = {
  kind: 'rejected',
  text: 'it refused the message; find the reason in "error" of its response',
};
const NO_ID: VendorMeaning = {
  kind: 'unconfirmed',
  text: 'it returned no message id, so the message may have been sent; check with Kaleyra before you send it again',
};

/**
 * Returns the id of the message in a response. This is the recipient's id (`<uuid>:1`), which the status API and
 * callbacks use. If the recipient's id is missing, returns the request's id. Throws a DeliveryError if Kaleyra refused
 * the message or returned no id.
 */
export function messageIdIn(response: HttpResponse): string {
  if (!isSuccess(response)) throw kaleyraError(response);
  const answer = jsonObjectIn(response.text);
  const id = textOf(objectsIn(answer?.data)[0]?.message_id) ?? textOf(answer?.id);
  if (id !== undefined) return id;
  throw vendorError('Kaleyra', response, undefined, isFilled(answer?.error) ? REFUSED : NO_ID);
}

/** Returns true if the error in a response is not empty. Successful responses contain an empty error. */
function isFilled(error: Json | undefined): boolean {
  return textOf(error) !== undefined || Object.keys(objectOf(error)).length > 0;
}
