import { MAX_MISSING } from '@patchbay/core';
import { hasSubscriber } from './outbox.js';

const CHECK = `
  id, brand_id AS "brandId", source_id AS "sourceId", consumer_group AS "consumerGroup",
  to_char(from_day, 'YYYY-MM-DD') AS "from", to_char(to_day, 'YYYY-MM-DD') AS "to", requested_by AS "requestedBy", state,
  position, entries::float8 AS entries, unreadable::float8 AS unreadable, types, missing, recovered, reason,
  (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt",
  (extract(epoch FROM updated_at) * 1000)::float8 AS "updatedAt",
  (extract(epoch FROM ended_at) * 1000)::float8 AS "endedAt"`;

/** Creates a check, unless the source has a running one. $1 to $7 columns, $8 position */
export const CREATE_CHECK = `
INSERT INTO capillary_log_checks
  (id, brand_id, source_id, consumer_group, from_day, to_day, requested_by, state, position)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5::date, $6::date, $7, 'running', $8::json)
ON CONFLICT (source_id) WHERE ended_at IS NULL DO NOTHING`;

/** Running check of the source $1. */
export const RUNNING_CHECK = `SELECT ${CHECK} FROM capillary_log_checks WHERE source_id = $1::uuid AND ended_at IS NULL`;

/** Check. $1 brand, $2 check */
export const FIND_CHECK = `SELECT ${CHECK} FROM capillary_log_checks WHERE brand_id = $1::uuid AND id = $2::uuid`;

/** Newest checks of the source $1, newest first. */
export const LIST_CHECKS = `
SELECT ${CHECK} FROM capillary_log_checks WHERE source_id = $1::uuid ORDER BY id DESC LIMIT 20`;

/** Deletes all but the newest checks of the source $1 that have ended. */
export const DELETE_OLD_CHECKS = `
DELETE FROM capillary_log_checks WHERE source_id = $1::uuid AND ended_at IS NOT NULL AND id NOT IN (
  SELECT id FROM capillary_log_checks WHERE source_id = $1::uuid ORDER BY id DESC LIMIT 20
)`;

/** Missing and recovered events of the check $1 per type. */
export const MISSING_BY_TYPE = `
SELECT type, count(*) FILTER (WHERE NOT recovered)::int AS missing, count(*) FILTER (WHERE recovered)::int AS recovered
FROM capillary_missing_events WHERE check_id = $1::uuid GROUP BY type ORDER BY type`;

/** Missing events of the check $1. $2 maximum number */
export const MISSING_EVENTS = `
SELECT type, event_id AS "eventId", (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt", status, recovered
FROM capillary_missing_events WHERE check_id = $1::uuid AND NOT recovered ORDER BY type, event_id LIMIT $2::int`;

/** Cancels a check. $1 brand, $2 check */
export const CANCEL_CHECK = `
UPDATE capillary_log_checks SET state = 'cancelled', lease_token = NULL, lease_until = NULL, updated_at = now(),
  ended_at = now()
WHERE brand_id = $1::uuid AND id = $2::uuid AND ended_at IS NULL`;

/**
 * Numbers, from 1, of the given events that a source has. The keys of an event that was erased or deleted by age remain.
 * $1 brand, $2 lowest and $3 highest dedupe keys, $4 types, $5 sender's ids
 */
export const STORED_EVENTS = `
SELECT DISTINCT t.number::int AS number
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY AS t (lowest, highest, type, event_id, number)
CROSS JOIN LATERAL (
  SELECT k.event_id FROM ingest_keys k WHERE k.key >= t.lowest AND k.key <= t.highest ORDER BY k.key LIMIT 100
) k
LEFT JOIN LATERAL (
  SELECT e.type, e.source_event_id, e.erased_at FROM events e WHERE e.brand_id = $1::uuid AND e.id = k.event_id LIMIT 1
) e ON true
WHERE e.type IS NULL OR (e.type = t.type AND (e.source_event_id = t.event_id OR e.erased_at IS NOT NULL))`;

