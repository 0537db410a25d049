import {
  DeliveryError,
  deliveryErrorFromResponse,
  isJson,
  isJsonObject,
  RESPONSE_BODY_LIMIT,
  type HttpResponse,
  type Json,
  type JsonObject,
} from '@patchbay/plugin-sdk';

/**
 * The id of the message in an answer for sending: the recipient's own (`<uuid>:1`), which the status API and callbacks
 * go by, else the request's. Throws a DeliveryError where Kaleyra did not take the message, or does not say.
 */
export function messageIdIn(response: HttpResponse): string {
  if (response.status < 200 || response.status > 299) throw refusedRequest(response);
  const answer = objectIn(response.text);
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

/** Names an answer that is no 2xx, by its status: Kaleyra publishes no codes. */
export function refusedRequest(response: HttpResponse): DeliveryError {
  const byStatus = deliveryErrorFromResponse(response.status, response.headers, response.text);
  return new DeliveryError(
    response.status === 404 ? 'credentials' : byStatus.kind,
    textFor(response.status, byStatus),
    {
      ...(byStatus.response && { response: byStatus.response }),
      ...(byStatus.retryAfterMs !== undefined && { retryAfterMs: byStatus.retryAfterMs }),
    },
  );
}

function textFor(status: number, byStatus: DeliveryError): string {
  switch (status) {
    case 400:
      return 'Kaleyra refused the message (400): check "to", the sender, and that text, type and DLT template fit.';
    case 401:
      return 'Kaleyra does not know this API key (401); check "apiKey" and the setting "region".';
    case 403:
      return 'This Kaleyra account may not send (403); see its KYC and credits in kaleyra.io.';
    case 404:
      return 'Kaleyra has no such account (404); check "sid" and the settings "region" and "endpoint".';
    default:
      return `Kaleyra: ${byStatus.message}.`;
  }
}

/** An error that says something: good answers carry an empty one. */
function isFilled(error: Json | undefined): boolean {
  if (isJsonObject(error)) return Object.keys(error).length > 0;
  return typeof error === 'string' && error !== '';
}

/** A text as a JSON object; undefined where it is none. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) && isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
