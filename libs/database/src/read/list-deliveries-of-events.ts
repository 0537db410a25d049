import type { DeliveryFilter, DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { deliveryConditions, destinationConditions } from './delivery-conditions.js';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { SqlValues } from './sql-values.js';
import type { TimeWindow } from '../partitions/time-window.js';

/** Returns the newest deliveries of given events in a time window, newest first. Ignores the filter's customer. */
export async function listDeliveriesOfEvents(
  dataSource: DataSource,
  brandId: string,
  eventIds: readonly string[],
  filter: DeliveryFilter,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const values = new SqlValues();
  const deliveries = [
    `d.event_id = ANY (${values.add(eventIds, 'uuid[]')})`,
    `d.id >= ${values.add(from, 'uuid')} AND d.id < ${values.add(before, 'uuid')}`,
    ...deliveryConditions(values, brandId, filter),
  ];
  // The sort is outside. With ORDER BY and LIMIT inside, PostgreSQL might scan the whole time window.
  const rows = await dataSource.query<DeliverySummaryRow[]>(
    `WITH d AS MATERIALIZED (SELECT d.* FROM deliveries d WHERE ${deliveries.join(' AND ')})
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES}
    WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    ORDER BY d.id DESC LIMIT ${values.add(limit, 'int')}`,
    values.all,
  );
  return rows.map(toDeliverySummary);
}
