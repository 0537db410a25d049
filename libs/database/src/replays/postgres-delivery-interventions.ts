import { RETENTION_DAYS, type DeliveryInterventions, type IntervenedDelivery } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import type { PgPool } from '../query/pg-pool.js';
import { CANCEL, CANCEL_BLOCKING, REDELIVER, REDELIVER_AS_NEW } from '../sql/interventions.js';

/** Interventions of people in single deliveries, in PostgreSQL. Ids must be UUIDs. */
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
    return (await this.run(REDELIVER, [deliveryId, brandId, state, countedAttempts, now])).length > 0;
  }

  async redeliverAsNew({
    deliveryId,
    brandId,
    newId,
    countedAttempts,
    now,
  }: Parameters<DeliveryInterventions['redeliverAsNew']>[0]): Promise<'created' | 'waiting' | 'gone'> {
    const [original] = await this.run<{ waits: boolean }>(REDELIVER_AS_NEW, [
      deliveryId,
      brandId,
      newId,
      countedAttempts,
      now,
    ]);
    if (original === undefined) return 'gone';
    return original.waits ? 'waiting' : 'created';
  }

  async cancel({ deliveryId, brandId }: IntervenedDelivery): Promise<boolean> {
    // The brand's retention class may have changed since, so the delivery may belong to any class.
    const cancelled = await this.pool.retry(
      () => this.dataSource.query<unknown[]>(CANCEL, [deliveryId, brandId]),
      () => RETENTION_DAYS.map((retentionDays) => ({ id: deliveryId, retentionDays })),
    );
    return cancelled.length > 0 || (await this.run(CANCEL_BLOCKING, [deliveryId, brandId])).length > 0;
  }

  private run<Row>(text: string, values: unknown[]): Promise<Row[]> {
    return this.pool.retry(() => this.dataSource.query<Row[]>(text, values));
  }
}
