import {
  ALERT_TYPES,
  MESSAGE_TYPES,
  type CapillaryDriftedEntry,
  type CapillaryGapEntry,
  type CapillaryMissingEntry,
  type DeliveriesEndedEntry,
  type DriftedField,
  type ImportEndedEntry,
  type JsonObject,
  type LookupSwitchedEntry,
  type MessageEntry,
  type OutboxEntry,
  type PausedBy,
  type DestinationSwitchedEntry,
  type NamedDelivery,
  type NamedSuppression,
  type StatusesMissingEntry,
  type SuppressionsChangedEntry,
} from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, isJsonObject } from '@patchbay/plugin-sdk';

/** Row of `operational_outbox`. */
export interface OutboxRow {
  readonly scope: string;
  readonly brand_id: string;
  readonly type: string;
  readonly facts: JsonObject;
  readonly count: number;
  readonly deliveries: readonly OutboxDelivery[];
  readonly first_at: Date;
  readonly last_at: Date;
}

/** Delivery as `APPEND_ENDED_DELIVERIES` writes it. Times are in milliseconds since the epoch. */
interface OutboxDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly attempts: number;
  readonly createdAt: number;
  readonly endedAt: number;
}

/** Facts of an outbox entry about a destination. */
export interface SwitchFacts extends JsonObject {
  destinationId: string;
  version: number;
  by: PausedBy;
  reason: string | null;
  errorKind: string | null;
}

/** Converts a row to the type {@link OutboxEntry}. Throws if this version of the hub does not know the entry's type. */
export function toOutboxEntry(row: OutboxRow): OutboxEntry {
  const { facts, count, deliveries } = row;
  const type = ALERT_TYPES.find((known) => known === row.type);
  const reason = textOf(facts['reason']);
  const common = {
    brandId: row.brand_id,
    destinationId: textOf(facts['destinationId']) ?? '',
    errorKind: DELIVERY_ERROR_KINDS.find((kind) => kind === facts['errorKind']) ?? null,
    firstAt: row.first_at.getTime(),
    lastAt: row.last_at.getTime(),
    reason,
  };
  switch (type) {
    case 'destination.paused':
    case 'destination.resumed':
    case 'destination.failing': {
      const by = facts['by'] === 'person' ? 'person' : 'hub';
      return { ...common, type, by, version: Number(facts['version']) } satisfies DestinationSwitchedEntry;
    }
    case 'delivery.dead':
    case 'delivery.unconfirmed': {
      const subscriptionId = textOf(facts['subscriptionId']) ?? '';
      return {
        ...common,
        type,
        subscriptionId,
        count,
        deliveries: deliveries.map(namedDelivery),
      } satisfies DeliveriesEndedEntry;
    }
    case 'status.missing': {
      const { brandId, destinationId, firstAt, lastAt } = common;
      return {
        ...{ brandId, destinationId, firstAt, lastAt, type, count },
        sent: Number(facts['sent']),
        withinMs: Number(facts['withinMs']),
        deliveries: deliveries.map(namedDelivery),
      } satisfies StatusesMissingEntry;
    }
    case 'suppression.added':
    case 'suppression.removed': {
      const { brandId, firstAt, lastAt } = common;
      const suppressions = namedSuppressions(facts['suppressions']);
      return { brandId, firstAt, lastAt, type, count, suppressions } satisfies SuppressionsChangedEntry;
    }
    case 'lookup.paused':
    case 'lookup.resumed': {
      const { brandId, firstAt, lastAt } = common;
      const by = facts['by'] === 'person' ? 'person' : 'hub';
      const lookup = { lookup: textOf(facts['lookup']) ?? '', revision: Number(facts['revision']) };
      return { brandId, firstAt, lastAt, type, ...lookup, by, reason } satisfies LookupSwitchedEntry;
    }
    case 'capillary.drifted': {
      const { brandId, firstAt, lastAt } = common;
      return {
        ...{ brandId, firstAt, lastAt, type, deleted: facts['deleted'] === true },
        source: textOf(facts['source']) ?? '',
        webhookId: textOf(facts['webhookId']) ?? '',
        changes: driftedFields(facts['changes']),
      } satisfies CapillaryDriftedEntry;
    }
    case 'capillary.gap': {
      const { brandId, firstAt, lastAt } = common;
      return {
        ...{ brandId, firstAt, lastAt, type },
        sourceId: textOf(facts['sourceId']) ?? '',
        source: textOf(facts['source']) ?? '',
        day: textOf(facts['day']) ?? '',
        ...{ expected: Number(facts['expected']), stored: Number(facts['stored']), missing: Number(facts['missing']) },
      } satisfies CapillaryGapEntry;
    }
    case 'capillary.missing': {
      const { brandId, firstAt, lastAt } = common;
      return {
        ...{ brandId, firstAt, lastAt, type },
        source: textOf(facts['source']) ?? '',
        checkId: textOf(facts['checkId']) ?? '',
        from: textOf(facts['from']) ?? '',
        to: textOf(facts['to']) ?? '',
        ...{ missing: Number(facts['missing']), recovered: Number(facts['recovered']) },
      } satisfies CapillaryMissingEntry;
    }
    case 'import.failed':
    case 'import.quarantined': {
      const { brandId, firstAt, lastAt } = common;
      return {
        ...{ brandId, firstAt, lastAt, type, reason },
        importId: textOf(facts['importId']) ?? '',
        source: textOf(facts['source']) ?? '',
        fileName: textOf(facts['fileName']) ?? '',
        accepted: Number(facts['accepted']),
        duplicate: Number(facts['duplicate']),
        quarantined: Number(facts['quarantined']),
      } satisfies ImportEndedEntry;
    }
    case undefined:
      throw unknownType(row);
  }
}

