import {
  entryOf,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type VendorMeaning,
  type VendorSuppressionReason,
} from '@patchbay/plugin-sdk';

/**
 * Errors of the sender that can also concern one recipient: a short code or a sender name may not send to every country.
 * From the pages "21606", "21659", "21660" and "21661" of the dictionary.
 */
const SENDER: Readonly<Pick<VendorMeaning, 'kind' | 'suspectsDestination'>> = {
  kind: 'rejected',
  suspectsDestination: true,
};

/**
 * Errors of Twilio's "Error and warning dictionary" that occur when an SMS is sent. The HTTP status determines the
 * meaning of any other error.
 */
const ERRORS: Readonly<Record<string, VendorMeaning>> = {
  20003: { kind: 'credentials', text: 'the credentials were refused; check the Account SID and the auth token or key' },
  20005: { kind: 'credentials', text: 'the account is not active; see its status in the Twilio console' },
  20404: { kind: 'credentials', text: 'the account or messaging service does not exist; check both SIDs' },
  20429: { kind: 'throttled', text: 'too many concurrent requests; lower the concurrency limit of this destination' },
  21211: { kind: 'rejected', text: '"to" is not a phone number; check the customer\'s number and its country code' },
  21212: { kind: 'credentials', text: 'the setting "from" is not a number or sender of this account; correct it' },
  21408: { kind: 'rejected', text: 'the region of "to" is not enabled; allow it under Messaging geo permissions' },
  21602: { kind: 'rejected', text: 'the message has no text; check the mapping of "body"' },
  21604: { kind: 'rejected', text: 'the message has no recipient; check the mapping of "to"' },
  21606: {
    ...SENDER,
    text: 'the setting "from" cannot send SMS to the country of "to"; choose a number of this account for that country',
  },
  21608: {
    kind: 'rejected',
    text: 'a trial account sends to verified numbers only; verify "to" or upgrade the account',
  },
  21610: {
    kind: 'rejected',
    text: 'the recipient has opted out of messages from this sender; do not retry',
    suppress: 'opt_out',
  },
  21611: {
    kind: 'throttled',
    text: 'the queue of "from" is full; lower the rate limit, or send from a messaging service',
    retryAfterMs: 300_000,
  },
  21612: { kind: 'rejected', text: '"to" cannot be reached from this sender; use another sender' },
  21614: { kind: 'rejected', text: '"to" is not a mobile number; check the customer\'s number' },
  21617: { kind: 'rejected', text: 'the text is longer than 1,600 characters; shorten it' },
  21635: { kind: 'rejected', text: '"to" is a landline' },
  21656: { kind: 'rejected', text: 'the content variables do not match the template; check the mapping' },
  21659: {
    ...SENDER,
    text:
      'the setting "from" is not a number of Twilio, or is a short code of another country than "to"; choose a number ' +
      'for that country',
  },
  21660: {
    ...SENDER,
    text: 'the setting "from" does not belong to this account; check the Account SID and the number',
  },
  21661: { ...SENDER, text: 'the setting "from" cannot send SMS; choose another number of this account' },
  21703: { kind: 'credentials', text: 'the messaging service has no sender; add one in the Twilio console' },
};

/**
 * Converts an error response to a DeliveryError. Twilio's own text is omitted, because the text contains the customer's
 * number.
 */
export function twilioError(response: HttpResponse): DeliveryError {
  const code = codeIn(response.text);
  if (code === undefined) return vendorError('Twilio', response);
  const meaning = entryOf(ERRORS, code) ?? { text: `see https://www.twilio.com/docs/api/errors/${code}` };
  return vendorError(`Twilio error ${code}`, response, code, meaning);
}

/** Returns the reason for which Twilio sends nothing to the recipient any more. Undefined for all other errors. */
export function suppressionOf(code: string): VendorSuppressionReason | undefined {
  return entryOf(ERRORS, code)?.suppress;
}

/** Parses the code in `{"code": 21211, …}`. Returns undefined for a response of a proxy, which has another format. */
function codeIn(text: string): string | undefined {
  return /"code"\s*:\s*(\d{5})\b/.exec(text.slice(0, 4_096))?.[1];
}
