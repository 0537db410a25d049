import { Statement } from '../query/columns.js';
import { allowsDeliveries } from './destination-states.js';

/**
 * SQL condition: the delivery `w` is not leased. The index of due deliveries leaves out deliveries that are sent from
 * memory. PostgreSQL uses the index only for a statement that excludes these deliveries.
 */
export const IS_FREE = 'w.lease_token IS NULL AND w.in_memory IS NULL';

const LEASES = { id: 'uuid', token: 'uuid' };

/** Marks deliveries whose call is about to start. Returns the deliveries that were marked. */
export const MARK_SENDING = new Statement(
  'mark-sending',
  { leases: LEASES },
  `
UPDATE deliveries_waiting d SET sending = true
FROM $leases AS t
WHERE d.id = t.id AND d.lease_token = t.token
RETURNING d.id, d.lease_token AS token`,
);

/** Releases the leases of deliveries and changes nothing else. */
export const RELEASE = new Statement(
  'release',
  { leases: LEASES },
  `
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, in_memory = NULL, active_key = NULL, sending = false
FROM $leases AS t
WHERE d.id = t.id AND d.lease_token = t.token`,
);

/** Releases the deliveries of claims that no worker has started to process. */
export const RELEASE_LOST = new Statement(
  'release-lost',
  { tokens: 'uuid[]' },
  `
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, in_memory = NULL, active_key = NULL
FROM (SELECT token, unnest(delivery_ids) AS id FROM claims WHERE token = ANY ($tokens)) lost
WHERE d.id = lost.id AND d.lease_token = lost.token AND NOT d.sending`,
);

/**
 * Returns the destinations with due deliveries, and the subscriptions with due undecided deliveries. Jumps along the
 * index from the first waiting delivery of one queue to the first of the next queue. The cost depends on the number of
 * queues with waiting deliveries, not on the number of destinations or the backlog of a queue.
 */
export const DESTINATIONS_WITH_DUE_WORK = new Statement(
  'destinations-with-due-work',
  { now: 'float8' },
  `
WITH RECURSIVE first AS (
  (
    SELECT w.destination_id, w.due_at FROM deliveries_waiting w
    WHERE ${IS_FREE} ORDER BY w.destination_id, w.due_at, w.id LIMIT 1
  )
  UNION ALL
  SELECT next.destination_id, next.due_at FROM first CROSS JOIN LATERAL (
    SELECT w.destination_id, w.due_at FROM deliveries_waiting w
    WHERE ${IS_FREE} AND w.destination_id > first.destination_id
    ORDER BY w.destination_id, w.due_at, w.id LIMIT 1
  ) next
)
SELECT first.destination_id AS id FROM first
LEFT JOIN destinations destination ON destination.id = first.destination_id
LEFT JOIN destination_states state ON state.destination_id = first.destination_id
LEFT JOIN subscriptions subscription ON subscription.id = first.destination_id
WHERE first.due_at <= to_timestamp($now / 1000)
  AND (
    subscription.id IS NOT NULL
    OR NOT destination.disabled AND destination.deleted_at IS NULL
      AND ${allowsDeliveries('state', 'to_timestamp($now / 1000)')}
  )`,
);
