import { DeliveryError, type DeliveryErrorKind } from './delivery-error.js';
import type { HttpResponse } from './http-client.js';
import { answeredAt, deliveryErrorFromResponse } from './http-status.js';

/** What a vendor's code or answer means, where its status alone does not say it. What is left out goes by the status. */
export interface VendorMeaning {
  readonly kind?: DeliveryErrorKind | undefined;
  /** What is wrong and how to fix it: no sentence, and nothing of the vendor's own words, which may repeat a number. */
  readonly text?: string | undefined;
  /** Milliseconds to wait, where the answer has no `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The DeliveryError for an answer that is no success, or a 2xx that refuses after all: `Acme: <text>.`, with the answer
 * (bounded) and its `Retry-After`.
 * @param code the vendor's own, where the answer has one
 * @param meaning what the plugin's table says of it
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date; by default the answer's own `Date`
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
  });
}
