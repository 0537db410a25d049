import type { VendorResponse } from './delivery-error.js';
import type { HttpResponse } from './http-client.js';
import { RESPONSE_BODY_LIMIT } from './http-status.js';

/** Returns true for a 2xx status. */
export function isSuccess({ status }: Pick<HttpResponse, 'status'>): boolean {
  return status >= 200 && status <= 299;
}

/** Returns the response for a delivery's record, shortened. The host redacts it before recording it. */
export function recordedResponse({ status, text }: Pick<HttpResponse, 'status' | 'text'>): VendorResponse {
  return { status, body: text.slice(0, RESPONSE_BODY_LIMIT) };
}
