import {
  entryOf,
  eventTime,
  isJsonObject,
  jsonObjectIn,
  objectOf,
  recipientUpdates,
  requireProvenCallbackUrl,
  statusUpdates,
  textOf,
  type CallbackRequest,
  type VendorStatus,
  type Json,
  type JsonObject,
  type RecipientUpdate,
  type StatusCallback,
  type StatusUpdate,
} from '@patchbay/plugin-sdk';
import { suppressionOf } from './errors.js';
import { DUPLICATE_MESSAGE_ID, STATUS_GROUPS, statusOf, vendorName, type MessageStatus } from './infobip-answer.js';
import type { InfobipSmsCredentials, InfobipSmsSettings } from './infobip-sms.dto.js';

const DELIVERED_TO_OPERATOR = 2;
const PENDING_ACCEPTED = 26;
/** Status "Expired, delivery report unknown": the operator has the message but never reported what became of it. */
const DELIVERY_UNKNOWN = 29;

/** Changes of a number by the events of "Receive blocklist event". */
const BLOCKLIST_CHANGES: Readonly<Record<string, RecipientUpdate['change']>> = { BLOCK: 'opt_out', UNBLOCK: 'opt_in' };

/**
 * Reports of "Receive outbound SMS message reports", up to 100 in one call, and events of "Receive blocklist event".
 * Infobip does not sign the calls. The URL of a message's reports therefore contains a proof. The brand enters the URL for
 * blocklist events in Infobip's portal, so the token in the callback URL, which the hub checks, is their proof.
 */
export const statusCallback: StatusCallback<InfobipSmsCredentials, InfobipSmsSettings> = {
  authenticate(request, { credentials }) {
    const results = resultsIn(request);
    if (results?.some(isBlocklistEvent) !== true || !results.every(isBlocklistEvent)) {
      requireProvenCallbackUrl(request.url, credentials.apiKey);
    }
    if (results === undefined)
      throw new Error(
        'The call was refused, because its body is not a JSON object with the list "results". Only Infobip may call ' +
          'this URL.',
      );
  },

  parse: (request) =>
    (resultsIn(request) ?? []).flatMap((result) =>
      isBlocklistEvent(result) ? numberChanges(result) : updatesOf(result),
    ),
};

function resultsIn({ rawBody }: CallbackRequest): readonly JsonObject[] | undefined {
  const results = jsonObjectIn(rawBody)?.results;
  return Array.isArray(results) ? results.filter(isJsonObject) : undefined;
}

function isBlocklistEvent({ event, content }: JsonObject): boolean {
  return typeof event === 'string' && isJsonObject(content);
}

/**
 * Returns the change of the number in a blocklist event. Events of other channels concern other addresses of the account.
 */
function numberChanges({ event, content, receivedAt }: JsonObject): readonly RecipientUpdate[] {
  const { destination, channel = 'SMS', sourceType } = objectOf(content);
  const change = channel === 'SMS' ? entryOf(BLOCKLIST_CHANGES, event) : undefined;
  const [at, detail] = [eventTime(receivedAt), vendorName(sourceType)];
  return recipientUpdates('phone', numberIn(destination), { change, at, detail });
}

/** Returns a number with its `+`, which Infobip leaves out. Undefined if the value is not a number. */
function numberIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && /^\+?\d{7,15}$/.test(value) ? `+${value.replace(/^\+/, '')}` : undefined;
}

/** Returns the status in a report, and the change of the number to which Infobip sends nothing, because it is blocked. */
function updatesOf(report: JsonObject): readonly (StatusUpdate | RecipientUpdate)[] {
  const known = statusOf(report);
  if (!known) return [];
  const { messageId, callbackData, doneAt, to } = report;
  const [at, suppress] = [eventTime(doneAt), suppressionOf(known)];
  return [
    ...statusUpdates({
      deliveryId: textOf(callbackData),
      externalId: textOf(messageId),
      status: vendorStatusOf(known),
      ...{ at, suppress },
      detail: known.name + reasonOf(report),
    }),
    ...recipientUpdates('phone', numberIn(to), { change: suppress, at, detail: known.name }),
  ];
}

/**
 * Returns the vendor status of a report; none for the report of a repeated message, because the first message has the
 * same id.
 */
function vendorStatusOf({ groupId, id }: MessageStatus): VendorStatus | undefined {
  if (id === DUPLICATE_MESSAGE_ID) return undefined;
  switch (groupId) {
    case STATUS_GROUPS.pending:
      return id === PENDING_ACCEPTED ? 'accepted' : 'sent';
    case STATUS_GROUPS.delivered:
      return id === DELIVERED_TO_OPERATOR ? 'sent' : 'delivered';
    case STATUS_GROUPS.undeliverable:
      return 'undelivered';
    case STATUS_GROUPS.expired:
      return id === DELIVERY_UNKNOWN ? 'sent' : 'undelivered';
    case STATUS_GROUPS.rejected:
      return 'failed';
    default:
      return undefined;
  }
}

/** Returns the names in an error without its descriptions, because Infobip's descriptions may repeat the number. */
function reasonOf({ error }: JsonObject): string {
  if (!isJsonObject(error) || error.id === 0 || error.name === undefined) return '';
  return `: ${vendorName(error.name)} (${error.permanent === true ? 'permanent' : 'temporary'})`;
}
