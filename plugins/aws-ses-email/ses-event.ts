import {
  entryOf,
  eventTime,
  isJsonObject,
  jsonObjectIn,
  objectOf,
  objectsIn,
  recipientUpdates,
  statusUpdates,
  textOf,
  withoutContacts,
  type VendorStatus,
  type Json,
  type JsonObject,
  type RecipientUpdate,
  type StatusUpdate,
} from '@patchbay/plugin-sdk';

/** Tag with the delivery id. Every event that a configuration set publishes contains this tag. */
export const DELIVERY_TAG = 'patchbay_delivery_id';

/** Types of feedback that are not a complaint of the customer (RFC 5965 and RFC 6430). */
const NO_COMPLAINTS: ReadonlySet<string> = new Set(['not-spam', 'auth-failure']);

interface Kind {
  readonly status: VendorStatus;
  /** Property of the event that contains its details. The property `mail` contains the time of sending. */
  readonly part: string;
}

/** Events of the page "Contents of event data that Amazon SES publishes to Amazon SNS". Other events are ignored. */
const KINDS: Readonly<Record<string, Kind>> = {
  Send: { status: 'accepted', part: 'send' },
  DeliveryDelay: { status: 'accepted', part: 'deliveryDelay' },
  Delivery: { status: 'delivered', part: 'delivery' },
  Open: { status: 'opened', part: 'open' },
  Click: { status: 'clicked', part: 'click' },
  Bounce: { status: 'bounced', part: 'bounce' },
  Reject: { status: 'failed', part: 'reject' },
  'Rendering Failure': { status: 'failed', part: 'failure' },
};

/**
 * Returns the status update in an event of SES. Events of a configuration set have `eventType`; events of an identity
 * have `notificationType` and no tags. Empty if the event is not about a message.
 */
export function updatesIn(text: string): readonly StatusUpdate[] {
  const event = jsonObjectIn(text);
  if (!isJsonObject(event?.mail)) return [];
  const { mail, eventType, notificationType } = event;
  const name = textOf(eventType) ?? textOf(notificationType) ?? '';
  const kind = entryOf(KINDS, name);
  if (kind === undefined) return [];
  const part = objectOf(event[kind.part]);
  if (concernsCopiesOnly(mail, part)) return [];
  return statusUpdates({
    // A transient bounce is a temporary refusal, so the address is valid.
    status: part.bounceType === 'Transient' ? 'undelivered' : kind.status,
    deliveryId: firstOf(objectOf(mail.tags)[DELIVERY_TAG]),
    externalId: textOf(mail.messageId),
    at: eventTime(part.timestamp) ?? eventTime(mail.timestamp),
    detail: detailOf(part),
  });
}

/** Returns true if the details of an event name recipients, and none of them is in the header `To` of the e-mail. */
function concernsCopiesOnly({ commonHeaders }: JsonObject, part: JsonObject): boolean {
  const { recipients, bouncedRecipients, delayedRecipients } = part;
  const { to } = objectOf(commonHeaders);
  const named = [recipients, bouncedRecipients, delayedRecipients]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((one) => textOf(isJsonObject(one) ? one.emailAddress : one)?.toLowerCase() ?? []);
  if (!Array.isArray(to) || to.length === 0 || named.length === 0) return false;
  const header = to.map((one) => addressIn(textOf(one)?.toLowerCase() ?? ''));
  return !named.some((address) => header.includes(address));
}

/** Returns the address in an entry of a header, which may have a name: `Asha <asha@example.com>`. */
function addressIn(entry: string): string {
  const start = entry.lastIndexOf('<') + 1;
  const end = entry.indexOf('>', start);
  return end === -1 ? entry.slice(start) : entry.slice(start, end);
}

/**
 * Returns the changes of addresses in an event, from "Contents of event data that Amazon SES publishes to Amazon SNS".
 * A permanent bounce or a complaint may name several recipients.
 */
export function recipientsIn(text: string): readonly RecipientUpdate[] {
  const event = jsonObjectIn(text);
  const name = textOf(event?.eventType) ?? textOf(event?.notificationType);
  if (name === 'Complaint') {
    const { complainedRecipients, complaintFeedbackType, timestamp } = objectOf(event?.complaint);
    const type = textOf(complaintFeedbackType);
    return NO_COMPLAINTS.has(type ?? '') ? [] : changesOf(complainedRecipients, 'complaint', type, timestamp);
  }
  const { bounceType, bounceSubType, bouncedRecipients, timestamp } = objectOf(event?.bounce);
  return name === 'Bounce' && bounceType === 'Permanent'
    ? changesOf(bouncedRecipients, 'hard_bounce', textOf(bounceSubType), timestamp)
    : [];
}

function changesOf(
  recipients: Json | undefined,
  change: RecipientUpdate['change'],
  detail: string | undefined,
  timestamp: Json | undefined,
): readonly RecipientUpdate[] {
  const update = { change, at: eventTime(timestamp), detail };
  return objectsIn(recipients).flatMap(({ emailAddress }) => recipientUpdates('email', emailAddress, update));
}

/** Returns the reason of a failure in an event, without addresses and long numbers. */
function detailOf(part: JsonObject): string {
  const { bounceType, bounceSubType, bouncedRecipients, reason, errorMessage, delayType } = part;
  const kind = [bounceType, bounceSubType].filter((one) => typeof one === 'string').join(' ');
  const [recipient] = objectsIn(bouncedRecipients);
  const words = textOf(recipient?.diagnosticCode) ?? textOf(reason) ?? textOf(errorMessage) ?? textOf(delayType);
  return withoutContacts([kind, words ?? ''].filter((one) => one !== '').join(': '));
}

function firstOf(value: Json | undefined): string | undefined {
  return textOf(Array.isArray(value) ? value[0] : value);
}
