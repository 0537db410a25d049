import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  entryOf,
  eventTime,
  objectsIn,
  parseJson,
  recipientUpdates,
  statusUpdates,
  textOf,
  withoutContacts,
  type EmailMessage,
  type Json,
  type JsonObject,
  type RecipientUpdate,
  type StatusCallback,
  type StatusUpdate,
  type VendorStatus,
  type VendorSuppressionReason,
} from '@patchbay/plugin-sdk';
import type { SendGridEmailCredentials, SendGridEmailSettings } from './sendgrid-email.dto.js';

/** Custom argument with the delivery id. Every event contains this argument, including a late bounce. */
export const DELIVERY_ARGUMENT = 'patchbay_delivery_id';

/** Custom argument with a hash of the recipient, for e-mails with copies, because their events concern a copy too. */
const RECIPIENT_ARGUMENT = 'patchbay_recipient';

/** Returns the custom arguments that distinguish the recipient of an e-mail from its copies; none without copies. */
export function recipientArguments({ to, cc = [], bcc = [] }: EmailMessage): Record<string, string> {
  return cc.length + bcc.length === 0 ? {} : { [RECIPIENT_ARGUMENT]: hashOf(to) };
}

function hashOf(address: string): string {
  return createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, 16);
}

/**
 * Maximum age of a call in milliseconds. SendGrid retries a call for 24 hours and does not update the call's timestamp.
 */
const MAX_AGE_MS = 25 * 3_600_000;
/** Allowed difference between the clocks of SendGrid and the hub, in milliseconds. */
const MAX_AHEAD_MS = 600_000;

/**
 * Vendor status for each event of the "Event Webhook Reference" that is a status update. Other events concern the
 * address or the account.
 */
const STATUSES: Readonly<Record<string, VendorStatus>> = {
  processed: 'accepted',
  deferred: 'accepted',
  delivered: 'delivered',
  open: 'opened',
  click: 'clicked',
  bounce: 'bounced',
  dropped: 'failed',
};

/** Changes of the address by events of the "Event Webhook Reference", for all mail of the account. */
const CHANGES: Readonly<Record<string, RecipientUpdate['change']>> = {
  bounce: 'hard_bounce',
  spamreport: 'complaint',
  unsubscribe: 'opt_out',
};

/**
 * Changes of the address by events about a group of mail ("Suppressions: unsubscribe groups"). They count only for mail
 * of the hub, because the other groups of the account are not sent by the hub.
 */
const GROUP_CHANGES: Readonly<Record<string, RecipientUpdate['change']>> = {
  group_unsubscribe: 'opt_out',
  group_resubscribe: 'opt_in',
};

/** Changes of the address by the reason of a dropped mail, from the "Event Webhook Reference". */
const DROP_CHANGES: Readonly<Record<string, VendorSuppressionReason>> = {
  'Bounced Address': 'hard_bounce',
  'Unsubscribed Address': 'opt_out',
  'Spam Reporting Address': 'complaint',
  Invalid: 'invalid',
};

/** Events that contain a reason. */
const EXPLAINED = new Set(['deferred', 'bounce', 'dropped']);

/**
 * Returns true if SendGrid signed this body and timestamp ("Event Webhook Security Features"): ECDSA on P-256 with
 * SHA-256. Returns false if the key, the signature or the base64 is invalid or empty.
 */
export function isSignedBy(publicKey: string, signature: string, timestamp: string, rawBody: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ec') return false;
    const signed = Buffer.concat([Buffer.from(timestamp), rawBody]);
    return verify('sha256', signed, { key, dsaEncoding: 'der' }, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** SendGrid's Event Webhook: one URL per account, with events of many messages in one call. */
export const statusCallback: StatusCallback<SendGridEmailCredentials, SendGridEmailSettings> = {
  authenticate({ headers, rawBody }, { credentials, now }) {
    const { webhookPublicKey } = credentials;
    if (webhookPublicKey === undefined)
      throw new Error(
        'The destination has no "webhookPublicKey", so the call cannot be checked. Set "webhookPublicKey".',
      );
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'] ?? '';
    const signature = headers['x-twilio-email-event-webhook-signature'] ?? '';
    if (!isSignedBy(webhookPublicKey, signature, timestamp, rawBody)) {
      throw new Error(
        'The call was refused, because its signature is invalid. Check "webhookPublicKey" against the verification ' +
          'key in the SendGrid console.',
      );
    }
    const age = now() - Number(timestamp) * 1_000;
    if (!(age <= MAX_AGE_MS && age >= -MAX_AHEAD_MS))
      throw new Error(
        'The call was refused, because it is too old to be a retry of SendGrid, or its time is in the future. Check ' +
          'the clock of the hub.',
      );
  },

  /**
   * Returns the updates of messages and addresses; an event that is repeated in one call counts once. The order of the updates does not
   * matter, because the hub orders the states.
   */
  parse({ rawBody }) {
    const body = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    if (body === undefined) throw new Error('The body of the call is not valid JSON.');
    const seen = new Set<Json>();
    return objectsIn(body).flatMap((event) => {
      const { sg_event_id: id } = event;
      if (typeof id === 'string' && seen.has(id)) return [];
      if (typeof id === 'string') seen.add(id);
      return [...updatesOf(event), ...changesOf(event)];
    });
  },
};

/**
 * Returns the status update of an event. Returns none for mail of other senders in the account, because such mail has
 * no delivery id, and none for a copy.
 */
function updatesOf(event: JsonObject): readonly StatusUpdate[] {
  const { event: named, [DELIVERY_ARGUMENT]: deliveryId, sg_message_id: message, email, timestamp } = event;
  const { [RECIPIENT_ARGUMENT]: recipient } = event;
  if (typeof deliveryId !== 'string') return [];
  if (recipient !== undefined && typeof email === 'string' && hashOf(email) !== recipient) return [];
  const name = textOf(named) ?? '';
  const status = entryOf(STATUSES, name);
  return statusUpdates({
    deliveryId,
    // A bounce of the type "blocked" is a temporary refusal, so the address is valid.
    status: name === 'bounce' && event.type === 'blocked' ? 'undelivered' : status,
    // The message id that SendGrid returned at sending is the part before the first dot.
    externalId: textOf(message)?.split('.', 1)[0],
    at: eventTime(timestamp),
    detail: EXPLAINED.has(name) ? withoutContacts(textOf(event.reason) ?? textOf(event.response) ?? '') : '',
    suppress: name === 'dropped' ? entryOf(DROP_CHANGES, event.reason) : undefined,
  });
}

/** Returns the change of the address of an event. Returns none for a temporary refusal. */
function changesOf(event: JsonObject): readonly RecipientUpdate[] {
  const { event: named, email, type, status, reason, timestamp, [DELIVERY_ARGUMENT]: deliveryId } = event;
  const name = textOf(named);
  if (name === 'bounce' && (type === 'blocked' || textOf(status)?.startsWith('4') === true)) return [];
  const ofGroup = typeof deliveryId === 'string' ? entryOf(GROUP_CHANGES, name) : undefined;
  const change = name === 'dropped' ? entryOf(DROP_CHANGES, reason) : (entryOf(CHANGES, name) ?? ofGroup);
  return recipientUpdates('email', email, { change, at: eventTime(timestamp), detail: name });
}
