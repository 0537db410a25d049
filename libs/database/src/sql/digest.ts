import { Statement } from '../query/columns.js';

/**
 * Returns the members of a digest. Members are waiting deliveries with the digest's order key that were never attempted
 * and are not leased. Digests and deliveries that a person redelivered are not members.
 */
export const DIGEST_MEMBERS = new Statement(
  'digest-members',
  { digest: 'uuid', token: 'uuid', limit: 'int' },
  `
SELECT w.id, w.event_id, w.brand_id, w.retention_days FROM deliveries_waiting digest
CROSS JOIN LATERAL (
  SELECT w.id, w.event_id, w.brand_id, w.retention_days, w.order_at FROM deliveries_waiting w
  WHERE w.order_key = digest.order_key AND w.id <> digest.id AND w.lease_token IS NULL AND w.attempts = 0
    AND (w.messaging IS NULL OR NOT w.messaging ?| ARRAY['digest', 'redelivered'])
  ORDER BY w.order_at, w.id
  LIMIT $limit
) w
WHERE digest.id = $digest AND digest.lease_token = $token AND digest.order_key IS NOT NULL
ORDER BY w.order_at, w.id`,
);

/**
 * Closes a digest: ends its members and writes their event ids to the digest, atomically and under the digest's lease.
 * Leaves out members that another process has leased meanwhile. `ends` are the deliveries to end.
 */
export const CLOSE_DIGEST = new Statement(
  'close-digest',
  { digest: 'uuid', token: 'uuid', ends: { id: 'uuid', state: 'text', reason: 'text' } },
  `
WITH digest AS (
  SELECT id, order_key FROM deliveries_waiting WHERE id = $digest AND lease_token = $token FOR UPDATE
), finished AS (
  DELETE FROM deliveries_waiting d
  USING digest, $ends AS x
  WHERE d.id = x.id AND d.order_key = digest.order_key AND d.lease_token IS NULL
  RETURNING d.*, x.state AS new_state, x.reason AS new_reason
), closed AS (
  UPDATE deliveries_waiting d SET messaging = coalesce(d.messaging, '{}') || jsonb_build_object('digest', (
    SELECT coalesce(jsonb_agg(event_id ORDER BY order_at, id), '[]') FROM finished WHERE new_state = 'merged'
  ))
  FROM digest WHERE d.id = digest.id
  RETURNING d.messaging -> 'digest' AS events
), ended AS (
  INSERT INTO deliveries_ended (
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
    customer_id, state, reason, counted_attempts, attempts, created_at, order_key, order_at, order_policy, messaging, merged_into,
    waiting, updated_at, ended_at
  )
  SELECT
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
    customer_id, new_state, new_reason, counted_attempts, attempts, created_at, order_key, order_at, order_policy, messaging,
    CASE WHEN new_state = 'merged' THEN $digest END, false, now(), now()
  FROM finished
  ON CONFLICT DO NOTHING
)
SELECT events FROM closed`,
);
