import type { JsonObject, MessagingChannel } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { formatDuration } from '../messaging/format-duration.js';
import { uuidV7 } from '../ids.js';
import type { NewEvent } from '../ingest/event-store.port.js';
import { prepareEvent } from '../ingest/prepare-event.js';
import type { NormalisedEvent } from '../event/source-adapter.port.js';
import type {
  CapillaryDriftedEntry,
  CapillaryGapEntry,
  CapillaryMissingEntry,
  OutboxEntry,
  OperationalOutbox,
  DeliveriesEndedEntry,
  DestinationSwitchedEntry,
  ImportEndedEntry,
  LookupSwitchedEntry,
  MessageEntry,
  StatusesMissingEntry,
  SuppressionsChangedEntry,
} from './operational-outbox.port.js';
import {
  MESSAGE_PREFIX,
  type CapillaryDrifted,
  type CapillaryGap,
  type CapillaryMissing,
  type DeliveriesEnded,
  type DestinationSwitched,
  type ImportEnded,
  type LookupSwitched,
  type MessageReported,
  type NamedDestination,
  type StatusesMissing,
  type SuppressionsChanged,
} from './operational-event.js';

/** Bounds of the {@link OperationalRelay}. */
export interface OperationalRelayOptions {
  /** Maximum number of entries per call of {@link OperationalRelay.once}. */
  readonly batch: number;
  /** Minimum time between two publications of entries with the same scope, in milliseconds. */
  readonly intervalMs: number;
}

/** Returns the messaging channel of a destination type. Null if the type sends no messages to customers. */
type ChannelOfType = (type: string) => MessagingChannel | null;

/** Publisher of outbox entries as operational events, which are matched, stored and delivered like other events. */
export class OperationalRelay {
  constructor(
    private readonly outbox: OperationalOutbox,
    private readonly configuration: LiveConfiguration,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
    private readonly options: OperationalRelayOptions,
    private readonly onFault: Parameters<OperationalOutbox['relay']>[2],
    private readonly channelOf: ChannelOfType = () => null,
  ) {}

  /** Publishes at most `batch` entries. @returns the number of stored events */
  async once(): Promise<number> {
    const { batch: limit, intervalMs } = this.options;
    // Load the brands before the transaction begins. A load inside the transaction needs a second connection, and waits
    // for ever if all connections of the pool do the same.
    const brands = await this.load(await this.outbox.dueBrands({ limit, intervalMs }));
    if (brands.size === 0) return 0;
    const brandIds = [...brands.keys()];
    const prepare = (entries: readonly OutboxEntry[]): readonly NewEvent[] =>
      entries.flatMap((entry) => this.eventOf(entry, brands));
    const { events, isStale } = await this.outbox.relay({ limit, intervalMs, brandIds }, prepare, this.onFault);
    if (isStale) await this.configuration.refresh();
    for (const { deliveries } of events) {
      for (const { destinationId } of deliveries) this.wakeUps.wake(destinationId);
    }
    return events.length;
  }

  /** Loads brands; null for a deleted brand. Reports a brand that cannot be loaded, and leaves it out. */
  private async load(brandIds: readonly string[]): Promise<ReadonlyMap<string, CompiledBrand | null>> {
    const brands = new Map<string, CompiledBrand | null>();
    const load = async (id: string): Promise<void> => {
      try {
        brands.set(id, await this.configuration.brand(id));
      } catch (error) {
        this.onFault(error, `all of brand ${id}`);
      }
    };
    await Promise.all(brandIds.map(load));
    return brands;
  }

  /** Makes the event of an outbox entry. Empty if the brand of the entry was deleted. @param brands loaded brands by id */
  private eventOf(entry: OutboxEntry, brands: ReadonlyMap<string, CompiledBrand | null>): NewEvent[] {
    const brand = brands.get(entry.brandId);
    if (brand === undefined) {
      throw new Error(`The outbox returned an entry of brand ${entry.brandId}, which was not loaded. This is a bug.`);
    }
    const source = brand?.operationalSource;
    if (brand === null || source === undefined) return [];
    const receivedAt = this.clock.now();
    const received = {
      id: uuidV7(receivedAt),
      receivedAt,
      brandName: source.brand.name,
      sourceName: source.record.name,
      content: { kind: 'event', event: toOperationalEvent(entry, brand, this.channelOf) },
    } as const;
    return [prepareEvent(received, source, brand)];
  }
}

/**
 * Makes an operational event from an outbox entry, with the current names of the destination and subscription. The
 * event id is derived from the occurrence, so that an occurrence is never published twice.
 */
export function toOperationalEvent(
  entry: OutboxEntry,
  brand: CompiledBrand,
  channelOf: ChannelOfType = () => null,
): NormalisedEvent {
  return {
    type: entry.type,
    eventId: `${entry.type}:${occurrenceKey(entry)}`,
    organisation: null,
    occurredAt: iso(entry.lastAt),
    // With the customer, an erasure finds the events about the customer's messages.
    customerIds: 'deliveryId' in entry && entry.customerId !== null ? [entry.customerId] : [],
    attributes: {},
    data: dataOf(entry, brand, channelOf),
  };
}

/**
 * Returns the key of an occurrence. The key is unique, because every pause has its own number, and a
 * delivery cannot end again without a further attempt. The status of an attempt is checked once, and a suppression is
 * added and removed once. A revision pauses or resumes a lookup at most once. A webhook is compared once at a time.
 * A gap is reported again only if it became larger. A check of a log and an import end once. An entry about a message has
 * its own number.
 */
