import {
  isJsonObject,
  parseJson,
  type VendorStatus,
  type Json,
  type JsonObject,
  type StatusCallback,
  type StatusUpdate,
} from '@patchbay/plugin-sdk';
import type { NetcoreEmailCredentials, NetcoreEmailSettings } from './netcore-email.dto.js';

const MAX_DETAIL = 200;

/** "Events", and the other spellings that Netcore's pages have of them. Others are ignored. */
const STATUSES: Readonly<Record<string, VendorStatus>> = {
  // The receiving server took it: the RESPONSE is that server's.
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

/** Statuses that say why. */
const EXPLAINED: ReadonlySet<VendorStatus> = new Set(['bounced', 'undelivered', 'failed']);

/**
 * Netcore's webhook: one address for an account, events of many messages in one call. Netcore signs nothing and knows no
 * headers of ours, so the token that the hub has put into the URL is what proves it.
 */
export const statusCallback: StatusCallback<NetcoreEmailCredentials, NetcoreEmailSettings> = {
  authenticate({ rawBody }) {
    if (parseJson(textIn(rawBody)) === undefined) throw new Error('A status callback of Netcore is JSON.');
  },

  /** The order of the events does not matter: the hub knows what follows what. */
  parse({ rawBody }) {
    const body = parseJson(textIn(rawBody));
    return [body].flat().filter(isJsonObject).flatMap(updateOf);
  },
};

/** The id of Netcore's own (`TRANSID`) is left alone: no page says that it is the one in the answer to a sent message. */
function updateOf(event: JsonObject): StatusUpdate[] {
  const status = statusOf(event);
  const deliveryId = event['X-APIHEADER'];
  // Mail that others send from the same account has a token of theirs.
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

/** A soft bounce is a refusal for now: the address itself is good. */
function statusOf({ EVENT: named, event, BOUNCE_TYPE: bounce }: JsonObject): VendorStatus | undefined {
  const name = textOf(named ?? event).toLowerCase();
  const status = Object.hasOwn(STATUSES, name) ? STATUSES[name] : undefined;
  return status === 'bounced' && /^soft/i.test(textOf(bounce)) ? 'undelivered' : status;
}

/** The receiving server's words, without addresses and long numbers. */
function detailOf({ BOUNCE_REASON: reason, RESPONSE: response }: JsonObject): string {
  return (textOf(reason) || textOf(response))
    .slice(0, 4 * MAX_DETAIL)
    .replace(/[^\s<>@]+@[^\s<>@]+/g, '…')
    .replace(/\+?\d{7,15}/g, '…')
    .slice(0, MAX_DETAIL)
    .trim();
}

/** Seconds since 1970, as a number or as text. */
function timeOf(value: Json | undefined): string | undefined {
  const seconds = Number(typeof value === 'number' ? value : textOf(value) || Number.NaN);
  return Number.isInteger(seconds) && seconds > 0 && seconds < 10_000_000_000
    ? new Date(seconds * 1_000).toISOString()
    : undefined;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textIn(rawBody: Uint8Array): string {
  return new TextDecoder('utf-8').decode(rawBody);
}
