import {
  entryOf,
  eventTime,
  isJsonObject,
  parseJson,
  recipientUpdates,
  statusUpdates,
  textOf,
  withoutContacts,
  type VendorStatus,
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
    return events.flatMap((event) => [...updatesOf(event), ...changesOf(event)]);
  },
};

/**
 * Returns the status update of an event. Mail of other senders in the account has a token that is not a delivery id.
 * Netcore's `TRANSID` is not used as the message id, because no page says that it equals the id in the response to a sent
 * message.
 */
function updatesOf(event: JsonObject): readonly StatusUpdate[] {
  const { 'X-APIHEADER': token, BOUNCE_REASON: reason, RESPONSE: response, TIMESTAMP: time } = event;
  const deliveryId = textOf(token);
  if (deliveryId === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(deliveryId)) return [];
  const named = entryOf(STATUSES, nameOf(event));
  // A soft bounce is a temporary refusal, so the address is valid.
  const status = named === 'bounced' && isSoftBounce(event) ? 'undelivered' : named;
  const words = status !== undefined && EXPLAINED.has(status) ? (textOf(reason) ?? textOf(response) ?? '') : '';
  return statusUpdates({ deliveryId, status, at: eventTime(time), detail: withoutContacts(words) });
}

/** Returns the change of the address of an event. A soft bounce changes nothing, because the address is valid. */
function changesOf(event: JsonObject): readonly RecipientUpdate[] {
  const name = nameOf(event);
  const known = entryOf(CHANGES, name);
  const change = known === 'hard_bounce' && isSoftBounce(event) ? undefined : known;
  return recipientUpdates('email', event.EMAIL, { change, at: eventTime(event.TIMESTAMP), detail: name });
}

function nameOf({ EVENT: named, event }: JsonObject): string {
  return (textOf(named ?? event) ?? '').toLowerCase();
}

function isSoftBounce({ BOUNCE_TYPE: bounce }: JsonObject): boolean {
  return /^soft/i.test(textOf(bounce) ?? '');
}

function textIn(rawBody: Uint8Array): string {
  return new TextDecoder('utf-8').decode(rawBody);
}
