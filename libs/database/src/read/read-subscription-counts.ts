import { NOT_ARRIVED, SUBSCRIPTION_COUNT_LIMIT, type SubscriptionCounts } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { countOfOutcome } from '../sql/outcome-counts.js';
import { QUEUES } from '../sql/queues.js';
import { backwardIndexScan } from './index-scan.js';

interface CountsRow extends Omit<SubscriptionCounts, 'subscriptionId' | 'notSent' | 'countIsExact'> {
  readonly subscription_id: string;
  readonly not_sent: number;
  readonly is_exact: boolean;
}

const { where, order } = backwardIndexScan({
  table: 'd',
  at: ['destination_id', 't.id'],
  from: '$2::uuid',
  before: '$3::uuid',
});

/** Reads the newest deliveries of each destination, because no index contains the subscription. $1 the brand, $2 and $3 ids, $4 statuses */
const COUNTS = `
WITH share AS MATERIALIZED (
  SELECT ${SUBSCRIPTION_COUNT_LIMIT} / greatest(count(*), 1) AS size FROM destinations WHERE brand_id = $1::uuid
), d AS MATERIALIZED (
  SELECT newest.* FROM ${QUEUES} t CROSS JOIN LATERAL (
    SELECT d.destination_id, d.subscription_id, d.state, d.vendor_status FROM deliveries d WHERE ${where}
    ORDER BY ${order} LIMIT (SELECT size FROM share)
  ) newest
  WHERE t.brand_id = $1::uuid
), read AS (
  SELECT d.destination_id, count(*) < (SELECT size FROM share) AS is_exact FROM d GROUP BY d.destination_id
)
SELECT d.subscription_id, bool_and(read.is_exact) AS is_exact,
  ${countOfOutcome('delivered')} AS delivered,
  count(*) FILTER (WHERE d.state = 'succeeded' AND d.vendor_status = ANY ($4::text[]))::int AS undelivered,
  ${countOfOutcome('failed')} AS failed,
  ${countOfOutcome('waiting')} AS waiting,
  ${countOfOutcome('notSent')} AS not_sent,
  ${countOfOutcome('merged')} AS merged
FROM d JOIN read USING (destination_id) GROUP BY d.subscription_id`;

/**
 * Counts the deliveries of a brand per subscription that were created since a time. Subscriptions without deliveries are
 * left out.
 * @param from milliseconds since the epoch
 */
export async function readSubscriptionCounts(
  dataSource: DataSource,
  brandId: string,
  from: number,
): Promise<readonly SubscriptionCounts[]> {
  const rows = await dataSource.query<CountsRow[]>(COUNTS, [
    brandId,
    lowestIdAt(from),
    lowestIdAt(Infinity),
    NOT_ARRIVED,
  ]);
  return rows.map(({ subscription_id: subscriptionId, not_sent: notSent, is_exact: countIsExact, ...counts }) => ({
    ...{ subscriptionId, ...counts, notSent, countIsExact },
  }));
}
