import { Statement } from '../query/columns.js';

/**
 * Gives a delivery a place in the current period of its destination's quota. Returns a row if the delivery has a place
 * now. A delivery keeps its place within the period, so that a retry does not count twice. Concurrent statements wait
 * for each other on the row of the period, unless the quota is used up. Times are in milliseconds since the epoch.
 */
export const TAKE_QUOTA = new Statement(
  'take-quota',
  { destination: 'uuid', delivery: 'uuid', start: 'float8', end: 'float8', max: 'int' },
  `
WITH known AS (
  SELECT FROM quota_places
  WHERE destination_id = $destination AND period_start = to_timestamp($start / 1000) AND delivery_id = $delivery
), counted AS (
  INSERT INTO quota_periods AS p (destination_id, period_start, expires_at, used)
  SELECT $destination, to_timestamp($start / 1000), to_timestamp($end / 1000) + interval '1 day', 1
  WHERE $max > 0 AND NOT EXISTS (SELECT FROM known) AND NOT EXISTS (
    SELECT FROM quota_periods f
    WHERE f.destination_id = $destination AND f.period_start = to_timestamp($start / 1000) AND f.used >= $max
  )
  ON CONFLICT (destination_id, period_start) DO UPDATE
    SET used = p.used + 1, expires_at = greatest(p.expires_at, excluded.expires_at) WHERE p.used < $max
  RETURNING p.expires_at
), placed AS (
  INSERT INTO quota_places (destination_id, period_start, delivery_id, expires_at)
  SELECT $destination, to_timestamp($start / 1000), $delivery, expires_at FROM counted
)
SELECT 1 AS taken FROM known UNION ALL SELECT 1 FROM counted`,
);

/** Returns the number of messages that a destination has sent in a period. */
export const QUOTA_USED = new Statement(
  undefined,
  { destination: 'uuid', start: 'float8' },
  `
SELECT used FROM quota_periods WHERE destination_id = $destination AND period_start = to_timestamp($start / 1000)`,
);