function occurrenceKey(entry: OutboxEntry): string {
  if ('deliveryId' in entry) return `${entry.deliveryId}:${entry.entry}`;
  if ('suppressions' in entry) return entry.suppressions[0]?.id ?? noNames(entry);
  if ('webhookId' in entry) return `${entry.webhookId}:${entry.firstAt}`;
  if ('day' in entry) return `${entry.sourceId}:${entry.day}:${entry.missing}:${entry.firstAt}`;
  if ('checkId' in entry) return entry.checkId;
  if ('importId' in entry) return entry.importId;
  if ('lookup' in entry) return `${entry.brandId}:${entry.lookup}:${entry.revision}`;
  if (!('count' in entry)) {
    const occurrence = `${entry.destinationId}:${entry.version}`;
    // A version of a destination can fail more than once.
    return entry.type === 'destination.failing' ? `${occurrence}:${entry.firstAt}` : occurrence;
  }
  const [first] = entry.deliveries;
  if (first === undefined) return noNames(entry);
  return `${first.id}:${first.attempts}`;
}

function noNames({ type }: OutboxEntry): never {
  throw new Error(
    `The outbox entry of type ${type} names nothing that it reports. This is a bug in the code that wrote the entry.`,
  );
}

function dataOf(entry: OutboxEntry, brand: CompiledBrand, channelOf: ChannelOfType): JsonObject {
  if ('deliveryId' in entry) return messageData(entry, brand, channelOf);
  if ('suppressions' in entry) return suppressionData(entry);
  if ('lookup' in entry) return lookupData(entry);
  if ('webhookId' in entry) return driftData(entry);
  if ('day' in entry) return gapData(entry);
  if ('checkId' in entry) return logGapData(entry);
  if ('importId' in entry) return importData(entry);
  if ('sent' in entry) return missingData(entry, brand);
  return 'count' in entry ? endData(entry, brand) : switchData(entry, brand);
}

function messageData(entry: MessageEntry, brand: CompiledBrand, channelOf: ChannelOfType): MessageReported {
  const { type, at, deliveryId, eventId, eventType, customerId } = entry;
  const { reason, vendorStatus, vendorCode, externalId, attempts } = entry;
  const destination = destinationOf(entry, brand);
  return {
    status: type.slice(MESSAGE_PREFIX.length),
    at: iso(at),
    ...{ deliveryId, eventId, eventType, customerId },
    destination,
    subscription: subscriptionOf(entry, brand),
    channel: destination.type === null ? null : channelOf(destination.type),
    ...{ reason, vendorStatus, vendorCode, externalId, attempts },
  };
}

function suppressionData({ count, suppressions, lastAt }: SuppressionsChangedEntry): SuppressionsChanged {
  return { count, suppressions: [...suppressions], at: iso(lastAt) };
}

function lookupData({ lookup, by, reason, lastAt }: LookupSwitchedEntry): LookupSwitched {
  return { lookup, by, reason, at: iso(lastAt) };
}

function driftData({ source, webhookId, deleted, changes, lastAt }: CapillaryDriftedEntry): CapillaryDrifted {
  return { source, webhookId, deleted, changes: [...changes], at: iso(lastAt) };
}

function gapData({ source, day, expected, stored, missing, lastAt }: CapillaryGapEntry): CapillaryGap {
  return { source, day, expected, stored, missing, at: iso(lastAt) };
}

function logGapData(entry: CapillaryMissingEntry): CapillaryMissing {
  const { source, checkId, from, to, missing, recovered, lastAt } = entry;
  return { source, checkId, from, to, missing, recovered, at: iso(lastAt) };
}

function importData(entry: ImportEndedEntry): ImportEnded {
  const { importId, source, fileName, reason, accepted, duplicate, quarantined, lastAt } = entry;
  return { importId, source, fileName, reason, accepted, duplicate, quarantined, at: iso(lastAt) };
}

function missingData(entry: StatusesMissingEntry, brand: CompiledBrand): StatusesMissing {
  const { count, sent, withinMs, deliveries, lastAt } = entry;
  const destination = destinationOf(entry, brand);
  return { destination, count, sent, within: formatDuration(withinMs), deliveries: [...deliveries], at: iso(lastAt) };
}

function switchData(entry: DestinationSwitchedEntry, brand: CompiledBrand): DestinationSwitched {
  const { by, reason, errorKind, lastAt } = entry;
  return { destination: destinationOf(entry, brand), by, reason, errorKind, at: iso(lastAt) };
}

function endData(entry: DeliveriesEndedEntry, brand: CompiledBrand): DeliveriesEnded {
  const { reason, errorKind, count, firstAt, lastAt, deliveries } = entry;
  return {
    destination: destinationOf(entry, brand),
    subscription: subscriptionOf(entry, brand),
    reason,
    errorKind,
    count,
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    deliveries: [...deliveries],
  };
}

function subscriptionOf(
  { subscriptionId: id }: Pick<DeliveriesEndedEntry, 'subscriptionId'>,
  brand: CompiledBrand,
): DeliveriesEnded['subscription'] {
  const subscription = brand.records.subscriptions.find(({ subscriptionId }) => subscriptionId === id);
  return { id, name: subscription?.name ?? null };
}

function destinationOf(
  { destinationId }: Pick<DestinationSwitchedEntry, 'destinationId'>,
  brand: CompiledBrand,
): NamedDestination {
  const { name = null, type = null } = brand.destinations.get(destinationId) ?? {};
  return { id: destinationId, name, type };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
