import {
  DeliveryError,
  deliveryErrorFromResponse,
  isJsonObject,
  parseJson,
  RESPONSE_BODY_LIMIT,
  type DeliveryErrorKind,
  type HttpResponse,
} from '@patchbay/plugin-sdk';

/** Parts of a request that the destination sets, not the message: wrong here is wrong for every message. */
const SETTINGS = /^(from|reply_to|tags)\b/;
const MAX_FIELDS = 5;

/**
 * Names an answer that is no success. Netcore publishes no codes: the status decides, and the fields that an answer names.
 * Its own texts stay in the recorded answer, which the hub redacts.
 */
export function netcoreError(response: HttpResponse): DeliveryError {
  const byStatus = deliveryErrorFromResponse(response.status, response.headers, response.text);
  const { kind, text } = meaning(response, byStatus);
  return new DeliveryError(kind, `Netcore: ${text}.`, {
    ...(byStatus.response && { response: byStatus.response }),
    ...(byStatus.retryAfterMs !== undefined && { retryAfterMs: byStatus.retryAfterMs }),
  });
}

/** Whether a 2xx says that the message was not taken after all. */
export function isRefusal({ text }: HttpResponse): boolean {
  const body = parseJson(text);
  return isJsonObject(body) && body.status === 'error';
}

/** Names a 2xx of which {@link isRefusal} holds. */
export function refusedInside(response: HttpResponse): DeliveryError {
  return new DeliveryError('rejected', 'Netcore refused the message; the "error" in its answer says why.', {
    response: { status: response.status, body: response.text.slice(0, RESPONSE_BODY_LIMIT) },
  });
}

function meaning(
  { status, text }: HttpResponse,
  byStatus: DeliveryError,
): { readonly kind: DeliveryErrorKind; readonly text: string } {
  switch (status) {
    case 400: {
      const fields = fieldsIn(text);
      const named = fields.length === 0 ? 'the message' : fields.join(', ');
      return fields.some((field) => SETTINGS.test(field))
        ? {
            kind: 'credentials',
            text: `it refuses ${named}; correct the settings, activate the sending domain, then verify`,
          }
        : { kind: 'rejected', text: `it refuses ${named} (400); check the recipient and the mapping` };
    }
    case 401:
      return {
        kind: 'credentials',
        text: 'it does not know this key; check "apiKey" and "authentication", then verify',
      };
    case 403:
      return { kind: 'credentials', text: 'this account may not send; see its panel, then verify' };
    case 404:
      return { kind: 'credentials', text: 'it has no such operation; check the setting "path", then verify' };
    default:
      return { kind: byStatus.kind, text: byStatus.message };
  }
}

/** Names of fields, which are Netcore's own and hold nobody's data. */
function fieldsIn(text: string): readonly string[] {
  const body = parseJson(text);
  const errors = isJsonObject(body) && Array.isArray(body.error) ? body.error.filter(isJsonObject) : [];
  return errors
    .map(({ field }) => field)
    .filter((field): field is string => typeof field === 'string' && /^[a-z][\w.[\]]{0,99}$/i.test(field))
    .slice(0, MAX_FIELDS);
}
