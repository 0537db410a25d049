import {
  isJsonObject,
  jsonObjectIn,
  requireProvenCallbackUrl,
  type CallbackRequest,
  type VendorStatus,
  type JsonObject,
  type StatusCallback,
  type StatusUpdate,
} from '@patchbay/plugin-sdk';
import { DUPLICATE_MESSAGE_ID, STATUS_GROUPS, statusOf, vendorName, type MessageStatus } from './infobip-answer.js';
import type { InfobipSmsCredentials, InfobipSmsSettings } from './infobip-sms.dto.js';

const DELIVERED_TO_OPERATOR = 2;
const PENDING_ACCEPTED = 26;
/** Status "Expired, delivery report unknown": the operator has the message but never reported what became of it. */
const DELIVERY_UNKNOWN = 29;

/**
 * Reports of "Receive outbound SMS message reports": up to 100 in one call. Infobip does not sign the call, so the URL
 * contains a proof.
 */
export const statusCallback: StatusCallback<InfobipSmsCredentials, InfobipSmsSettings> = {
  authenticate(request, { credentials }) {
    requireProvenCallbackUrl(request.url, credentials.apiKey);
    if (!reportsIn(request))
      throw new Error(
        'The call was refused, because its body is not a JSON object with the list "results". Only Infobip may call ' +
          'this URL.',
      );
  },

  parse(request) {
    return (reportsIn(request) ?? []).flatMap(statusUpdatesOf);
  },
};

function reportsIn({ rawBody }: CallbackRequest): readonly JsonObject[] | undefined {
  const results = jsonObjectIn(rawBody)?.results;
  return Array.isArray(results) ? results.filter(isJsonObject) : undefined;
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
      deliveryId: typeof callbackData === 'string' && callbackData !== '' ? callbackData : undefined,
      at: typeof doneAt === 'string' ? instant(doneAt) : undefined,
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
function instant(text: string): string | undefined {
  const date = new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
