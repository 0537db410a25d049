/** Marks deliveries whose call is about to start. Returns the marked deliveries. $1 ids, $2 tokens */
export const MARK_SENDING = `
UPDATE deliveries_waiting d SET sending = true
FROM unnest($1::uuid[], $2::uuid[]) AS t (id, token)
WHERE d.id = t.id AND d.lease_token = t.token
RETURNING d.id, d.lease_token AS token`;

/** Releases leases and changes nothing else. $1 ids, $2 tokens */
export const RELEASE = `
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, active_key = NULL, sending = false
FROM unnest($1::uuid[], $2::uuid[]) AS t (id, token)
WHERE d.id = t.id AND d.lease_token = t.token`;

/** Releases the deliveries of claims that no worker has started. $1 tokens of the claims */
export const RELEASE_LOST = `
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, active_key = NULL
FROM (SELECT token, unnest(delivery_ids) AS id FROM claims WHERE token = ANY ($1::uuid[])) lost
WHERE d.id = lost.id AND d.lease_token = lost.token AND NOT d.sending`;

/** Destinations with due deliveries. Takes one index lookup per destination, even with a large backlog. $1 now in ms */
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
