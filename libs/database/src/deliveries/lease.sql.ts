/** $1 ids, $2 tokens. The mark that a call is about to be made; returns those that got it. */
export const MARK_SENDING = `
UPDATE deliveries_waiting d SET sending = true
FROM unnest($1::uuid[], $2::uuid[]) AS t (id, token)
WHERE d.id = t.id AND d.lease_token = t.token
RETURNING d.id, d.lease_token AS token`;

/** $1 ids, $2 tokens. Gives leases back untouched. */
export const RELEASE = `
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, active_key = NULL, sending = false
FROM unnest($1::uuid[], $2::uuid[]) AS t (id, token)
WHERE d.id = t.id AND d.lease_token = t.token`;

/** $1 tokens of claims of which nothing was begun. Releases what they hold. */
export const RELEASE_LOST = `
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, active_key = NULL
FROM (SELECT token, unnest(delivery_ids) AS id FROM claims WHERE token = ANY ($1::uuid[])) lost
WHERE d.id = lost.id AND d.lease_token = lost.token AND NOT d.sending`;

/** $1 now in ms. One look into the index for each destination, however much waits. */
export const DESTINATIONS_WITH_DUE_WORK = `
SELECT destination.id FROM destinations destination
CROSS JOIN LATERAL (
  SELECT w.due_at FROM deliveries_waiting w
  WHERE w.destination_id = destination.id AND w.lease_token IS NULL
  ORDER BY w.due_at, w.id LIMIT 1
) first
WHERE NOT destination.paused AND NOT destination.disabled AND destination.deleted_at IS NULL
  AND first.due_at <= to_timestamp($1::float8 / 1000)
  AND NOT EXISTS (
    SELECT FROM circuit_breakers breaker
    WHERE breaker.destination_id = destination.id AND breaker.open_until > to_timestamp($1::float8 / 1000)
  )`;
