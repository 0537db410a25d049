import type { DeliveryFilter, DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import {
  DELIVERY_NAMES,
  DELIVERY_SUMMARY,
  heldBy,
  toDeliverySummary,
  type DeliverySummaryRow,
} from './delivery-rows.js';
import type { IdRange } from './read-page.js';
import { SqlFilter } from './sql-filter.js';

/**
 * The newest deliveries of a stretch, newest first. Each destination of the brand gives its own newest, in the order of
 * its index, and the newest of those are taken: one way to read, whatever the filter. Only for one customer the events
 * lead.
 */
export async function listDeliveries(
  dataSource: DataSource,
  brandId: string,
  wanted: DeliveryFilter,
  stretch: IdRange,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const filter = new SqlFilter();
  const brand = filter.value(brandId);
  const most = filter.value(limit);
  const [from, before] = [filter.value(stretch.from), filter.value(stretch.before)];
  const range = `d.id >= ${from}::uuid AND d.id < ${before}::uuid`;
  const destinations = `t.brand_id = ${brand}::uuid${destinationFilter(filter, wanted)}`;
  const deliveries = `d.brand_id = ${brand}::uuid AND ${range}${deliveryFilter(filter, wanted, brand)}`;
  const newest =
    wanted.customer === undefined
      ? `SELECT newest.* FROM destinations t CROSS JOIN LATERAL (
          SELECT d.* FROM deliveries d WHERE d.destination_id = t.id AND ${deliveries}
          ORDER BY d.id DESC LIMIT ${most}::int
        ) newest WHERE ${destinations}`
      : `SELECT d.* FROM deliveries d JOIN destinations t ON t.id = d.destination_id
          WHERE ${deliveries} AND ${destinations} AND d.event_id = ANY (ARRAY(
            SELECT c.event_id FROM event_customers c
            WHERE c.brand_id = ${brand}::uuid AND c.customer_id = ${filter.value(wanted.customer)}
              AND c.event_id < ${before}::uuid
          ))`;
  const rows = await dataSource.query<DeliverySummaryRow[]>(
    `WITH d AS MATERIALIZED (${newest})
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id DESC LIMIT ${most}::int`,
    filter.values,
  );
  return rows.map(toDeliverySummary);
}

function destinationFilter(filter: SqlFilter, { destination, status }: DeliveryFilter): string {
  const name = destination === undefined ? '' : ` AND t.name = ${filter.value(destination)}`;
  if (status === 'held') return `${name} AND ${heldBy('t')}`;
  return status === 'scheduled' ? `${name} AND NOT ${heldBy('t')}` : name;
}

function deliveryFilter(filter: SqlFilter, wanted: DeliveryFilter, brand: string): string {
  const { status, subscription, eventType, errorKind } = wanted;
  const conditions: string[] = [];
  if (status === 'held' || status === 'scheduled') conditions.push('d.waiting');
  else if (status !== undefined) conditions.push(`NOT d.waiting AND d.state = ${filter.value(status)}`);
  // What succeeded has no error: said so, that the index of what did not can be used.
  if (errorKind !== undefined) conditions.push(`d.state <> 'succeeded' AND d.error_kind = ${filter.value(errorKind)}`);
  if (eventType !== undefined) conditions.push(`d.event_type = ${filter.value(eventType)}`);
  if (subscription !== undefined) {
    const name = filter.value(subscription);
    conditions.push(
      `d.subscription_id = ANY (ARRAY(SELECT s.id FROM subscriptions s WHERE s.brand_id = ${brand}::uuid AND s.name = ${name}))`,
    );
  }
  return conditions.map((condition) => ` AND ${condition}`).join('');
}