/** Row of `message_outbox`. */
export interface MessageRow {
  /** Number of the entry, as text because it may exceed the exact range of a number. */
  readonly id: string;
  readonly brand_id: string;
  readonly type: string;
  readonly facts: JsonObject;
  readonly created_at: Date;
}

/** Converts a row to an entry about a message. Throws if this version of the hub does not know the entry's type. */
export function toMessageEntry(row: MessageRow): MessageEntry {
  const { id: entry, brand_id: brandId, facts, created_at: createdAt } = row;
  const type = MESSAGE_TYPES.find((known) => known === row.type);
  if (type === undefined) throw unknownType(row);
  const text = (name: string): string | null => textOf(facts[name]);
  return {
    ...{ type, entry, brandId, firstAt: createdAt.getTime(), lastAt: createdAt.getTime() },
    destinationId: text('destinationId') ?? '',
    subscriptionId: text('subscriptionId') ?? '',
    deliveryId: text('deliveryId') ?? '',
    eventId: text('eventId') ?? '',
    eventType: text('eventType') ?? '',
    customerId: text('customerId'),
    reason: text('reason'),
    vendorStatus: text('vendorStatus'),
    vendorCode: text('vendorCode'),
    externalId: text('externalId'),
    attempts: Number(facts['attempts']),
    at: Number(facts['at']),
  };
}

function unknownType({ type }: Pick<OutboxRow, 'type'>): Error {
  return new Error(
    `The outbox entry has the type ${type}, which this version of the hub does not support. Update the hub to publish it.`,
  );
}

function namedDelivery({ createdAt, endedAt, ...delivery }: OutboxDelivery): NamedDelivery {
  return { ...delivery, createdAt: iso(createdAt), endedAt: iso(endedAt) };
}

function namedSuppressions(value: unknown): readonly NamedSuppression[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).map((one) => ({
    id: textOf(one['id']) ?? '',
    reason: textOf(one['reason']) ?? '',
    channel: textOf(one['channel']),
    purpose: textOf(one['purpose']),
    sender: textOf(one['sender']),
    reportedBy: textOf(one['reportedBy']) ?? '',
  }));
}

function driftedFields(value: unknown): readonly DriftedField[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).map(({ field, before, after }) => ({
    field: textOf(field) ?? '',
    before: textOf(before),
    after: textOf(after),
  }));
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
