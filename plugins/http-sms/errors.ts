import {
  DeliveryError,
  isSuccess as isSuccessStatus,
  recordedResponse,
  vendorError,
  type DeliveryResult,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import { holds, isThere, textAt, textView, type View } from './answer.js';
import type { HttpSmsSettings } from './http-sms.dto.js';

/** Order in which the lists of errors are tested: errors of the whole destination come before errors of one message. */
const KINDS = ['credentials', 'throttled', 'transient', 'rejected'] as const;

const MEANINGS: Readonly<Record<(typeof KINDS)[number], string>> = {
  credentials: 'the gateway refuses this destination; fix its account or credentials there',
  throttled: 'the gateway limits the rate; the hub waits and retries',
  transient: 'the gateway is temporarily unavailable; the hub retries',
  rejected: 'the gateway refused the message; see the reason in its response',
};

/**
 * Converts the gateway's response to a result. Throws a DeliveryError if the gateway refused the message or its
 * response is unclear.
 */
export function evaluateAnswer(response: HttpResponse, settings: HttpSmsSettings, now: number): DeliveryResult {
  const view = viewOf(response);
  throwListed(response, view, settings, now);
  const recorded = recordedResponse(response);
  if (isSuccess(response, view, settings)) {
    return { response: recorded, externalId: textAt(view, settings.idPath) };
  }
  if (!isSuccessStatus(response)) throw byStatus(response, view, settings, now);
  const saysNo = refuses(view, settings);
  const words = saysNo
    ? 'The response of the gateway fails the test "success" and matches no list in "errors". Add its code to one of the lists.'
    : `The gateway answered ${String(response.status)} without the values that "success" tests. Check its status and path.`;
  throw new DeliveryError(saysNo ? 'rejected' : 'unconfirmed', words, {
    response: recorded,
    vendorCode: codeOf(view, settings),
  });
}

/** Checks the response to `verify`, by the configured lists of errors and by the HTTP status. */
export function evaluateVerification(response: HttpResponse, settings: HttpSmsSettings, now: number): void {
  const view = viewOf(response);
  throwListed(response, view, settings, now);
  if (!isSuccessStatus(response)) throw byStatus(response, view, settings, now);
}

function throwListed(response: HttpResponse, view: View, settings: HttpSmsSettings, now: number): void {
  const kind = KINDS.find((one) => settings.errors?.[one]?.some((test) => holds(test, view)));
  if (kind === undefined) return;
  const code = codeOf(view, settings);
  const by = `By the list errors.${kind}${forCode(code)}`;
  throw vendorError(by, response, code, { kind, text: MEANINGS[kind], safeToRepeat: true }, now);
}

function isSuccess(response: HttpResponse, view: View, { success }: HttpSmsSettings): boolean {
  if (success?.status === undefined && !isSuccessStatus(response)) return false;
  return success === undefined || holds(success, view);
}

/**
 * Returns true if the response has a value at the path of the setting `success`, and the value does not mean success.
 */
function refuses(view: View, { success }: HttpSmsSettings): boolean {
  if (success?.path === undefined || success.values === undefined || !isThere(view, success.path)) return false;
  return !success.values.includes(textAt(view, success.path) ?? '');
}

function byStatus(response: HttpResponse, view: View, settings: HttpSmsSettings, now: number): DeliveryError {
  return vendorError('The gateway', response, codeOf(view, settings), {}, now);
}

function codeOf(view: View, { codePath }: HttpSmsSettings): string | undefined {
  return textAt(view, codePath)?.slice(0, 100);
}

/**
 * Returns the end of an error message that names the gateway's code. Other texts of a gateway may contain the
 * customer's number.
 */
function forCode(code: string | undefined): string {
  return code !== undefined && /^[A-Za-z0-9_.-]{1,40}$/.test(code) ? ` (code ${code})` : '';
}

function viewOf({ status, headers, text }: HttpResponse): View {
  return { status, headers: { ...headers }, ...textView(text) };
}
