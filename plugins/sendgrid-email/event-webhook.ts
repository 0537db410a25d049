import { createPublicKey, verify } from 'node:crypto';
import type { VendorStatus, StatusCallback, StatusUpdate } from '@patchbay/plugin-sdk';
import type { SendGridEmailCredentials, SendGridEmailSettings } from './sendgrid-email.dto.js';

/** The custom argument that carries the delivery: it comes back in every event, a late bounce included. */
export const DELIVERY_ARGUMENT = 'patchbay_delivery_id';

/** SendGrid tries again for 24 hours and promises no newer timestamp; what is older is no retry of its own. */
const MAX_AGE_MS = 25 * 3_600_000;
/** Clocks differ. */
const MAX_AHEAD_MS = 600_000;
const MAX_DETAIL = 200;

/** "Event Webhook Reference", in the hub's words. Others are not status updates: unsubscribing, the account. */
const STATUSES: Readonly<Record<string, VendorStatus>> = {
  processed: 'accepted',
  deferred: 'accepted',
  delivered: 'delivered',
  open: 'opened',
  click: 'clicked',
  bounce: 'bounced',
  dropped: 'failed',
};

/** Events that say why. */
const EXPLAINED = new Set(['deferred', 'bounce', 'dropped']);

/**
 * Whether SendGrid signed this body at this time ("Event Webhook Security Features"): ECDSA on P-256 with SHA-256 over
 * the timestamp and the raw body. False also where a part of it is no key, no base64 or empty.
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

/** SendGrid's Event Webhook: one address for an account, events of many messages in one call. */
export const eventWebhook: StatusCallback<SendGridEmailCredentials, SendGridEmailSettings> = {
  authenticate({ headers, rawBody }, { credentials, now }) {
    const { webhookPublicKey } = credentials;
    if (webhookPublicKey === undefined) throw new Error('The destination has no "webhookPublicKey" to check it with.');
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'] ?? '';
    const signature = headers['x-twilio-email-event-webhook-signature'] ?? '';
    if (!isSignedBy(webhookPublicKey, signature, timestamp, rawBody)) {
      throw new Error('The signature does not fit this timestamp and body under the verification key.');
    }
    const age = now() - Number(timestamp) * 1_000;
    if (!(age <= MAX_AGE_MS && age >= -MAX_AHEAD_MS)) throw new Error('The call is older than SendGrid tries again.');
  },

  /** An event repeated in one call is reported once. Their order does not matter: the hub knows what follows what. */
  parse({ rawBody }) {
    const body: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    if (!Array.isArray(body)) return [];
    const seen = new Set<string>();
    return body.flatMap((entry: unknown) => {
      const event = fieldsOf(entry);
      const { sg_event_id: id } = event;
      if (typeof id === 'string') {
        if (seen.has(id)) return [];
        seen.add(id);
      }
      return updateOf(event);
    });
  },
};

type Fields = Readonly<Partial<Record<string, unknown>>>;

function fieldsOf(entry: unknown): Fields {
  return typeof entry === 'object' && entry !== null ? { ...entry } : {};
}

/** None for mail that others send from the same account: it carries no delivery of ours. */
function updateOf(event: Fields): StatusUpdate[] {
  const { event: name, [DELIVERY_ARGUMENT]: deliveryId, sg_message_id: message, timestamp } = event;
  const status = typeof name === 'string' && Object.hasOwn(STATUSES, name) ? STATUSES[name] : undefined;
  if (status === undefined || typeof deliveryId !== 'string') return [];
  const detail = typeof name === 'string' && EXPLAINED.has(name) ? detailOf(event) : '';
  return [
    {
      deliveryId,
      // Of the two kinds of bounce, a block is a refusal for now: the address itself is good.
      status: name === 'bounce' && event.type === 'blocked' ? 'undelivered' : status,
      // The id of the answer is the part before the first dot.
      externalId: typeof message === 'string' && message !== '' ? message.split('.', 1)[0] : undefined,
      at: isEpochSecond(timestamp) ? new Date(timestamp * 1_000).toISOString() : undefined,
      detail: detail || undefined,
    },
  ];
}

/** The receiving server's words, without addresses and long numbers. */
function detailOf({ reason, response }: Fields): string {
  const words = typeof reason === 'string' ? reason : typeof response === 'string' ? response : '';
  return words
    .slice(0, 4 * MAX_DETAIL)
    .replace(/[^\s<>@]+@[^\s<>@]+/g, '…')
    .replace(/\+?\d{7,15}/g, '…')
    .slice(0, MAX_DETAIL)
    .trim();
}

function isEpochSecond(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 10_000_000_000;
}
