import { LIVE_COUNT_LIMIT, type LiveQuery, type LiveStore, type RecentOfBrand } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { QUEUES } from '../sql/queues.js';

interface RecentRow {
  readonly brand_id: string;
  readonly events_since: number;
  readonly events_in_window: number;
  readonly newest_event: string | null;
  readonly deliveries_since: number;
  readonly deliveries_in_window: number;
  readonly newest_delivery: string | null;
  readonly pause_seq: number;
}

/**
 * Counts the newest events and deliveries of brands, at most $4 per brand and per destination. $1 brands, $2 lowest ids
 * of their previous windows, $3 lowest ids of their windows
 */
const RECENT = `
SELECT w.brand_id, e.since AS events_since, e.in_window AS events_in_window, e.newest AS newest_event,
  d.since AS deliveries_since, d.in_window AS deliveries_in_window, d.newest AS newest_delivery, (
    SELECT coalesce(max(state.pause_seq), 0)::float8 FROM destinations t
    JOIN destination_states state ON state.destination_id = t.id
    WHERE t.brand_id = w.brand_id AND t.deleted_at IS NULL
  ) AS pause_seq
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) w (brand_id, previous_from, from_id)
CROSS JOIN LATERAL (
  SELECT count(*)::int AS since, count(*) FILTER (WHERE x.id >= w.from_id)::int AS in_window, max(x.id::text) AS newest
  FROM (
    SELECT e.id FROM events e
    WHERE e.brand_id = w.brand_id AND e.id >= w.previous_from ORDER BY e.id DESC LIMIT $4::int
  ) x
) e
CROSS JOIN LATERAL (
  SELECT count(*)::int AS since, count(*) FILTER (WHERE x.id >= w.from_id)::int AS in_window, max(x.id::text) AS newest
  FROM ${QUEUES} t
  CROSS JOIN LATERAL (
    SELECT d.id FROM deliveries d
    WHERE d.destination_id = t.id AND d.id >= w.previous_from ORDER BY d.id DESC LIMIT $4::int
  ) x
  WHERE t.brand_id = w.brand_id AND t.deleted_at IS NULL
) d`;

/** Cheap reads of the newest rows of brands in PostgreSQL. */
export class PostgresLiveStore implements LiveStore {
  constructor(private readonly dataSource: DataSource) {}

  async recent(brands: readonly LiveQuery[]): Promise<readonly RecentOfBrand[]> {
    const rows = await this.dataSource.query<RecentRow[]>(RECENT, [
      brands.map(({ brandId }) => brandId),
      brands.map(({ previousFrom }) => lowestIdAt(previousFrom)),
      brands.map(({ from }) => lowestIdAt(from)),
      LIVE_COUNT_LIMIT,
    ]);
    return rows.map((row) => ({
      brandId: row.brand_id,
      events: {
        sincePrevious: row.events_since,
        inWindow: row.events_in_window,
        newestId: row.newest_event,
      },
      deliveries: {
        sincePrevious: row.deliveries_since,
        inWindow: row.deliveries_in_window,
        newestId: row.newest_delivery,
      },
      pauseSeq: row.pause_seq,
    }));
  }
}
