import { DeliveryError, type DeliveryErrorKind, type DeliveryErrorOptions } from './delivery-error.js';
import { entryOf } from './entry-of.js';
import type { HttpResponse } from './http-client.js';
import { answeredAt, deliveryErrorFromResponse } from './http-status.js';

/**
 * Meaning of a vendor's code or response, if its HTTP status alone does not determine the error. Absent properties
 * follow from the HTTP status.
 */
export interface VendorMeaning extends Pick<
  DeliveryErrorOptions,
  'safeToRepeat' | 'suppress' | 'recipientOnly' | 'suspectsDestination'
> {
  readonly kind?: DeliveryErrorKind | undefined;
  /** Cause and fix of the error, as a clause. Never copy the vendor's words, which may repeat a phone number. */
  readonly text?: string | undefined;
  /** Milliseconds to wait if the response has no `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * Creates the DeliveryError for a response that refuses the request, even with status 2xx. The message is `Acme:
 * <text>.`; the error includes the shortened response and its `Retry-After`.
 * @param code the vendor's own code, if the response has one
 * @param meaning entry for the code in the plugin's table
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date; by default the response's own `Date`
 */
export function vendorError(
  vendor: string,
  response: Pick<HttpResponse, 'status' | 'headers' | 'text'>,
  code?: string,
  meaning: VendorMeaning = {},
  now: number = answeredAt(response.headers),
): DeliveryError {
  const byStatus = deliveryErrorFromResponse(response.status, response.headers, response.text, now);
  return new DeliveryError(meaning.kind ?? byStatus.kind, `${vendor}: ${meaning.text ?? byStatus.message}.`, {
    response: byStatus.response,
    vendorCode: code,
    retryAfterMs: byStatus.retryAfterMs ?? meaning.retryAfterMs,
    safeToRepeat: meaning.safeToRepeat,
    suppress: meaning.suppress,
    recipientOnly: meaning.recipientOnly,
    suspectsDestination: meaning.suspectsDestination,
  });
}

/** Errors of a vendor as data. */
export interface VendorErrorTable {
  /** Name of the vendor at the beginning of each message. */
  readonly vendor: string;
  /** Finds the vendor's code in a response. Returns undefined for a response without a code, for example of a proxy. */
  readonly codeIn?: (response: HttpResponse) => string | undefined;
  /** Meanings by the vendor's code. */
  readonly codes?: Readonly<Record<string, VendorMeaning>>;
  /** Meanings by HTTP status, for responses whose code is not in `codes`. */
  readonly statuses?: Readonly<Record<number, VendorMeaning>>;
}

/** Returns the function that converts an error response of a vendor to a DeliveryError (see {@link vendorError}). */
export function vendorErrors({
  vendor,
  codeIn,
  codes = {},
  statuses = {},
}: VendorErrorTable): (response: HttpResponse) => DeliveryError {
  return (response) => {
    const code = codeIn?.(response);
    return vendorError(vendor, response, code, entryOf(codes, code) ?? entryOf(statuses, response.status));
  };
}
