import type { DeliveryFilter, DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { backwardIndexScan } from './index-scan.js';
import { deliveryConditions, destinationConditions } from './delivery-conditions.js';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { SqlValues } from './sql-values.js';
import type { TimeWindow } from '../partitions/time-window.js';

/**
 * Returns the newest deliveries of a time window, newest first. Ignores the customer in the filter. The statement reads
 * the newest deliveries of each destination of the brand, and returns the newest of all. Therefore one index serves the
 * lists by brand, by destination and of held deliveries.
 */
export async function listDeliveries(
  dataSource: DataSource,
  brandId: string,
  filter: DeliveryFilter,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const values = new SqlValues();
  const maximum = values.add(limit, 'int');
  const { where, order } = backwardIndexScan({
    table: 'd',
    at: ['destination_id', 't.id'],
    from: values.add(from, 'uuid'),
    before: values.add(before, 'uuid'),
  });
  const rows = await dataSource.query<DeliverySummaryRow[]>(
    `WITH d AS MATERIALIZED (
      SELECT newest.* FROM destinations t CROSS JOIN LATERAL (
        SELECT d.* FROM deliveries d WHERE ${[where, ...deliveryConditions(values, brandId, filter)].join(' AND ')}
        ORDER BY ${order} LIMIT ${maximum}
      ) newest
      WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    )
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id DESC LIMIT ${maximum}`,
    values.all,
  );
  return rows.map(toDeliverySummary);
}
