import type {
  TriggeredStep,
  CapSlot,
  CountedQuota,
  CountedSlots,
  QuotaPlace,
  ClaimedDelivery,
  ClaimedEvent,
  DeliveryMessaging,
  MessagingStore,
  DigestMember,
  DigestMemberEnd,
  HeldDelivery,
  NextStep,
  CancellingEventQuery,
  RetentionDays,
} from '@patchbay/core';
import { NIL_UUID } from '../connections/uuid.js';
import { Statement } from '../query/columns.js';
import type { PgPool, PgStatement } from '../query/pg-pool.js';
import { isMissingTable } from '../query/sql-error.js';
import { loadEvents, retentionClass, type EventReference } from '../sql/load-events.js';
import { partitionDayOf, partitionTable } from '../partitions/daily-partitions.js';
import { SLOT_HOLDERS, TAKE_SLOT } from '../sql/caps.js';
import { QUOTA_USED, TAKE_QUOTA } from '../sql/quotas.js';
import { CLOSE_DIGEST, DIGEST_MEMBERS } from '../sql/digest.js';
import { findCancellingEvent } from './cancelling-events.js';
import { TRIGGERED_STEPS, CREATE_STEPS } from '../sql/steps.js';

interface TriggeredRow {
  readonly delivery_id: string;
  readonly retention_days: number;
  readonly brand_id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly subscription_version_id: string;
  readonly event_type: string;
  readonly customer_id: string | null;
  readonly messaging: DeliveryMessaging;
}

/** Store of cap slots, digests, cancelling events and fallback steps in PostgreSQL. */
export class PostgresMessagingStore implements MessagingStore {
  constructor(private readonly pool: PgPool) {}

  async takeSlot(slot: CapSlot): Promise<number | null> {
    if (await this.takeIfFree(slot, [])) return null;
    // Look up the deliveries that ended without a message only if no slot is free.
    const holders = await this.pool.query<{ id: string }>(SLOT_HOLDERS.with(slotParameters(slot, [])));
    const ids = holders.map(({ id }) => id);
    const unsent = await this.endedUnsent(ids, slot.delivery.retentionDays);
    if (unsent.length > 0 && (await this.takeIfFree(slot, unsent))) return null;
    return Math.max(slot.max, ids.length - unsent.length);
  }

  async countSlots({ key, perMs, now, retentionDays }: CountedSlots): Promise<number> {
    const parameters = { key, delivery: NIL_UUID, max: 0, perMs, now, freed: [] };
    const holders = await this.pool.query<{ id: string }>(SLOT_HOLDERS.with(parameters));
    const ids = holders.map(({ id }) => id);
    return ids.length - (await this.endedUnsent(ids, retentionDays)).length;
  }

  async takeQuota({ destinationId, deliveryId, ...period }: QuotaPlace): Promise<boolean> {
    const taken = await this.pool.query(
      TAKE_QUOTA.with({ ...period, destination: destinationId, delivery: deliveryId }),
    );
    return taken.length > 0;
  }

  async quotaUsed({ destinationId, start }: CountedQuota): Promise<number> {
    const [period] = await this.pool.query<{ used: number }>(QUOTA_USED.with({ destination: destinationId, start }));
    return period?.used ?? 0;
  }

  async digestMembers({ id, token }: HeldDelivery, limit: number): Promise<readonly DigestMember[]> {
    const rows = await this.pool.query<EventReference & { id: string }>(
      DIGEST_MEMBERS.with({ digest: id, token, limit }),
    );
    if (rows.length === 0) return [];
    const events = await loadEvents(this.pool, rows);
    return rows.flatMap((row) => {
      const event = events.get(row.event_id);
      return event === undefined ? [] : [{ id: row.id, event }];
    });
  }

  async closeDigest(digest: HeldDelivery, ends: readonly DigestMemberEnd[]): Promise<readonly string[] | null> {
    const sorted = ends.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const statement = CLOSE_DIGEST.with({ digest: digest.id, token: digest.token, ends: sorted });
    const inserted = sorted.map(({ id }) => ({ id, retentionDays: digest.retentionDays }));
    const [closed] = await this.pool.query<{ events: readonly string[] }>(statement, inserted);
    return closed?.events ?? null;
  }

