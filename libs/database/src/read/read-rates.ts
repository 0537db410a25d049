import { RATE_SAMPLE, RATE_WINDOW_MS, timeOfUuidV7, type Rates } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lowestIdAt } from '../partitions/daily-partitions.js';

interface RateRow {
  readonly created: number;
  /** Id of the oldest counted row. Null if no row was counted. */
  readonly oldest: string | null;
}

interface DestinationCount extends RateRow {
  readonly id: string;
  readonly ended: number;
}

/**
 * Counts the events per brand, newest first. If the count reaches its limit, the counted events cover less time than
 * the window. $1 lowest id of the window, $2 brands or NULL for all, $3 maximum count
 */
const EVENT_RATES = `
SELECT newest.created, newest.oldest
FROM brands b
CROSS JOIN LATERAL (
  SELECT count(*)::int AS created, min(e.id::text) AS oldest
  FROM (
    SELECT e.id FROM events e WHERE e.brand_id = b.id AND e.id >= $1::uuid ORDER BY e.id DESC LIMIT $3::int
  ) e
) newest
WHERE b.deleted_at IS NULL AND ($2::uuid[] IS NULL OR b.id = ANY ($2::uuid[]))`;

/** Counts the deliveries per destination. Has the same parameters as `EVENT_RATES`. */
const DELIVERY_RATES = `
SELECT t.id, newest.created, newest.ended, newest.oldest
FROM destinations t
CROSS JOIN LATERAL (
  SELECT count(*)::int AS created, count(*) FILTER (WHERE NOT d.waiting)::int AS ended, min(d.id::text) AS oldest
  FROM (
    SELECT d.id, d.waiting FROM deliveries d
    WHERE d.destination_id = t.id AND d.id >= $1::uuid ORDER BY d.id DESC LIMIT $3::int
  ) d
) newest
WHERE t.deleted_at IS NULL AND ($2::uuid[] IS NULL OR t.brand_id = ANY ($2::uuid[]))`;

/** Reads the recent rates of stored events, created deliveries and ended deliveries. */
export async function readRates(dataSource: DataSource, now: number, brandIds?: readonly string[]): Promise<Rates> {
  const values = [lowestIdAt(now - RATE_WINDOW_MS), brandIds ?? null, RATE_SAMPLE];
  const [events, deliveries] = await Promise.all([
    dataSource.query<RateRow[]>(EVENT_RATES, values),
    dataSource.query<DestinationCount[]>(DELIVERY_RATES, values),
  ]);
  return {
    eventsPerSecond: events.reduce((sum, row) => sum + row.created / secondsOf(row, now), 0),
    destinations: new Map(
      deliveries.map((row) => {
        const seconds = secondsOf(row, now);
        return [row.id, { deliveriesPerSecond: row.created / seconds, endedPerSecond: row.ended / seconds }];
      }),
    ),
  };
}

/**
 * Returns the number of seconds that a count covers. At least 1, so that a short burst does not appear as a high rate.
 */
function secondsOf({ created, oldest }: RateRow, now: number): number {
  const isWhole = created < RATE_SAMPLE || oldest === null;
  return Math.max(1, (isWhole ? RATE_WINDOW_MS : now - timeOfUuidV7(oldest)) / 1_000);
}
