import { createHash } from 'node:crypto';
import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { CompiledConfiguration, CompiledSource } from '../configuration/compiled-configuration.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { orderOf, type OrderedEvent } from '../delivery/ordering.js';
import type { NormalisedEvent } from '../event/source-adapter.port.js';
import { identifierHash } from '../event/personal-identifier.js';
import { personalContext, serialisePersonal } from '../event/privacy.js';
import { messagingOfStep } from '../messaging/fallback.js';
import { firstDueAt } from '../messaging/first-due.js';
import { customerHash, erasedUntil, type NewErasure } from '../erasure/erasure.js';
import { dedupeKey, deliveryId, uuidV7 } from '../ids.js';
import type { NewDelivery, NewEvent } from './event-store.port.js';

/** Event type of stored bodies that cannot be read. */
export const UNREADABLE_TYPE = 'unreadable';

/** Received event with its id, or an unreadable body that is stored in quarantine. */
export interface ReceivedEvent {
  /** UUIDv7 with the time of receipt. */
  readonly id: string;
  readonly receivedAt: number;
  /** Names in the URL. The source itself may change while the event waits for its group. */
  readonly brandName: string;
  readonly sourceName: string;
  readonly content:
    | { readonly kind: 'event'; readonly event: NormalisedEvent }
    | { readonly kind: 'unreadable'; readonly reason: string; readonly body: string; readonly bodyHash: string };
}

/** Returns the event type for the response. */
export function eventTypeOf(received: ReceivedEvent): string {
  return received.content.kind === 'event' ? received.content.event.type : UNREADABLE_TYPE;
}

/**
 * Prepares a received event for storage by one revision of the configuration: removes or seals personal values and matches
 * subscriptions. Pure, except for the nonce of the encryption.
 */
export function prepareEvent(
  received: ReceivedEvent,
  source: CompiledSource,
  configuration: CompiledConfiguration,
): NewEvent {
  return received.content.kind === 'event'
    ? prepareReadable(received, received.content.event, source, configuration)
    : prepareUnreadable(received, received.content, source);
}

function prepareReadable(
  received: ReceivedEvent,
  event: NormalisedEvent,
  source: CompiledSource,
  configuration: CompiledConfiguration,
): NewEvent {
  const { brand, record, privacy, brandView, adapter } = source;
  const { event: stored, personal, storedId } = privacy.protect(event);
  const occurredAt = event.occurredAt === null ? received.receivedAt : Date.parse(event.occurredAt);
  // Filters of a `standard` brand may read personal values. For `pii-less`, they are removed before matching.
  const matchedData = brand.privacy.mode === 'pii-less' ? stored.data : event.data;
  const envelope = toEnvelope(received, stored, occurredAt, matchedData);
  const { customerId } = envelope;
  const ordered = { customerId, occurredAt, receivedAt: received.receivedAt, data: matchedData };
  const deleted = (adapter.deletedCustomers?.(event) ?? []).map(storedId);
  const routed = configuration.routing.match(record.id, envelope, brandView);
  return {
    type: stored.type,
    sourceEventId: stored.eventId,
    dedupeKey: dedupeKey(record.id, stored.organisation, stored.type, stored.eventId),
    occurredAt,
    customerIds: stored.customerIds,
    customerHashes: deleted.length > 0 ? null : hashesOf(stored, brand),
    attributes: stored.attributes,
    data: stored.data,
    sealed: personal.length === 0 ? null : brand.vault.seal(personalContext(received.id), serialisePersonal(personal)),
    quarantineReason: null,
    deliveries: routed.matched.map(({ record: subscription }) => ({
      id: deliveryId({ eventId: received.id, subscriptionId: subscription.subscriptionId }),
      subscriptionId: subscription.subscriptionId,
      subscriptionVersionId: subscription.id,
      destinationId: subscription.destinationId,
      dueAt: firstDueAt({
        at: received.receivedAt,
        delayMs: firstDelayMs(configuration, subscription.destinationId),
        customerId,
        messaging: subscription.messaging,
      }),
      ...deliveryOrderOf(subscription, ordered),
      ...withMessaging(subscription),
    })),
    overBudget: routed.overBudget.map(({ record: { name } }) => name),
    erasures: deleted.map((id) => newErasure(id, occurredAt, received, source)),
    ...commonFields(received, source),
  };
}

