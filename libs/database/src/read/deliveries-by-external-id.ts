import type { DeliverySummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { MAX_TIME_WINDOW_MS, newestPartOf, timeWindowOf } from '../partitions/time-window.js';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';

const MAX_DELIVERIES = 50;
/** Number of time windows that are searched. */
const WINDOWS = 2;

/** Looks the id up once per destination, because the index of vendor ids begins with the destination. */
const BY_EXTERNAL_ID = `
WITH d AS MATERIALIZED (
  SELECT found.* FROM destinations t CROSS JOIN LATERAL (
    SELECT d.* FROM deliveries d
    WHERE d.destination_id = t.id AND d.external_id = $2 AND d.id >= $3::uuid AND d.id < $4::uuid
    LIMIT ${MAX_DELIVERIES}
  ) found
  WHERE t.brand_id = $1::uuid
)
SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id DESC LIMIT ${MAX_DELIVERIES}`;

/** Finds deliveries of a brand by the vendor's id, newest first. Searches about ten weeks. */
export async function deliveriesByExternalId(
  dataSource: DataSource,
  brandId: string,
  externalId: string,
  now: number,
): Promise<readonly DeliverySummary[]> {
  if (!isStorable(externalId)) return [];
  const rows: DeliverySummaryRow[] = [];
  let rest = timeWindowOf({});
  for (let i = 0; i < WINDOWS && rows.length === 0; i += 1) {
    const { from, before } = newestPartOf(rest, MAX_TIME_WINDOW_MS, now);
    rows.push(...(await dataSource.query<DeliverySummaryRow[]>(BY_EXTERNAL_ID, [brandId, externalId, from, before])));
    rest = { from: rest.from, before: from };
  }
  return rows.map(toDeliverySummary);
}
