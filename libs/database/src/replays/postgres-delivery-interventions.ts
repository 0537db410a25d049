import {
  RETENTION_DAYS,
  type DeliveryInterventions,
  type EndedDelivery,
  type IntervenedDelivery,
} from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import type { PartitionedRow, PgPool, PgStatement } from '../query/pg-pool.js';
import { CANCEL, CANCEL_BLOCKING, REDELIVER, REDELIVER_ALL, REDELIVER_AS_NEW } from '../sql/interventions.js';
import { LOCK_EVENTS } from '../sql/replays.js';

/** Store of manual changes to deliveries, in PostgreSQL. Ids must be UUIDs. */
export class PostgresDeliveryInterventions implements DeliveryInterventions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
  ) {}

  async redeliver({
    deliveryId,
    brandId,
    state,
    countedAttempts,
    now,
  }: Parameters<DeliveryInterventions['redeliver']>[0]): Promise<boolean> {
    const statement = REDELIVER.with({ delivery: deliveryId, brand: brandId, state, countedAttempts, now });
    return (await this.run(statement)).length > 0;
  }

  async redeliverAll(brandId: string, deliveries: readonly EndedDelivery[], now: number): Promise<ReadonlySet<string>> {
    if (deliveries.length === 0) return new Set();
    const rows = await this.pool.retry(() =>
      this.dataSource.transaction(async (manager) => {
        const events = await lockEvents(manager, brandId, deliveries);
        const sendable = deliveries.filter(({ eventId }) => events.has(eventId)).sort((a, b) => (a.id < b.id ? -1 : 1));
        const [lowest, highest] = [sendable[0]?.id, sendable.at(-1)?.id];
        if (lowest === undefined || highest === undefined) return [];
        const { text, values } = REDELIVER_ALL.with({
          ...{ brand: brandId, lowest, highest, now },
          deliveries: sendable.map(({ id, state, countedAttempts }) => ({
            ...{ deliveryId: id, foundState: state, beginAttempts: countedAttempts },
          })),
        });
        return manager.query<{ id: string }[]>(text, values);
      }),
    );
    return new Set(rows.map(({ id }) => id));
  }

  async redeliverAsNew({
    deliveryId,
    brandId,
    newId,
    countedAttempts,
    now,
  }: Parameters<DeliveryInterventions['redeliverAsNew']>[0]): Promise<'created' | 'waiting' | 'gone'> {
    const statement = REDELIVER_AS_NEW.with({ delivery: deliveryId, brand: brandId, newId, countedAttempts, now });
    const [original] = await this.run<{ waits: boolean }>(statement);
    if (original === undefined) return 'gone';
    return original.waits ? 'waiting' : 'created';
  }

  async cancel({ deliveryId, brandId }: IntervenedDelivery): Promise<boolean> {
    // The retention class of the brand may have changed since the delivery was created, so the delivery may belong to
    // any class.
    const partitioned = RETENTION_DAYS.map((retentionDays) => ({ id: deliveryId, retentionDays }));
    const intervened = { delivery: deliveryId, brand: brandId };
    const cancelled = await this.run(CANCEL.with(intervened), partitioned);
    return cancelled.length > 0 || (await this.run(CANCEL_BLOCKING.with(intervened))).length > 0;
  }

  private run<Row>({ text, values }: PgStatement, partitioned: readonly PartitionedRow[] = []): Promise<Row[]> {
    return this.pool.retry(
      () => this.dataSource.query<Row[]>(text, values),
      () => partitioned,
    );
  }
}

/** Locks the events of deliveries. Returns the ids of the stored events that were not erased. */
async function lockEvents(
  manager: EntityManager,
  brandId: string,
  deliveries: readonly EndedDelivery[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(deliveries.map(({ eventId }) => eventId))].sort();
  const locked = await manager.query<{ id: string }[]>(LOCK_EVENTS, [brandId, ids, ids[0], ids.at(-1)]);
  return new Set(locked.map(({ id }) => id));
}
