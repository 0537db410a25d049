import {
  entryOf,
  isJsonObject,
  jsonObjectIn,
  requireProvenCallbackUrl,
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

  parse(request) {
    return (resultsIn(request) ?? []).flatMap((result): readonly (StatusUpdate | RecipientUpdate)[] =>
      isBlocklistEvent(result) ? numberChangesOf(result) : [...statusUpdatesOf(result), ...refusalOf(result)],
    );
  },
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
function numberChangesOf({ event, content, receivedAt }: JsonObject): readonly RecipientUpdate[] {
  const { destination, channel, sourceType } = isJsonObject(content) ? content : {};
  const change = entryOf(BLOCKLIST_CHANGES, event);
  const value = numberIn(destination);
  if (change === undefined || value === undefined || (channel !== undefined && channel !== 'SMS')) return [];
  return [
    {
      address: { kind: 'phone', value },
      change,
      at: instant(receivedAt),
      detail: vendorName(sourceType),
    },
  ];
}

/** Returns the change of the number in a report about a message that Infobip did not send, because the number is blocked. */
function refusalOf(report: JsonObject): readonly RecipientUpdate[] {
  const { to, doneAt } = report;
  const known = statusOf(report);
  const [value, change] = [numberIn(to), known && suppressionOf(known)];
  if (known === undefined || value === undefined || change === undefined) return [];
  return [{ address: { kind: 'phone', value }, change, at: instant(doneAt), detail: known.name }];
}

/** Returns a number with its `+`, which Infobip leaves out. Undefined if the value is not a number. */
function numberIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && /^\+?\d{7,15}$/.test(value) ? `+${value.replace(/^\+/, '')}` : undefined;
}

function statusUpdatesOf(report: JsonObject): readonly StatusUpdate[] {
  const { messageId, callbackData, doneAt } = report;
  const known = statusOf(report);
  const status = known && vendorStatusOf(known);
  if (!status || typeof messageId !== 'string') return [];
  return [
    {
      externalId: messageId,
      status,
      detail: known.name + reasonOf(report),
      deliveryId: textOf(callbackData),
      at: instant(doneAt),
      suppress: suppressionOf(known),
    },
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

/** Converts `2026-01-31T10:00:00.000+0100` (offset without a colon) to ISO 8601 in UTC; undefined if invalid. */
function instant(value: Json | undefined): string | undefined {
  const date = new Date((textOf(value) ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
