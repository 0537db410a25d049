import {
  DeliveryError,
  deliveryErrorFromResponse,
  RESPONSE_BODY_LIMIT,
  type DeliveryErrorKind,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import type { MessageStatus } from './infobip-answer.js';

interface KnownStatus {
  readonly kind: DeliveryErrorKind;
  /** What is wrong and how to mend it. */
  readonly text: string;
  /** Milliseconds to wait. */
  readonly retryAfterMs?: number;
}

/** Infobip's "Response status and error codes", as far as sending an SMS meets it. Others are rejections. */
const STATUSES: Readonly<Record<number, KnownStatus>> = {
  6: { kind: 'rejected', text: 'the network of "to" is not set up for this account; ask Infobip for its coverage' },
  8: { kind: 'rejected', text: 'the prefix or the length of "to" is wrong; check the customer\'s number' },
  10: { kind: 'rejected', text: 'the recipient subscribed to Do Not Disturb' },
  11: { kind: 'credentials', text: 'the setting "sender" is not registered on this account' },
  12: { kind: 'credentials', text: 'the account is out of credits; top it up' },
  13: {
    kind: 'credentials',
    text: 'the setting "sender" is blocked on this account; unblock it in the Infobip portal',
  },
  14: { kind: 'rejected', text: '"to" is on a blocklist, of the operator or of this account' },
  17: { kind: 'credentials', text: 'the credits of the account have expired; top it up' },
  18: { kind: 'rejected', text: 'a trial account sends to its registered number only; ask Infobip to lift the limit' },
  19: { kind: 'credentials', text: 'the account has no route to send on; ask Infobip to set it up' },
  20: {
    kind: 'transient',
    text: 'the recipient got too many messages within the hour (flooding filter)',
    retryAfterMs: 3_600_000,
  },
  21: { kind: 'transient', text: 'an error on their side' },
  24: { kind: 'rejected', text: 'the message is not well formed' },
  25: { kind: 'rejected', text: 'the text is longer than 25 parts or 4,000 bytes' },
  51: { kind: 'rejected', text: 'the message names no recipient; check the mapping of "to"' },
  52: { kind: 'rejected', text: '"to" is no valid number; check the customer\'s number and its country code' },
  87: { kind: 'rejected', text: 'their fraud filter (Signals) stopped the message' },
  100: { kind: 'transient', text: 'their platform could not take the message just now' },
};

/** Names an answer that is no 2xx. Infobip's own words stay in the recorded answer, which the hub redacts. */
export function refusedRequest(response: HttpResponse): DeliveryError {
  const byStatus = deliveryErrorFromResponse(response.status, response.headers, response.text);
  const code = /"errorCode"\s*:\s*"(E\d{3})"/.exec(response.text.slice(0, RESPONSE_BODY_LIMIT))?.[1];
  return new DeliveryError(response.status === 404 ? 'credentials' : byStatus.kind, requestText(response, byStatus), {
    ...(byStatus.response && { response: byStatus.response }),
    ...(byStatus.retryAfterMs !== undefined && { retryAfterMs: byStatus.retryAfterMs }),
    ...(code !== undefined && { vendorCode: code }),
  });
}

/** Names a message that a 200 refuses. */
export function refusedMessage(status: MessageStatus, response: HttpResponse): DeliveryError {
  const known = STATUSES[status.id];
  return new DeliveryError(
    known?.kind ?? 'rejected',
    `Infobip refused the message with ${status.name} (${String(status.id)})${known ? `: ${known.text}` : ''}.`,
    {
      vendorCode: String(status.id),
      response: { status: response.status, body: response.text.slice(0, RESPONSE_BODY_LIMIT) },
      ...(known?.retryAfterMs !== undefined && { retryAfterMs: known.retryAfterMs }),
    },
  );
}

function requestText({ status }: HttpResponse, byStatus: DeliveryError): string {
  switch (status) {
    case 400:
      return 'Infobip cannot process the request (400); the violations in its answer name the field.';
    case 401:
      return 'Infobip does not know this API key (401); copy it from the Infobip portal.';
    case 403:
      return 'This API key may not send SMS (403); give it the scope sms:message:send.';
    case 404:
      return 'There is no SMS API at the setting "baseUrl" (404); copy your base URL from the Infobip portal.';
    default:
      return `Infobip: ${byStatus.message}.`;
  }
}
