import { createHash } from 'node:crypto';
import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { mayBeDirect } from '../delivery/direct-delivery.js';
import { orderOf, type OrderedEvent } from '../delivery/ordering.js';
import type { NormalisedEvent } from '../event/source-adapter.port.js';
import { identifierHash } from '../event/personal-identifier.js';
import { personalContext, serialisePersonal } from '../event/privacy.js';
import { messagingOfStep } from '../messaging/fallback.js';
import { firstDelayMs, firstDueAt } from '../messaging/first-due.js';
import { customerHash, erasedUntil, type NewErasure } from '../erasure/erasure.js';
import { dedupeKey, deliveryId, uuidV7 } from '../ids.js';
import type { NewDelivery, NewEvent } from './event-store.port.js';
import { withOrigin, type EventOrigin } from './event-origin.js';

/** Event type under which an unreadable body is stored. */
export const UNREADABLE_TYPE = 'unreadable';

/** Received event with its id, or an unreadable body that is stored in quarantine. */
export interface ReceivedEvent {
  /** UUIDv7 that contains the time of receipt of the event. */
  readonly id: string;
  readonly receivedAt: number;
  /**
   * Names in the URL of the call. The names are kept instead of the source, because the source may change while the
   * event waits for its group.
   */
  readonly brandName: string;
  readonly sourceName: string;
  readonly content: { readonly kind: 'event'; readonly event: NormalisedEvent } | UnreadableContent;
  /** Origin of the event. Left out if the event arrived in a call. */
  readonly origin?: EventOrigin;
  /** Trace context of the commit. Undefined if the event is not traced. */
  readonly traceparent?: string | undefined;
}

/** Content of an event whose body is stored in quarantine. */
interface UnreadableContent {
  readonly kind: 'unreadable';
  /** Reason for the quarantine, as displayed. */
  readonly reason: string;
  /** Bytes of the body in base64, which preserves an unreadable body exactly. */
  readonly body: string;
  readonly bodyHash: string;
}

/**
 * Prepares a received event for storage by one revision of its brand: removes or seals personal values, matches
 * subscriptions and creates their deliveries. Pure, except for the random nonce of the encryption.
 */
export function prepareEvent(received: ReceivedEvent, source: CompiledSource, configuration: CompiledBrand): NewEvent {
  const { id, receivedAt, content } = received;
  if (content.kind === 'unreadable') return prepareUnreadable(received, content, source);
  const { event } = content;
  const { brand, record, privacy, brandView, adapter } = source;
  const { event: stored, personal, storedId } = privacy.protect(event);
  const { customerIds } = stored;
  const occurredAt = event.occurredAt === null ? receivedAt : Date.parse(event.occurredAt);
  const envelope: EventEnvelope = {
    id,
    type: stored.type,
    brand: received.brandName,
    source: received.sourceName,
    customerId: customerIds[0] ?? null,
    occurredAt: stored.occurredAt ?? new Date(occurredAt).toISOString(),
    receivedAt: new Date(receivedAt).toISOString(),
    // Filters of a `standard` brand may read personal values. For a `pii-less` brand, personal values are removed
    // before matching.
    data: brand.privacy.mode === 'pii-less' ? stored.data : event.data,
  };
  const customer = source.customerKeys?.read(event, storedId) ?? null;
  const { matched, overBudget, filtered } = configuration.routing.match(record.id, envelope, brandView);
  const ordered = { customerId: customer?.key ?? envelope.customerId, occurredAt, receivedAt, data: envelope.data };
  const deliveries: NewDelivery[] = [];
  for (const match of matched) deliveries.push(newDelivery(received, match.record, ordered, brand, configuration));
  const deleted = (adapter.deletedCustomers?.(event) ?? []).map(storedId);
  const named = customer === null ? customerIds : [customer.key, ...customerIds];
  return {
    id,
    brandId: brand.id,
    sourceId: record.id,
    configRevision: brand.revision,
    retentionDays: brand.retentionDays,
    type: stored.type,
    sourceEventId: stored.eventId,
    dedupeKey: dedupeKey(record.id, stored.organisation, stored.type, stored.eventId),
    occurredAt,
    receivedAt,
    customerIds,
    customer,
    customerHashes:
      named.length === 0 || deleted.length > 0
        ? null
        : () => named.map((customerId) => customerHash(brand.vault, customerId)),
    attributes: withOrigin(stored.attributes, received.origin),
    data: stored.data,
    sealed: personal.length === 0 ? null : brand.vault.seal(personalContext(id), serialisePersonal(personal)),
    personal,
    quarantineReason: null,
    erasedAt: null,
    traceparent: received.traceparent,
    deliveries,
    overBudget: overBudget.map(({ record: { name } }) => name),
    filtered,
    erasures: deleted.map((customerId) => newErasure(customerId, occurredAt, received, source)),
  };
}

