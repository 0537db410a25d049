import { Statement } from '../query/columns.js';
import { allowsDeliveries } from './destination-states.js';
import { QUEUES } from './queues.js';

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
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, active_key = NULL, sending = false
FROM $leases AS t
WHERE d.id = t.id AND d.lease_token = t.token`,
);

/** Releases the deliveries of claims that no worker has started to process. */
export const RELEASE_LOST = new Statement(
  'release-lost',
  { tokens: 'uuid[]' },
  `
UPDATE deliveries_waiting d SET lease_token = NULL, lease_until = NULL, active_key = NULL
FROM (SELECT token, unnest(delivery_ids) AS id FROM claims WHERE token = ANY ($tokens)) lost
WHERE d.id = lost.id AND d.lease_token = lost.token AND NOT d.sending`,
);

/**
 * Returns the destinations with due deliveries, and the subscriptions with due undecided deliveries. Takes one index
 * lookup per queue, even with a large backlog.
 */
export const DESTINATIONS_WITH_DUE_WORK = new Statement(
  'destinations-with-due-work',
  { now: 'float8' },
  `
SELECT destination.id FROM ${QUEUES} destination
CROSS JOIN LATERAL (
  SELECT w.due_at FROM deliveries_waiting w
  WHERE w.destination_id = destination.id AND w.lease_token IS NULL
  ORDER BY w.due_at, w.id LIMIT 1
) first
WHERE NOT destination.disabled AND destination.deleted_at IS NULL
  AND ${allowsDeliveries('destination', 'to_timestamp($now / 1000)')}
  AND first.due_at <= to_timestamp($now / 1000)`,
);
