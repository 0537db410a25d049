import {
  entryOf,
  fieldNames,
  jsonObjectIn,
  listed,
  objectsIn,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';

/** Properties of a request that come from the settings. An error in one of these properties affects every message. */
const SETTINGS = /^(from|reply_to|tags)\b/;

/** Meanings of the statuses whose errors name no field. */
const STATUSES: Readonly<Record<number, VendorMeaning>> = {
  401: { kind: 'credentials', text: 'it refuses this key; check "apiKey", then verify' },
  403: { kind: 'credentials', text: 'this account may not send; check its panel, then verify' },
  404: { kind: 'credentials', text: 'it does not have this operation; check the setting "path", then verify' },
};

/**
 * Converts an error response to a DeliveryError. Netcore publishes no codes, so the status and the fields in the
 * response decide. Netcore's own texts remain only in the recorded response, which the hub redacts.
 * @param mapped fields that the mapping set in place of the settings; an error in them affects only this message
 */
export function netcoreError(response: HttpResponse, mapped: readonly string[] = []): DeliveryError {
  return vendorError('Netcore', response, undefined, meaning(response, mapped));
}

/** Returns true if a response with a 2xx status refuses the message. */
export function isRefusal({ text }: HttpResponse): boolean {
  return jsonObjectIn(text)?.status === 'error';
}

/** Converts a 2xx response that refuses the message (see {@link isRefusal}) to a DeliveryError. */
export function refusedInside(response: HttpResponse): DeliveryError {
  const text = 'it refused the message; see the "error" in its response';
  return vendorError('Netcore', response, undefined, { kind: 'rejected', text });
}

function meaning({ status, text }: HttpResponse, mapped: readonly string[]): VendorMeaning {
  if (status !== 400) return entryOf(STATUSES, status) ?? {};
  const fields = fieldNames(objectsIn(jsonObjectIn(text)?.error).map(({ field }) => field));
  const named = fields.length === 0 ? 'the message' : listed(fields);
  return fields.some((field) => SETTINGS.test(field) && !mapped.includes(/^\w+/.exec(field)?.[0] ?? ''))
    ? {
        kind: 'credentials',
        text: `it refuses ${named}; correct the settings, activate the sending domain, then verify`,
      }
    : { kind: 'rejected', text: `it refuses ${named} (400); check the recipient and the mapping` };
}
