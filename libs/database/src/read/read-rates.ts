import { RATE_SAMPLE, RATE_WINDOW_MS, timeOfUuidV7, type Rates } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lowestIdAt } from '../partitions/partition-day.js';

interface Counted {
  readonly made: number;
  /** The id of the oldest that was counted; null where none was. */
  readonly oldest: string | null;
}

interface DestinationCount extends Counted {
  readonly id: string;
  readonly ended: number;
}

/**
 * $1 the least id of the window, $2 brands or NULL for all, $3 where to stop counting. Newest first: where the count stops,
 * what was counted is a shorter time.
 */
const EVENT_RATES = `
SELECT newest.made, newest.oldest
FROM brands b
CROSS JOIN LATERAL (
  SELECT count(*)::int AS made, min(e.id::text) AS oldest
  FROM (
    SELECT e.id FROM events e WHERE e.brand_id = b.id AND e.id >= $1::uuid ORDER BY e.id DESC LIMIT $3::int
  ) e
) newest
WHERE b.deleted_at IS NULL AND ($2::uuid[] IS NULL OR b.id = ANY ($2::uuid[]))`;

const DELIVERY_RATES = `
SELECT t.id, newest.made, newest.ended, newest.oldest
FROM destinations t
CROSS JOIN LATERAL (
  SELECT count(*)::int AS made, count(*) FILTER (WHERE NOT d.waiting)::int AS ended, min(d.id::text) AS oldest
  FROM (
    SELECT d.id, d.waiting FROM deliveries d
    WHERE d.destination_id = t.id AND d.id >= $1::uuid ORDER BY d.id DESC LIMIT $3::int
  ) d
) newest
WHERE t.deleted_at IS NULL AND ($2::uuid[] IS NULL OR t.brand_id = ANY ($2::uuid[]))`;

/** How much came in and went out a second of late. */
export async function readRates(dataSource: DataSource, now: number, brandIds?: readonly string[]): Promise<Rates> {
  const values = [lowestIdAt(now - RATE_WINDOW_MS), brandIds ?? null, RATE_SAMPLE];
  const [events, deliveries] = await Promise.all([
    dataSource.query<Counted[]>(EVENT_RATES, values),
    dataSource.query<DestinationCount[]>(DELIVERY_RATES, values),
  ]);
  return {
    eventsPerSecond: events.reduce((sum, row) => sum + row.made / secondsOf(row, now), 0),
    destinations: new Map(
      deliveries.map((row) => {
        const seconds = secondsOf(row, now);
        return [row.id, { deliveriesPerSecond: row.made / seconds, endedPerSecond: row.ended / seconds }];
      }),
    ),
  };
}

/** The time in which they were counted; at least a second, since a burst is no rate. */
function secondsOf({ made, oldest }: Counted, now: number): number {
  const whole = made < RATE_SAMPLE || oldest === null;
  return Math.max(1, (whole ? RATE_WINDOW_MS : now - timeOfUuidV7(oldest)) / 1_000);
}