/** Returns a function that hashes the customers of an event; null if it names none. */
function hashesOf({ customerIds }: NormalisedEvent, { vault }: BrandRecord): NewEvent['customerHashes'] {
  return customerIds.length === 0 ? null : () => customerIds.map((id) => customerHash(vault, id));
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

function deliveryOrderOf(subscription: SubscriptionVersionRecord, event: OrderedEvent): Pick<NewDelivery, 'order'> {
  const order = orderOf(subscription, event);
  return order === undefined ? {} : { order };
}

function withMessaging(version: SubscriptionVersionRecord): Pick<NewDelivery, 'messaging'> {
  const messaging = messagingOfStep(version.messaging, 0);
  return messaging === undefined ? {} : { messaging };
}

/** Returns the delay before the first attempt, in milliseconds. It is 0 for nearly all destinations. */
function firstDelayMs(configuration: CompiledConfiguration, destinationId: string): number {
  return configuration.destination(destinationId)?.retry.scheduleMs[0] ?? 0;
}

function prepareUnreadable(
  received: ReceivedEvent,
  content: { readonly reason: string; readonly body: string; readonly bodyHash: string },
  source: CompiledSource,
): NewEvent {
  const { brand } = source;
  // Without a key, the content of a short body could be found by hashing guesses.
  const bodyHash = brand.privacy.mode === 'pii-less' ? identifierHash(brand.vault, content.bodyHash) : content.bodyHash;
  return {
    type: UNREADABLE_TYPE,
    sourceEventId: bodyHash,
    dedupeKey: dedupeKey(source.record.id, null, UNREADABLE_TYPE, bodyHash),
    occurredAt: received.receivedAt,
    customerIds: [],
    customerHashes: null,
    attributes: {},
    data: {},
    sealed: brand.vault.seal(personalContext(received.id), content.body),
    quarantineReason: content.reason,
    deliveries: [],
    overBudget: [],
    erasures: [],
    ...commonFields(received, source),
  };
}

function commonFields(
  received: ReceivedEvent,
  { brand, record }: CompiledSource,
): Pick<NewEvent, 'id' | 'receivedAt' | 'brandId' | 'sourceId' | 'retentionDays' | 'erasedAt'> {
  return {
    id: received.id,
    receivedAt: received.receivedAt,
    brandId: brand.id,
    sourceId: record.id,
    retentionDays: brand.retentionDays,
    erasedAt: null,
  };
}

function toEnvelope(
  received: ReceivedEvent,
  event: NormalisedEvent,
  occurredAt: number,
  data: JsonObject,
): EventEnvelope {
  return {
    id: received.id,
    type: event.type,
    brand: received.brandName,
    source: received.sourceName,
    customerId: event.customerIds[0] ?? null,
    occurredAt: event.occurredAt ?? new Date(occurredAt).toISOString(),
    receivedAt: new Date(received.receivedAt).toISOString(),
    data,
  };
}

type Unreadable = Extract<ReceivedEvent['content'], { readonly kind: 'unreadable' }>;

/** Returns the content of an event for a body that is stored in quarantine, with the displayed reason. */
export function unreadableContent(reason: string, body: Uint8Array): Unreadable {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const bodyHash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  // Base64 preserves the bytes of an unreadable body exactly.
  return { kind: 'unreadable', reason, body: bytes.toString('base64'), bodyHash };
}

/** Returns the quarantined form of a received event that cannot be stored. */
export function quarantined(received: ReceivedEvent, reason: string): ReceivedEvent {
  if (received.content.kind === 'unreadable') return received;
  return { ...received, content: unreadableContent(reason, Buffer.from(JSON.stringify(received.content.event))) };
}
