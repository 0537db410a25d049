import { Statement } from '../query/columns.js';

/**
 * Writes the destinations that routes chose and releases the leases, each only if the delivery is still undecided and
 * has the token of its claim. The choice is not an attempt, but counted attempts of failed lookups are reset.
 */
export const ROUTE = new Statement(
  'route',
  {
    choices: {
      id: 'uuid',
      token: 'uuid',
      destination_id: 'uuid',
      due_at: 'float8',
      counted_attempts: 'int',
      messaging: 'text',
    },
  },
  `
UPDATE deliveries_waiting d
SET
  destination_id = t.destination_id, due_at = to_timestamp(t.due_at / 1000), counted_attempts = t.counted_attempts,
  messaging = t.messaging::jsonb, reason = NULL, error_kind = NULL, vendor_code = NULL,
  lease_token = NULL, lease_until = NULL, active_key = NULL, deferred = false, updated_at = now()
FROM $choices AS t
WHERE d.id = t.id AND d.lease_token = t.token AND d.destination_id = d.subscription_id
RETURNING d.id`,
);
