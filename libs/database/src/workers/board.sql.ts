/**
 * $1 worker, $2 silent for so many ms: gone, $3 ms until a new one counts. Returns the workers that live. One that was
 * silent for too long joins anew; one that is alone counts at once.
 */
export const BEAT = `
WITH before AS MATERIALIZED (
  SELECT id, joined_at, seen_at FROM workers WHERE seen_at > clock_timestamp() - $2::float8 * interval '1 ms'
), beaten AS (
  INSERT INTO workers (id, joined_at, seen_at) VALUES ($1::uuid, clock_timestamp(), clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET
    seen_at = excluded.seen_at,
    joined_at = CASE
      WHEN workers.seen_at > clock_timestamp() - $2::float8 * interval '1 ms' THEN workers.joined_at
      ELSE excluded.joined_at
    END
), gone AS (
  DELETE FROM workers WHERE id <> $1::uuid AND seen_at < clock_timestamp() - interval '1 min'
), live AS (
  SELECT id, joined_at FROM before
  UNION ALL
  SELECT $1::uuid, clock_timestamp() WHERE NOT EXISTS (SELECT FROM before WHERE id = $1::uuid)
)
SELECT live.id, CASE
  WHEN (SELECT count(*) FROM live) = 1 THEN 0
  ELSE $3::float8 - extract(epoch FROM clock_timestamp() - live.joined_at)::float8 * 1000
END AS counts_in_ms
FROM live`;

/** $1 worker. */
export const LEAVE = `DELETE FROM workers WHERE id = $1::uuid`;

/**
 * $1 ms since the epoch: healed before that. Those that say nothing any more go, and those of what is held: no call says
 * that it still fails, and the workers have forgotten since when it did before it goes on.
 */
export const GATES = `
WITH past AS (
  DELETE FROM destination_gates g
  WHERE g.trips = 0 AND g.closed_until < to_timestamp($1::float8 / 1000)
    OR EXISTS (SELECT FROM destinations d WHERE d.id = g.destination_id AND (d.paused OR d.disabled))
)
SELECT destination_id, closed_until, trips, failing_since, share FROM destination_gates`;

/** $1 destination, $2 closed until, $3 trips, $4 failing since, $5 share; times in ms since the epoch. */
export const SET_GATE = `
INSERT INTO destination_gates AS g (destination_id, closed_until, trips, failing_since, share)
VALUES ($1::uuid, to_timestamp($2::float8 / 1000), $3::int, to_timestamp($4::float8 / 1000), $5::real)
ON CONFLICT (destination_id) DO UPDATE SET
  closed_until = greatest(g.closed_until, excluded.closed_until), trips = excluded.trips,
  failing_since = excluded.failing_since, share = excluded.share`;

/** $1 destination. */
export const REMOVE_GATE = `DELETE FROM destination_gates WHERE destination_id = $1::uuid`;
