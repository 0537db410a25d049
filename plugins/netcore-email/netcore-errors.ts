import {
  isJsonObject,
  jsonObjectIn,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';

/** Parts of a request that the destination sets, not the message: wrong here is wrong for every message. */
const SETTINGS = /^(from|reply_to|tags)\b/;
const MAX_FIELDS = 5;

/**
 * Names an answer that is no success. Netcore publishes no codes: the status decides, and the fields that an answer names.
 * Its own texts stay in the recorded answer, which the hub redacts.
 */
export function netcoreError(response: HttpResponse): DeliveryError {
  return vendorError('Netcore', response, undefined, meaning(response));
}

/** Whether a 2xx says that the message was not taken after all. */
export function isRefusal({ text }: HttpResponse): boolean {
  return jsonObjectIn(text)?.status === 'error';
}

/** Names a 2xx of which {@link isRefusal} holds. */
export function refusedInside(response: HttpResponse): DeliveryError {
  const text = 'it refused the message; the "error" in its answer says why';
  return vendorError('Netcore', response, undefined, { kind: 'rejected', text });
}

function meaning({ status, text }: HttpResponse): VendorMeaning {
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
      return {};
  }
}

/** Names of fields, which are Netcore's own and hold nobody's data. */
function fieldsIn(text: string): readonly string[] {
  const errors = jsonObjectIn(text)?.error;
  return (Array.isArray(errors) ? errors : [])
    .filter(isJsonObject)
    .map(({ field }) => field)
    .filter((field): field is string => typeof field === 'string' && /^[a-z][\w.[\]]{0,99}$/i.test(field))
    .slice(0, MAX_FIELDS);
}
