import { timeOfUuidV7, type DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lowestIdAt } from '../partitions/partition-day.js';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { isUuid } from './uuid.js';

const MOST = 1_000;

/** No delivery is older than its event: $3 is the lowest id of the event's millisecond. */
const DELIVERIES = `
WITH d AS MATERIALIZED (
  SELECT * FROM deliveries d WHERE d.event_id = $1::uuid AND d.brand_id = $2::uuid AND d.id >= $3::uuid
)
SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id LIMIT ${MOST}`;

/** All deliveries of an event, replays included, oldest first. */
export async function deliveriesOfEvent(
  dataSource: DataSource,
  brandId: string,
  eventId: string,
): Promise<readonly DeliverySummary[]> {
  if (!isUuid(eventId)) return [];
  const values = [eventId, brandId, lowestIdAt(timeOfUuidV7(eventId))];
  return (await dataSource.query<DeliverySummaryRow[]>(DELIVERIES, values)).map(toDeliverySummary);
}
