import {
  classifyStatus,
  DeliveryError,
  RESPONSE_BODY_LIMIT,
  vendorError,
  type DeliveryResult,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import { holds, isThere, textAt, textView, type View } from './answer.js';
import type { HttpSmsSettings } from './http-sms.dto.js';

/** Which list is asked first: what stops the whole destination comes before what ends one message. */
const KINDS = ['credentials', 'throttled', 'transient', 'rejected'] as const;

const MEANINGS: Readonly<Record<(typeof KINDS)[number], string>> = {
  credentials: 'the gateway refuses this destination; fix its account or credentials there',
  throttled: 'the gateway asks to wait',
  transient: 'the gateway could not take it just now',
  rejected: 'the gateway refused the message',
};

/** What the gateway's answer comes to. Throws a DeliveryError where it did not take the message, or does not say. */
export function judge(response: HttpResponse, settings: HttpSmsSettings, now: number): DeliveryResult {
  const view = viewOf(response);
  throwListed(response, view, settings, now);
  const recorded = { status: response.status, body: response.text.slice(0, RESPONSE_BODY_LIMIT) };
  if (isSuccess(response, view, settings)) {
    return { response: recorded, externalId: textAt(view, settings.idPath) };
  }
  if (classifyStatus(response.status) !== undefined) throw byStatus(response, view, settings, now);
  const saysNo = refuses(view, settings);
  const words = saysNo
    ? 'The gateway answered, but "success" does not hold and no list of "errors" names the answer.'
    : `The gateway answered ${String(response.status)}, but "success" cannot be told from it: do its status and path fit?`;
  throw new DeliveryError(saysNo ? 'rejected' : 'unconfirmed', words, {
    response: recorded,
    vendorCode: codeOf(view, settings),
  });
}

/** As {@link judge}, for an answer to `verify`: the lists and the status decide. */
export function judgeVerification(response: HttpResponse, settings: HttpSmsSettings, now: number): void {
  const view = viewOf(response);
  throwListed(response, view, settings, now);
  if (classifyStatus(response.status) !== undefined) throw byStatus(response, view, settings, now);
}

function throwListed(response: HttpResponse, view: View, settings: HttpSmsSettings, now: number): void {
  const kind = KINDS.find((one) => settings.errors?.[one]?.some((test) => holds(test, view)));
  if (kind === undefined) return;
  const code = codeOf(view, settings);
  const by = `By the list errors.${kind}${forCode(code)}`;
  throw vendorError(by, response, code, { kind, text: MEANINGS[kind] }, now);
}

function isSuccess({ status }: HttpResponse, view: View, { success }: HttpSmsSettings): boolean {
  if (success?.status === undefined && classifyStatus(status) !== undefined) return false;
  return success === undefined || holds(success, view);
}

/** Whether something stands where `success` looks, and it is the wrong thing. */
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

/** Codes only: a gateway's words may hold the number. */
function forCode(code: string | undefined): string {
  return code !== undefined && /^[A-Za-z0-9_.-]{1,40}$/.test(code) ? ` (code ${code})` : '';
}

function viewOf({ status, headers, text }: HttpResponse): View {
  return { status, headers: { ...headers }, ...textView(text) };
}