  async events(
    ids: readonly string[],
    { brandId: brand_id, retentionDays: retention_days }: Pick<ClaimedDelivery, 'brandId' | 'retentionDays'>,
  ): Promise<readonly ClaimedEvent[]> {
    const events = await loadEvents(
      this.pool,
      ids.map((event_id) => ({ event_id, brand_id, retention_days })),
    );
    return ids.map((id) => events.get(id)).filter((event) => event !== undefined);
  }

  findCancellingEvent(
    query: CancellingEventQuery,
    isCancelling: (event: ClaimedEvent) => boolean,
  ): Promise<ClaimedEvent | null> {
    return findCancellingEvent(this.pool, query, isCancelling);
  }

  async triggeredSteps(limit: number, except: readonly string[] = []): Promise<readonly TriggeredStep[]> {
    const rows = await this.pool.query<TriggeredRow & Record<string, unknown>>(TRIGGERED_STEPS.with({ limit, except }));
    return rows.map(toTriggeredStep);
  }

  async createSteps(steps: readonly NextStep[]): Promise<void> {
    if (steps.length === 0) return;
    const sorted = steps.toSorted((a, b) => (a.triggered.id < b.triggered.id ? -1 : 1));
    const rows = sorted.map(({ triggered, delivery }) => ({
      deliveryId: triggered.id,
      id: delivery?.id,
      destinationId: delivery?.destinationId,
      dueAt: delivery?.dueAt,
      messaging: delivery?.messaging,
    }));
    await this.pool.query(CREATE_STEPS.with({ steps: rows }));
  }

  private async takeIfFree(slot: CapSlot, freed: readonly string[]): Promise<boolean> {
    const taken = await this.pool.query(TAKE_SLOT.with(slotParameters(slot, freed)));
    return taken.length > 0;
  }

  /**
   * Returns the ids of the deliveries that ended without a message or triggered the next step of their fallback. If the
   * answer to any attempt was lost, the message may have arrived, regardless of how the delivery ended.
   */
  private async endedUnsent(ids: readonly string[], retentionDays: RetentionDays): Promise<readonly string[]> {
    const idsByPartition = new Map<string, string[]>();
    for (const id of ids) {
      const partition = partitionTable('deliveries_ended', partitionDayOf(id, retentionDays));
      idsByPartition.set(partition, [...(idsByPartition.get(partition) ?? []), id]);
    }
    const unsent: string[] = [];
    for (const [partition, partitionIds] of idsByPartition) {
      const text = `SELECT id FROM ${partition} WHERE id = ANY ($ids) AND (messaging ? 'trigger'
        OR (state IN ('dead', 'suppressed', 'cancelled', 'superseded') AND error_kind IS DISTINCT FROM 'unconfirmed'
          AND coalesce(NOT messaging ? 'lost', true)))`;
      unsent.push(...(await this.idsIn(new Statement(undefined, { ids: 'uuid[]' }, text).with({ ids: partitionIds }))));
    }
    return unsent;
  }

  private async idsIn(statement: PgStatement): Promise<readonly string[]> {
    try {
      return (await this.pool.query<{ id: string }>(statement)).map(({ id }) => id);
    } catch (error) {
      if (isMissingTable(error)) return []; // The partition of the day was dropped.
      throw error;
    }
  }
}

function slotParameters({ key, delivery, max, perMs, now }: CapSlot, freed: readonly string[]) {
  return { key, delivery: delivery.id, max, perMs, now, freed };
}

function toTriggeredStep(row: TriggeredRow): TriggeredStep {
  return {
    id: row.delivery_id,
    retentionDays: retentionClass(row.retention_days),
    brandId: row.brand_id,
    eventId: row.event_id,
    eventType: row.event_type,
    customerId: row.customer_id,
    subscriptionId: row.subscription_id,
    subscriptionVersionId: row.subscription_version_id,
    messaging: row.messaging,
  };
}
