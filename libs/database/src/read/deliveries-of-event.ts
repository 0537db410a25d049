import { timeOfUuidV7, type DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { MAX_TIME_WINDOW_MS, timeWindowOf } from '../partitions/time-window.js';
import { isUuid } from '../connections/uuid.js';

const MAX_DELIVERIES = 1_000;

const DELIVERIES = `
WITH d AS MATERIALIZED (
  SELECT d.* FROM deliveries d
  WHERE d.event_id = $1::uuid AND d.brand_id = $2::uuid AND d.id >= $3::uuid AND d.id < $4::uuid
)
SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id LIMIT ${MAX_DELIVERIES}`;

/**
 * Returns all deliveries of an event, oldest first. The id of a delivery has the millisecond of the event or, for
 * replays, any later millisecond.
 */
export async function deliveriesOfEvent(
  dataSource: DataSource,
  brandId: string,
  eventId: string,
  now: number,
): Promise<readonly DeliverySummary[]> {
  if (!isUuid(eventId)) return [];
  const rows: DeliverySummaryRow[] = [];
  let from = timeOfUuidV7(eventId);
  for (let last = false; !last && rows.length < MAX_DELIVERIES; from += MAX_TIME_WINDOW_MS) {
    last = from + MAX_TIME_WINDOW_MS > now;
    const window = timeWindowOf(last ? { from } : { from, to: from + MAX_TIME_WINDOW_MS });
    rows.push(
      ...(await dataSource.query<DeliverySummaryRow[]>(DELIVERIES, [eventId, brandId, window.from, window.before])),
    );
  }
  return rows.slice(0, MAX_DELIVERIES).map(toDeliverySummary);
}
