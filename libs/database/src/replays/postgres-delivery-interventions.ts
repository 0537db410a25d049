import { RETENTION_DAYS, type DeliveryInterventions, type IntervenedDelivery } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import type { PartitionedRow, PgPool, PgStatement } from '../query/pg-pool.js';
import { CANCEL, CANCEL_BLOCKING, REDELIVER, REDELIVER_AS_NEW } from '../sql/interventions.js';

/** Store of manual changes to single deliveries, in PostgreSQL. Ids must be UUIDs. */
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
