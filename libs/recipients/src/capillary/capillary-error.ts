import type { Json } from '@patchbay/core';
import { isJsonObject, type DeliveryErrorKind, type HttpResponse } from '@patchbay/plugin-sdk';
import { classifyStatus, lookupError, type ResponseClass } from '../http/lookup-failure.js';

/**
 * Codes that mean not found. No such customer (8015), no such customer in this source (8065), customer not in the
 * loyalty programme (8089), customer deleted after a PII request (8109). See Capillary's pages "Response codes" and
 * "Get customers bulk".
 */
const NOT_FOUND = new Set([404, 8015, 8065, 8089, 8109]);
/**
 * Codes that mean that Capillary is busy: search engine (461), several actions for one customer (521), authorisation
 * status unavailable (503).
 */
const BUSY = new Set([461, 500, 503, 521]);

/** Statuses whose meaning does not depend on the body. */
const CLEAR_STATUSES = new Set([401, 403, 429]);

/**
 * Classifies an answer. Capillary reports errors in the body, also with HTTP 200:
 * `{"errors":[{"status":false,"code":8015,"message":"…"}]}`. Messages are not used, because they may contain the values
 * of the request.
 * @param section section of the brand's file with the connection, for errors
 */
export function classifyResponse(section: string, response: HttpResponse): ResponseClass {
  const codes = CLEAR_STATUSES.has(response.status) ? [] : errorCodes(response);
  if (codes.length === 0) return classifyStatus(section, response);
  if (codes.every((code) => NOT_FOUND.has(code))) return 'notFound';
  const code = codes.find((one) => !NOT_FOUND.has(one)) ?? Number.NaN;
  const failure = Number.isNaN(code) ? 'an error without a code' : `error ${code}`;
  const options = Number.isNaN(code) ? {} : { vendorCode: String(code) };
  return lookupError(kindOf(code), section, `it answered with ${failure}${hint(code)}`, options);
}

function errorCodes(response: HttpResponse): number[] {
  const body = parsed(response);
  const errors = isJsonObject(body) ? body['errors'] : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => (isJsonObject(error) ? Number(error['code']) : Number.NaN));
}

/**
 * Parses the body of a response. Returns null if the body is not valid JSON; then the status alone classifies the
 * response.
 */
function parsed(response: HttpResponse): Json {
  try {
    return response.json();
  } catch {
    return null;
  }
}

function kindOf(code: number): DeliveryErrorKind {
  if (code === 429) return 'throttled';
  if (code === 401 || code === 403) return 'credentials';
  return BUSY.has(code) ? 'transient' : 'rejected';
}

function hint(code: number): string {
  return code === 401 || code === 403 ? ": correct the credentials or their access groups in the brand's file" : '';
}
