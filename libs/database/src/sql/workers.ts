import { Statement } from '../query/columns.js';

/**
 * Writes a worker's heartbeat and returns the live workers.
 *
 * A worker without other live workers becomes active at its second heartbeat, without the usual delay. If two workers
 * start at the same time, the later of their two second heartbeats finds both workers. Therefore at most one worker
 * skips the delay.
 *
 * Other workers drop a silent worker after `goneAfterMs`. A worker whose last heartbeat is older than `rejoinAfterMs`
 * joins again. A new worker becomes active after `activeAfterMs`.
 *
 * The clock of the database may have been ahead and set back. Then rows have times in the future. A worker whose own row
 * has `joined_at` in the future joins again. If the row of another worker has `seen_at` in the future, the statement sets
 * `seen_at` to now. Without these two rules, no worker owns the destinations of these workers until the clock reaches the
 * stored times.
 */
export const HEARTBEAT = new Statement(
  'heartbeat',
  { worker: 'uuid', goneAfterMs: 'float8', activeAfterMs: 'float8', rejoinAfterMs: 'float8' },
  `
WITH before AS MATERIALIZED (
  SELECT id, joined_at, seen_at FROM workers
  WHERE seen_at > clock_timestamp()
    - CASE WHEN id = $worker THEN $rejoinAfterMs ELSE $goneAfterMs END * interval '1 ms'
), state AS MATERIALIZED (
  SELECT CASE
    WHEN count(*) FILTER (WHERE id = $worker AND joined_at <= clock_timestamp()) = 0 THEN clock_timestamp()
    WHEN count(*) = 1 THEN least(min(joined_at), clock_timestamp() - $activeAfterMs * interval '1 ms')
    ELSE min(joined_at) FILTER (WHERE id = $worker)
  END AS joined_at
  FROM before
), upserted AS (
  INSERT INTO workers (id, joined_at, seen_at) SELECT $worker, joined_at, clock_timestamp() FROM state
  ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, joined_at = excluded.joined_at
), corrected AS (
  UPDATE workers SET seen_at = clock_timestamp() WHERE id IN (
    SELECT id FROM workers WHERE id <> $worker AND seen_at > clock_timestamp() + $goneAfterMs * interval '1 ms'
    FOR UPDATE SKIP LOCKED
  )
), deleted AS (
  DELETE FROM workers WHERE id <> $worker AND seen_at < clock_timestamp() - interval '1 min'
), live AS (
  SELECT id, joined_at, seen_at FROM before WHERE id <> $worker
  UNION ALL
  SELECT $worker, joined_at, clock_timestamp() FROM state
)
SELECT
  id, $activeAfterMs - extract(epoch FROM clock_timestamp() - joined_at)::float8 * 1000 AS active_in_ms,
  extract(epoch FROM clock_timestamp() - seen_at)::float8 * 1000 AS since_heartbeat_ms
FROM live`,
);

/** Counts the workers with a heartbeat in the last `goneAfterMs`. */
export const COUNT_LIVE = new Statement(
  undefined,
  { goneAfterMs: 'float8' },
  `SELECT count(*)::int AS live FROM workers WHERE seen_at > clock_timestamp() - $goneAfterMs * interval '1 ms'`,
);

/** Removes a worker from the table of live workers. */
export const LEAVE = new Statement(undefined, { worker: 'uuid' }, `DELETE FROM workers WHERE id = $worker`);

/**
 * Adds outcomes of calls to the health of destinations. A success ends the stored row of failures. Times are in
 * milliseconds since the epoch.
 */
export const ADD_HEALTH = new Statement(
  undefined,
  { changes: { destination_id: 'uuid', last_success_at: 'float8', last_failure_at: 'float8', failures: 'int' } },
  `
INSERT INTO destination_health AS health (destination_id, last_success_at, last_failure_at, failures)
SELECT t.destination_id, to_timestamp(t.last_success_at / 1000), to_timestamp(t.last_failure_at / 1000), t.failures
FROM $changes AS t
ON CONFLICT (destination_id) DO UPDATE SET
  last_success_at = greatest(health.last_success_at, excluded.last_success_at),
  last_failure_at = greatest(health.last_failure_at, excluded.last_failure_at),
  failures = excluded.failures + CASE WHEN excluded.last_success_at IS NULL THEN health.failures ELSE 0 END`,
);
