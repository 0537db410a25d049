import { COUNT_LIMIT, DISABLED_REASON, type DestinationStats, type Stats } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { breakerStateOf, type BreakerColumns } from './breaker-state.js';
import { IS_FREE } from '../sql/lease.js';
import { QUEUES } from '../sql/queues.js';
import { isHeld } from './delivery-rows.js';

interface StatsRow extends BreakerColumns {
  readonly id: string;
  readonly brand: string;
  /** Null, as `type`, for the queue of undecided deliveries of a subscription. */
  readonly name: string | null;
  readonly type: string | null;
  readonly held: boolean;
  readonly disabled: boolean | null;
  readonly paused_reason: string | null;
  readonly waiting: number;
  readonly due: number;
  readonly oldest_due_at: Date | null;
  readonly in_flight: number;
}

/**
 * Counts the waiting, due and leased deliveries per destination. Waiting deliveries are counted in order of due time,
 * so that due deliveries are counted exactly up to the same maximum. Leased deliveries are counted once for all
 * destinations, because there are few. $1 now in ms, $2 brands or NULL for all, $3 maximum count
 */
const STATS = `
WITH leased AS MATERIALIZED (
  SELECT l.destination_id, count(*)::int AS n FROM (
    SELECT w.destination_id FROM deliveries_waiting w
    WHERE w.lease_token IS NOT NULL AND w.id = ANY (ARRAY(SELECT unnest(c.delivery_ids) FROM claims c LIMIT $3::int))
  ) l GROUP BY l.destination_id
)
SELECT t.id, b.name AS brand, t.name, destination.type, ${isHeld('t')} AS held, destination.disabled, state.paused_reason,
  free.waiting, free.due, free.oldest_due_at,
  coalesce(leased.n, 0) AS in_flight, t.open_until, state.open_count
FROM ${QUEUES} t
JOIN brands b ON b.id = t.brand_id
CROSS JOIN LATERAL (
  SELECT count(*)::int AS waiting,
    count(*) FILTER (WHERE w.due_at <= to_timestamp($1::float8 / 1000))::int AS due,
    min(w.due_at) FILTER (WHERE w.due_at <= to_timestamp($1::float8 / 1000)) AS oldest_due_at
  FROM (
    SELECT w.due_at FROM deliveries_waiting w
    WHERE w.destination_id = t.id AND ${IS_FREE}
    ORDER BY w.due_at, w.id LIMIT $3::int
  ) w
) free
LEFT JOIN destinations destination ON destination.id = t.id
LEFT JOIN leased ON leased.destination_id = t.id
LEFT JOIN destination_states state ON state.destination_id = t.id
WHERE t.deleted_at IS NULL AND ($2::uuid[] IS NULL OR t.brand_id = ANY ($2::uuid[]))
ORDER BY b.name, t.name`;

/** Reads the number of waiting, due and leased deliveries per destination. The totals include undecided deliveries. */
export async function readStats(dataSource: DataSource, now: number, brandIds?: readonly string[]): Promise<Stats> {
  const rows = await dataSource.query<StatsRow[]>(STATS, [now, brandIds ?? null, COUNT_LIMIT]);
  const queues = rows.map((row) => toDestinationStats(row, now));
  const destinations = queues.filter((_, index) => rows[index]?.name !== null);
  return { destinations, totals: totalsOf(queues) };
}

function toDestinationStats(row: StatsRow, now: number): DestinationStats {
  return {
    destinationId: row.id,
    brand: row.brand,
    name: row.name ?? '',
    type: row.type ?? '',
    paused: row.held,
    disabled: row.disabled === true,
    pausedReason: row.disabled === true ? DISABLED_REASON : row.held ? row.paused_reason : null,
    waiting: row.waiting,
    due: row.due,
    oldestDueAt: row.oldest_due_at?.getTime() ?? null,
    inFlight: row.in_flight,
    circuitBreaker: breakerStateOf(row, now),
  };
}

function totalsOf(destinations: readonly DestinationStats[]): Stats['totals'] {
  const sum = (of: (one: DestinationStats) => number): number =>
    destinations.reduce((total, one) => total + of(one), 0);
  const oldest = destinations.flatMap(({ paused, oldestDueAt }) =>
    paused || oldestDueAt === null ? [] : [oldestDueAt],
  );
  return {
    waiting: sum(({ waiting }) => waiting),
    due: sum(({ due }) => due),
    inFlight: sum(({ inFlight }) => inFlight),
    oldestDueAt: oldest.length === 0 ? null : Math.min(...oldest),
  };
}
