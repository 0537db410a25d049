import { MAX_NAMED_DELIVERIES } from '@patchbay/core';
import { hasSubscriber } from './outbox.js';

/**
 * Returns the destinations that are due for a check, with the time within which their vendor has to report a status, in ms.
 * $1 types of the destinations, $2 time of destinations that set none, in ms, $3 maximum number
 */
export const DUE_CHECKS = `
SELECT t.id, coalesce((t.limits ->> 'statusTimeoutMs')::float8, $2::float8) AS within
FROM destinations t LEFT JOIN status_checks s ON s.destination_id = t.id
WHERE t.type = ANY ($1::text[]) AND t.deleted_at IS NULL AND coalesce(s.next_at <= now(), true)
  AND ${hasSubscriber('t.brand_id', `'status.missing'`)}
LIMIT $3::int`;

/** Adds the positions of a destination that was not checked before. $1 destination, $2 and $3 ids */
export const ADD_CHECK = `
INSERT INTO status_checks (destination_id, prompt_after, late_after, next_at)
VALUES ($1::uuid, $2::uuid, $3::uuid, now()) ON CONFLICT DO NOTHING`;

/** Locks the positions of a destination that is due, unless another process has locked them. $1 destination */
export const LOCK_CHECK = `
SELECT prompt_after, late_after FROM status_checks WHERE destination_id = $1::uuid AND next_at <= now()
FOR UPDATE SKIP LOCKED`;

/** Stores the positions of a destination. $1 destination, $2 and $3 ids, $4 time to the next check in ms */
export const MOVE_CHECK = `
UPDATE status_checks SET prompt_after = $2::uuid, late_after = $3::uuid, next_at = now() + $4::float8 * interval '1 ms'
WHERE destination_id = $1::uuid`;

/** Returns the time of a delivery's id: the time of its event, or of its replay. */
const timeOfId = (id: string): string =>
  `to_timestamp(('x' || left(replace(${id}::text, '-', ''), 12))::bit(48)::bigint / 1000.0)`;

/**
 * Reads the oldest ended deliveries of a destination between two ids, along the index on destination and id. Counts the
 * sent deliveries, and the sent deliveries without a vendor status. Deliveries of operational events do not count, because they
 * would cause an endless series of events. $1 destination, $2 and $3 ids, both exclusive, $4 maximum number of rows.
 * $5 and $6 time from the time of the id to the end in ms: more than $5, at most $6
 */
export const COUNT_MISSING = `
WITH found AS MATERIALIZED (
  SELECT d.id, d.event_id, d.event_type, d.subscription_version_id, d.state, d.attempts, d.vendor_status, d.created_at,
    d.ended_at
  FROM deliveries_ended d
  WHERE d.destination_id = ANY (ARRAY[$1::uuid]) AND d.id > $2::uuid AND d.id < $3::uuid
  ORDER BY d.destination_id, d.id LIMIT $4::int
), sent AS MATERIALIZED (
  SELECT f.* FROM found f
  WHERE f.state = 'succeeded' AND f.attempts > 0
    AND f.ended_at > ${timeOfId('f.id')} + $5::float8 * interval '1 ms'
    AND f.ended_at <= ${timeOfId('f.id')} + $6::float8 * interval '1 ms'
    AND NOT EXISTS (
      SELECT FROM subscription_versions v JOIN sources s ON s.id = v.source_id
      WHERE v.id = f.subscription_version_id AND s.managed_by = 'hub'
    )
), missing AS MATERIALIZED (
  SELECT s.*, row_number() OVER (ORDER BY s.id) AS rank FROM sent s WHERE s.vendor_status IS NULL
)
SELECT
  (SELECT count(*)::int FROM found) AS found, (SELECT max(f.id::text) FROM found f) AS last,
  (SELECT count(*)::int FROM sent) AS sent, (SELECT count(*)::int FROM missing) AS missing,
  (SELECT coalesce(jsonb_agg(jsonb_build_object(
    'id', m.id, 'eventId', m.event_id, 'eventType', m.event_type, 'attempts', m.attempts,
    'createdAt', extract(epoch FROM m.created_at) * 1000, 'endedAt', extract(epoch FROM m.ended_at) * 1000
  ) ORDER BY m.rank), '[]') FROM missing m WHERE m.rank <= ${MAX_NAMED_DELIVERIES}) AS deliveries`;