/** Claims the running check that has waited longest. $1 token, $2 lease in ms */
export const CLAIM_CHECK = `
UPDATE capillary_log_checks SET lease_token = $1::uuid, lease_until = clock_timestamp() + $2::float8 * interval '1 ms'
WHERE id = ANY (ARRAY(
  SELECT id FROM capillary_log_checks
  WHERE ended_at IS NULL AND next_at <= clock_timestamp() AND (lease_until IS NULL OR lease_until <= clock_timestamp())
  ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
))
RETURNING ${CHECK}`;

/** Renews a lease. Returns no row if the lease was lost. $1 check, $2 token, $3 lease in ms */
export const RENEW_CHECK = `
UPDATE capillary_log_checks SET lease_until = clock_timestamp() + $3::float8 * interval '1 ms'
WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running'
RETURNING id`;

/**
 * Records progress and renews the lease. Returns no row if the lease was lost. $1 check, $2 token, $3 lease in ms,
 * $4 position, $5 entries, $6 unreadable entries, $7 types. Columns of missing events: $8 types, $9 ids, $10 times in ms,
 * $11 states, $12 if they were recovered.
 */
export const ADVANCE_CHECK = `
WITH held AS (
  SELECT id, missing + recovered AS kept FROM capillary_log_checks
  WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running' FOR UPDATE
), added AS (
  INSERT INTO capillary_missing_events (check_id, type, event_id, occurred_at, status, recovered)
  SELECT held.id, m.type, m.event_id, to_timestamp(m.at / 1000), m.status, m.recovered
  FROM held, unnest($8::text[], $9::text[], $10::float8[], $11::text[], $12::boolean[])
    AS m (type, event_id, at, status, recovered)
  WHERE held.kept < ${MAX_MISSING}
  ON CONFLICT DO NOTHING
  RETURNING recovered
)
UPDATE capillary_log_checks c SET lease_until = clock_timestamp() + $3::float8 * interval '1 ms', position = $4::json,
  entries = $5::bigint, unreadable = $6::bigint, types = $7::json, reason = NULL, updated_at = now(),
  missing = c.missing + (SELECT count(*) FROM added WHERE NOT added.recovered),
  recovered = c.recovered + (SELECT count(*) FROM added WHERE added.recovered)
FROM held WHERE c.id = held.id
RETURNING c.id`;

/** Releases a lease. $1 check, $2 token, $3 delay in ms, $4 reason */
export const RELEASE_CHECK = `
UPDATE capillary_log_checks SET lease_token = NULL, lease_until = NULL, reason = $4,
  next_at = clock_timestamp() + $3::float8 * interval '1 ms'
WHERE id = $1::uuid AND lease_token = $2::uuid`;

/**
 * Ends a check. Appends an outbox entry if events are missing that were not recovered. $1 check, $2 token, $3 state,
 * $4 reason
 */
export const END_CHECK = `
WITH ended AS (
  UPDATE capillary_log_checks SET state = $3, reason = $4, lease_token = NULL, lease_until = NULL, updated_at = now(),
    ended_at = now()
  WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running'
  RETURNING id, brand_id, source_id, from_day, to_day, missing, recovered
)
INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT 'capillary.missing:' || e.id, e.brand_id, 'capillary.missing',
  jsonb_build_object(
    'source', s.name, 'checkId', e.id, 'from', to_char(e.from_day, 'YYYY-MM-DD'), 'to', to_char(e.to_day, 'YYYY-MM-DD'),
    'missing', e.missing, 'recovered', e.recovered
  ),
  1, '[]', now(), now()
FROM ended e JOIN sources s ON s.id = e.source_id
WHERE e.missing > 0 AND ${hasSubscriber('e.brand_id', `'capillary.missing'`)}`;
