import type { DeliveryFilter, DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { backwardIndexScan } from './index-scan.js';
import { deliveryConditions, destinationConditions } from './delivery-conditions.js';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { SqlValues } from './sql-values.js';
import type { TimeWindow } from '../partitions/time-window.js';

/**
 * The newest deliveries of a time window, newest first: each destination of the brand gives its own newest, and of those the
 * newest are taken. One index serves the brand's list, a destination's and what is held. The filter's customer is not
 * looked at.
 */
export async function listDeliveries(
  dataSource: DataSource,
  brandId: string,
  filter: DeliveryFilter,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const values = new SqlValues();
  const most = values.add(limit, 'int');
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
        ORDER BY ${order} LIMIT ${most}
      ) newest
      WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    )
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id DESC LIMIT ${most}`,
    values.all,
  );
  return rows.map(toDeliverySummary);
}
