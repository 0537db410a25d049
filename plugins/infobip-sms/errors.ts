import {
  RESPONSE_BODY_LIMIT,
  vendorError,
  vendorErrors,
  type DeliveryError,
  type HttpResponse,
  type VendorMeaning,
  type VendorSuppressionReason,
} from '@patchbay/plugin-sdk';
import type { MessageStatus } from './infobip-answer.js';

/**
 * Codes of Infobip's page "Response status and error codes" that occur when an SMS is sent. All other codes are
 * rejections.
 */
const STATUSES: Readonly<Record<number, VendorMeaning>> = {
  6: { kind: 'rejected', text: 'the network of "to" is not set up for this account; ask Infobip for its coverage' },
  8: { kind: 'rejected', text: 'the prefix or the length of "to" is wrong; check the customer\'s number' },
  10: { kind: 'rejected', text: 'the recipient subscribed to Do Not Disturb; do not retry' },
  11: { kind: 'credentials', text: 'the setting "sender" is not registered on this account' },
  12: { kind: 'credentials', text: 'the account is out of credits; top it up' },
  13: {
    kind: 'credentials',
    text: 'the setting "sender" is blocked on this account; unblock it in the Infobip portal',
  },
  14: {
    kind: 'rejected',
    text: '"to" is on a blocklist, of the operator or of this account',
    suppress: 'opt_out',
  },
  17: { kind: 'credentials', text: 'the credits of the account have expired; top it up' },
  18: { kind: 'rejected', text: 'a trial account sends to its registered number only; ask Infobip to lift the limit' },
  19: { kind: 'credentials', text: 'the account has no route to send on; ask Infobip to set it up' },
  20: {
    kind: 'throttled',
    recipientOnly: true,
    text: 'the recipient got too many messages within one hour (flooding filter); the hub waits and retries for a day',
    retryAfterMs: 3_600_000,
  },
  21: { kind: 'transient', text: 'server error at Infobip; the hub retries' },
  24: { kind: 'rejected', text: 'the message is invalid; check the mapping' },
  25: { kind: 'rejected', text: 'the text is longer than 25 parts or 4,000 bytes; shorten it' },
  51: { kind: 'rejected', text: 'the message has no recipient; check the mapping of "to"' },
  52: { kind: 'rejected', text: '"to" is not a valid number; check the customer\'s number and its country code' },
  87: { kind: 'rejected', text: 'the fraud filter of Infobip (Signals) stopped the message; ask Infobip to allow it' },
  100: { kind: 'transient', text: 'Infobip could not accept the message temporarily; the hub retries' },
};

/**
 * Converts an error response to a DeliveryError, by its HTTP status. Infobip's own texts remain only in the recorded
 * response, which the hub redacts.
 */
export const infobipError = vendorErrors({
  vendor: 'Infobip',
  codeIn: ({ text }) => /"errorCode"\s*:\s*"(E\d{3})"/.exec(text.slice(0, RESPONSE_BODY_LIMIT))?.[1],
  statuses: {
    400: { text: 'it refused the request (400); correct the field in the violations of its response' },
    401: { text: 'it refused this API key (401); copy the key from the Infobip portal' },
    403: { text: 'this API key may not send SMS (403); add the scope sms:message:send' },
    404: {
      kind: 'credentials',
      text: 'there is no SMS API at the setting "baseUrl" (404); copy your base URL from the Infobip portal',
    },
  },
});

/** Returns the reason for which Infobip sends nothing to the recipient any more. Undefined for all other statuses. */
export function suppressionOf({ id }: MessageStatus): VendorSuppressionReason | undefined {
  return STATUSES[id]?.suppress;
}

/** Returns the DeliveryError for a message that a 200 response refuses. */
export function refusedMessage({ id, name }: MessageStatus, response: HttpResponse): DeliveryError {
  const known = STATUSES[id];
  const why = known?.text === undefined ? '' : `: ${known.text}`;
  return vendorError('Infobip', response, String(id), {
    kind: 'rejected',
    ...known,
    text: `it refused the message with ${name} (${String(id)})${why}`,
  });
}

/** Returns the error for a 200 response without the status of the message. */
export function missingStatus(response: HttpResponse): DeliveryError {
  const text = 'it answered without the status of the message, so the message may have been sent';
  return vendorError('Infobip', response, undefined, { kind: 'unconfirmed', text });
}
