import { hasSubscriber } from './outbox.js';

/**
 * Counts the events of a source by the UTC day of their own time, among the events that were received in a range of time.
 * $1 brand, $2 source, $3 lowest id, $4 lowest id after the range, $5 first and $6 last day
 */
export const COUNT_STORED = `
SELECT to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
  count(*) FILTER (WHERE e.quarantine_reason IS NULL)::int AS accepted,
  count(*) FILTER (WHERE e.quarantine_reason IS NOT NULL)::int AS quarantined
FROM events e
WHERE e.brand_id = $1::uuid AND e.id >= $3::uuid AND e.id < $4::uuid AND e.source_id = $2::uuid
  AND e.occurred_at >= $5::date::timestamp AT TIME ZONE 'UTC'
  AND e.occurred_at < ($6::date + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY 1`;

/** Locks the comparison of a day. $1 source, $2 day */
export const LOCK_DAY = `
SELECT missing FROM capillary_days WHERE source_id = $1::uuid AND day = $2::date FOR UPDATE`;

/** Records the comparison of a day. $1 source, $2 day, then the counts in the order of the columns */
export const RECORD_DAY = `
INSERT INTO capillary_days
  (source_id, day, total, delivered, failed, retrying, pending, accepted, quarantined, missing, compared_at)
VALUES ($1::uuid, $2::date, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp())
ON CONFLICT (source_id, day) DO UPDATE SET total = excluded.total, delivered = excluded.delivered, failed = excluded.failed,
  retrying = excluded.retrying, pending = excluded.pending, accepted = excluded.accepted,
  quarantined = excluded.quarantined, missing = excluded.missing, compared_at = excluded.compared_at`;

/** Deletes old comparisons of the source $1. */
export const DELETE_OLD_DAYS = `
DELETE FROM capillary_days WHERE source_id = $1::uuid AND day < current_date - 90`;

/** Appends an outbox entry for a gap. $1 brand, $2 key of the occurrence, $3 facts */
export const APPEND_GAP = `
INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT 'capillary.gap:' || $2 || ':' || extract(epoch FROM now()), $1::uuid, 'capillary.gap', $3::jsonb, 1, '[]',
  now(), now()
WHERE ${hasSubscriber('$1::uuid', `'capillary.gap'`)}
ON CONFLICT DO NOTHING`;

/** Comparisons of the source $1, newest day first. */
export const RECORDED_DAYS = `
SELECT to_char(day, 'YYYY-MM-DD') AS day, total, delivered, failed, retrying, pending, accepted, quarantined, missing,
  (extract(epoch FROM compared_at) * 1000)::float8 AS "comparedAt"
FROM capillary_days WHERE source_id = $1::uuid ORDER BY 1 DESC`;

/** Missing events per brand, without deleted brands and sources. */
export const GAPS = `
SELECT b.name AS brand, sum(d.missing)::int AS missing FROM capillary_days d
JOIN sources s ON s.id = d.source_id AND s.deleted_at IS NULL
JOIN brands b ON b.id = s.brand_id AND b.deleted_at IS NULL
GROUP BY b.name`;

/** Brands with a registered source whose day was not compared. $1 day */
export const BRANDS_TO_COMPARE = `
SELECT DISTINCT r.brand_id AS id FROM capillary_registrations r
JOIN sources s ON s.id = r.source_id AND s.deleted_at IS NULL AND NOT s.disabled
JOIN brands b ON b.id = r.brand_id AND b.deleted_at IS NULL
WHERE r.webhook_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM capillary_days d WHERE d.source_id = r.source_id AND d.day = $1::date)`;
