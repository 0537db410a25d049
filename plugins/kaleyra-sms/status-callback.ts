import {
  deliveryInCallbackUrl,
  entryOf,
  jsonObjectIn,
  requireProvenCallbackUrl,
  statusUpdates,
  textOf,
  withoutContacts,
  type CallbackRequest,
  type VendorStatus,
  type StatusCallback,
} from '@patchbay/plugin-sdk';
import type { KaleyraSmsCredentials, KaleyraSmsSettings } from './kaleyra-sms.dto.js';

/**
 * Statuses of "SMS Callback" and "SMS Status and Status Trace Codes", reduced to their letters. Other statuses are
 * ignored.
 */
const STATUSES: Readonly<Record<string, VendorStatus>> = {
  SUBMITTED: 'sent',
  ENROUTE: 'sent',
  SENT: 'sent',
  SENTNODLR: 'sent',
  DELIVRD: 'delivered',
  DELIVERED: 'delivered',
  UNDELIVERED: 'undelivered',
  UNDELIV: 'undelivered',
  EXPIRED: 'undelivered',
  FAILED: 'failed',
  NOTSENT: 'failed',
};

/**
 * Status callbacks of Kaleyra, which does not sign them. Instead, the callback URL that the hub sends with each message
 * contains the delivery id and a token. The token proves that the hub created the URL.
 */
export const statusCallback: StatusCallback<KaleyraSmsCredentials, KaleyraSmsSettings> = {
  authenticate(request, { credentials }) {
    requireProvenCallbackUrl(request.url, credentials.apiKey);
    if (variable(request, 'status') === undefined)
      throw new Error('The call was refused, because it has no "status". Only Kaleyra may call this URL.');
  },

  parse(request) {
    const words = variable(request, 'status') ?? '';
    const trace = variable(request, 'status_details', 'status_trace');
    return statusUpdates({
      deliveryId: deliveryInCallbackUrl(request.url),
      externalId: variable(request, 'message_id', 'id'),
      status: entryOf(STATUSES, words.toUpperCase().replace(/[^A-Z]/g, '')),
      detail: withoutContacts(trace === undefined ? words : `${words}: ${trace}`),
    });
  },
};

/**
 * Returns the variable of a callback that has one of these names; the first name with a value wins. Reads the JSON or
 * form of a POST, or the query of a GET.
 */
function variable({ method, url, rawBody }: CallbackRequest, ...names: readonly string[]): string | undefined {
  const json = jsonObjectIn(rawBody);
  const pairs = method === 'GET' ? new URL(url).searchParams : new URLSearchParams(new TextDecoder().decode(rawBody));
  const values = names.map((name) => textOf(json ? json[name] : pairs.get(name)));
  return values.find((value) => value !== undefined);
}
