import {
  OPERATIONAL_TYPES,
  type DeliveriesEndedEntry,
  type JsonObject,
  type LookupSwitchedEntry,
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
  const type = OPERATIONAL_TYPES.find((known) => known === row.type);
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
    case undefined:
      throw new Error(
        `The outbox entry has the type ${row.type}, which this version of the hub does not support. Update the hub to publish it.`,
      );
  }
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

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
