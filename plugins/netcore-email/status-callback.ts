import {
  entryOf,
  isJsonObject,
  parseJson,
  textOf,
  withoutContacts,
  type VendorStatus,
  type Json,
  type JsonObject,
  type RecipientUpdate,
  type StatusCallback,
  type StatusUpdate,
} from '@patchbay/plugin-sdk';
import type { NetcoreEmailCredentials, NetcoreEmailSettings } from './netcore-email.dto.js';

/**
 * Vendor status for each event on the page "Events", including other spellings on Netcore's pages. Other events are
 * ignored.
 */
const STATUSES: Readonly<Record<string, VendorStatus>> = {
  // "Sent" means that the receiving server accepted the e-mail and returned the text in RESPONSE.
  sent: 'delivered',
  send: 'delivered',
  delivered: 'delivered',
  open: 'opened',
  opened: 'opened',
  click: 'clicked',
  clicked: 'clicked',
  bounce: 'bounced',
  bounced: 'bounced',
  drop: 'failed',
  dropped: 'failed',
  invalid: 'failed',
};

/** Changes of the address by events on the page "Events", including other spellings on Netcore's pages. */
const CHANGES: Readonly<Record<string, RecipientUpdate['change']>> = {
  bounce: 'hard_bounce',
  bounced: 'hard_bounce',
  invalid: 'invalid',
  unsub: 'opt_out',
  unsubscribe: 'opt_out',
  unsubscribed: 'opt_out',
  spam: 'complaint',
  abuse: 'complaint',
};

/** Statuses whose events contain a reason. */
const EXPLAINED: ReadonlySet<VendorStatus> = new Set(['bounced', 'undelivered', 'failed']);

/**
 * Netcore's webhook: one URL per account, with events of many messages in one call. Netcore signs nothing and sends no
 * custom headers, so the token in the hub's callback URL authenticates the call.
 */
export const statusCallback: StatusCallback<NetcoreEmailCredentials, NetcoreEmailSettings> = {
  authenticate({ rawBody }) {
    if (parseJson(textIn(rawBody)) === undefined)
      throw new Error('The call was refused, because its body is not valid JSON. Only Netcore may call this URL.');
  },

  /** Returns the updates of messages and addresses. The order of the updates does not matter, because the hub orders the states. */
  parse({ rawBody }) {
    const body = parseJson(textIn(rawBody));
    const events = [body].flat().filter(isJsonObject);
    return events.flatMap((event) => [...updateOf(event), ...changeOf(event)]);
  },
};

/**
 * Returns the status update of an event. Netcore's `TRANSID` is not used as the message id, because no page says that
 * it equals the id in the response to a sent message.
 */
function updateOf(event: JsonObject): StatusUpdate[] {
  const status = statusOf(event);
  const deliveryId = event['X-APIHEADER'];
  // Mail of other senders in the account has a token that is not a delivery id.
  if (
    status === undefined ||
    typeof deliveryId !== 'string' ||
    !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(deliveryId)
  ) {
    return [];
  }
  const detail = EXPLAINED.has(status) ? detailOf(event) : '';
  return [{ deliveryId, status, at: timeOf(event.TIMESTAMP), detail: detail || undefined }];
}

/** Returns the change of the address of an event. A soft bounce changes nothing, because the address is valid. */
function changeOf(fields: JsonObject): RecipientUpdate[] {
  const { EVENT: named, event, EMAIL: email, BOUNCE_TYPE: bounce, TIMESTAMP: time } = fields;
  const name = nameOf(named ?? event);
  const [change, value] = [entryOf(CHANGES, name), textOf(email)];
  const isSoft = change === 'hard_bounce' && isTemporary(bounce);
  return change === undefined || isSoft || value === undefined
    ? []
    : [{ address: { kind: 'email', value }, change, at: timeOf(time), detail: name }];
}

/** Returns the vendor status of an event. A soft bounce is a temporary refusal, so the address is valid. */
function statusOf({ EVENT: named, event, BOUNCE_TYPE: bounce }: JsonObject): VendorStatus | undefined {
  const status = entryOf(STATUSES, nameOf(named ?? event));
  return status === 'bounced' && isTemporary(bounce) ? 'undelivered' : status;
}

/** Returns the text of the receiving server, without addresses and long numbers. */
function detailOf({ BOUNCE_REASON: reason, RESPONSE: response }: JsonObject): string {
  return withoutContacts(textOf(reason) ?? textOf(response) ?? '');
}

/** Parses a time in seconds since 1970, as a number or as text. */
function timeOf(value: Json | undefined): string | undefined {
  const seconds = Number(typeof value === 'number' ? value : (textOf(value) ?? Number.NaN));
  return Number.isInteger(seconds) && seconds > 0 && seconds < 10_000_000_000
    ? new Date(seconds * 1_000).toISOString()
    : undefined;
}

function nameOf(event: Json | undefined): string {
  return (textOf(event) ?? '').toLowerCase();
}

function isTemporary(bounce: Json | undefined): boolean {
  return /^soft/i.test(textOf(bounce) ?? '');
}

function textIn(rawBody: Uint8Array): string {
  return new TextDecoder('utf-8').decode(rawBody);
}
