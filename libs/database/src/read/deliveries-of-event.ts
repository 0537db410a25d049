import { timeOfUuidV7, type DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { MAX_TIME_WINDOW_MS, timeWindowOf } from '../partitions/time-window.js';

const DELIVERIES = `
WITH d AS MATERIALIZED (
  SELECT d.* FROM deliveries d
  WHERE d.event_id = ANY ($1::uuid[]) AND d.brand_id = $2::uuid AND d.id >= $3::uuid AND d.id < $4::uuid
)
SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id LIMIT $5::int`;

/**
 * Returns the deliveries of events, oldest first. The id of a delivery has the millisecond of its event or, for replays,
 * any later millisecond. The search therefore begins at the oldest event.
 * @param limit maximum number of deliveries
 */
export async function deliveriesOfEvents(
  dataSource: DataSource,
  brandId: string,
  eventIds: readonly string[],
  now: number,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  if (eventIds.length === 0) return [];
  const rows: DeliverySummaryRow[] = [];
  let from = Math.min(...eventIds.map(timeOfUuidV7));
  for (let last = false; !last && rows.length < limit; from += MAX_TIME_WINDOW_MS) {
    last = from + MAX_TIME_WINDOW_MS > now;
    const window = timeWindowOf(last ? { from } : { from, to: from + MAX_TIME_WINDOW_MS });
    const values = [eventIds, brandId, window.from, window.before, limit - rows.length];
    rows.push(...(await dataSource.query<DeliverySummaryRow[]>(DELIVERIES, values)));
  }
  return rows.map(toDeliverySummary);
}