/** Returns the delivery of an event to one of the subscriptions that match the event. */
function newDelivery(
  { id: eventId, origin }: ReceivedEvent,
  subscription: SubscriptionVersionRecord,
  event: OrderedEvent,
  brand: BrandRecord,
  configuration: CompiledBrand,
): NewDelivery {
  const { subscriptionId, messaging } = subscription;
  const { receivedAt, customerId } = event;
  // A route chooses the destination when the delivery is due. Until then, the delivery waits in the queue of its
  // subscription.
  const destinationId = subscription.destinationId ?? subscriptionId;
  const destination = configuration.destinations.get(destinationId);
  const delayMs =
    destination?.messaging === undefined ? (destination?.retry.scheduleMs[0] ?? 0) : firstDelayMs(destination);
  // Most subscriptions have neither an order nor messaging rules.
  const isOrdered = subscription.ordering !== null || subscription.supersede || messaging !== null;
  const order = isOrdered ? orderOf(subscription, event) : undefined;
  // If the destination is undecided, no fallback can start: the fallback follows the chosen entry.
  const hasFallback = messaging !== null && subscription.destinationId !== null;
  const state = hasFallback ? messagingOfStep(messaging, 0) : undefined;
  return {
    id: deliveryId({ eventId, subscriptionId }),
    subscriptionId,
    subscriptionVersionId: subscription.id,
    destinationId,
    dueAt: messaging === null ? receivedAt + delayMs : firstDueAt({ at: receivedAt, delayMs, customerId, messaging }),
    // Live events have the capacity for deliveries from memory.
    mayBeDirect:
      origin === undefined &&
      mayBeDirect({ subscription, destination, brand, isOrdered: order !== undefined, delayMs }),
    ...(order === undefined ? {} : { order }),
    ...(state === undefined ? {} : { messaging: state }),
  };
}

function newErasure(
  customerId: string,
  occurredAt: number,
  { receivedAt }: ReceivedEvent,
  { brand }: CompiledSource,
): NewErasure {
  return {
    id: uuidV7(receivedAt),
    brandId: brand.id,
    customerId,
    customerHash: customerHash(brand.vault, customerId),
    until: erasedUntil(occurredAt, receivedAt),
  };
}

function prepareUnreadable(
  { id, receivedAt, origin, traceparent }: ReceivedEvent,
  content: UnreadableContent,
  { brand, record }: CompiledSource,
): NewEvent {
  // Use a keyed hash, because without a key anybody could find the content of a short body by hashing guesses.
  const bodyHash = brand.privacy.mode === 'pii-less' ? identifierHash(brand.vault, content.bodyHash) : content.bodyHash;
  return {
    id,
    brandId: brand.id,
    sourceId: record.id,
    configRevision: brand.revision,
    retentionDays: brand.retentionDays,
    type: UNREADABLE_TYPE,
    sourceEventId: bodyHash,
    dedupeKey: dedupeKey(record.id, null, UNREADABLE_TYPE, bodyHash),
    occurredAt: receivedAt,
    receivedAt,
    customerIds: [],
    customerHashes: null,
    attributes: withOrigin({}, origin),
    data: {},
    sealed: brand.vault.seal(personalContext(id), content.body),
    quarantineReason: content.reason,
    erasedAt: null,
    traceparent,
    deliveries: [],
    overBudget: [],
    filtered: 0,
    erasures: [],
  };
}

/** Returns the content of an event for a body that is stored in quarantine. */
export function unreadableContent(reason: string, body: Uint8Array): UnreadableContent {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const bodyHash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { kind: 'unreadable', reason, body: bytes.toString('base64'), bodyHash };
}

/** Returns the quarantined form of a received event that cannot be stored. */
export function quarantined(received: ReceivedEvent, reason: string): ReceivedEvent {
  if (received.content.kind === 'unreadable') return received;
  return { ...received, content: unreadableContent(reason, Buffer.from(JSON.stringify(received.content.event))) };
}

/**
 * Returns the stored form of an event that is older than the erasure of one of its customers. The stored form has the
 * type and the dedupe key of the event, but no content, customers or deliveries.
 */
export function erasedEvent(event: NewEvent): NewEvent {
  return {
    ...event,
    sourceEventId: '',
    customerIds: [],
    customer: null,
    customerHashes: null,
    attributes: {},
    data: {},
    sealed: null,
    personal: [],
    deliveries: [],
    erasedAt: event.receivedAt,
  };
}

/**
 * Returns the time that is compared with erasures, in milliseconds since the epoch. This is the time at which the event
 * occurred or was received, whichever is earlier.
 */
export function effectiveTime({ occurredAt, receivedAt }: Pick<NewEvent, 'occurredAt' | 'receivedAt'>): number {
  return Math.min(occurredAt, receivedAt);
}
