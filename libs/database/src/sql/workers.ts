/**
 * Writes a worker's heartbeat and returns the live workers.
 *
 * A worker without other live workers becomes active at its second heartbeat, without the usual delay. If two workers
 * start at the same time, the later of their two second heartbeats finds both workers. Therefore at most one worker
 * skips the delay.
 *
 * $1 worker, $2 time until a silent worker is gone, $3 time until a new worker becomes active, $4 time until this worker, if
 * silent, joins again; times in ms
 */
export const HEARTBEAT = `
WITH before AS MATERIALIZED (
  SELECT id, joined_at, seen_at FROM workers
  WHERE seen_at > clock_timestamp()
    - CASE WHEN id = $1::uuid THEN $4::float8 ELSE $2::float8 END * interval '1 ms'
), state AS MATERIALIZED (
  SELECT CASE
    WHEN count(*) FILTER (WHERE id = $1::uuid) = 0 THEN clock_timestamp()
    WHEN count(*) = 1 THEN least(min(joined_at), clock_timestamp() - $3::float8 * interval '1 ms')
    ELSE min(joined_at) FILTER (WHERE id = $1::uuid)
  END AS joined_at
  FROM before
), upserted AS (
  INSERT INTO workers (id, joined_at, seen_at) SELECT $1::uuid, joined_at, clock_timestamp() FROM state
  ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, joined_at = excluded.joined_at
), deleted AS (
  DELETE FROM workers WHERE id <> $1::uuid AND seen_at < clock_timestamp() - interval '1 min'
), live AS (
  SELECT id, joined_at, seen_at FROM before WHERE id <> $1::uuid
  UNION ALL
  SELECT $1::uuid, joined_at, clock_timestamp() FROM state
)
SELECT
  id, $3::float8 - extract(epoch FROM clock_timestamp() - joined_at)::float8 * 1000 AS active_in_ms,
  extract(epoch FROM clock_timestamp() - seen_at)::float8 * 1000 AS since_heartbeat_ms
FROM live`;

/** Removes a worker. $1 worker */
export const LEAVE = `DELETE FROM workers WHERE id = $1::uuid`;

/**
 * Reads the circuit breakers. Deletes breakers that recovered before $1 (ms since the epoch). Also deletes breakers of paused
 * or disabled destinations, because a resumed destination starts as healthy.
 */
export const READ_BREAKERS = `
WITH deleted AS (
  DELETE FROM circuit_breakers breaker
  WHERE breaker.open_count = 0 AND breaker.open_until < to_timestamp($1::float8 / 1000)
    OR EXISTS (SELECT FROM destinations d WHERE d.id = breaker.destination_id AND (d.paused OR d.disabled))
)
SELECT destination_id, open_until, open_count, failing_since, limit_share FROM circuit_breakers`;

/**
 * Stores a circuit breaker, with the later end of the stored and the new open period.
 * $1 destination, $2 open until, $3 open count, $4 failing since, $5 limit share; times in ms since the epoch
 */
export const SET_BREAKER = `
INSERT INTO circuit_breakers AS breaker (destination_id, open_until, open_count, failing_since, limit_share)
VALUES ($1::uuid, to_timestamp($2::float8 / 1000), $3::int, to_timestamp($4::float8 / 1000), $5::real)
ON CONFLICT (destination_id) DO UPDATE SET
  open_until = greatest(breaker.open_until, excluded.open_until), open_count = excluded.open_count,
  failing_since = excluded.failing_since, limit_share = excluded.limit_share`;

/** Deletes a circuit breaker. $1 destination */
export const REMOVE_BREAKER = `DELETE FROM circuit_breakers WHERE destination_id = $1::uuid`;
