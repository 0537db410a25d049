import { Statement } from '../query/columns.js';

/**
 * Returns the fallback steps that were triggered but not created yet, oldest first. Leaves out the steps that the
 * deliveries `except` triggered.
 */
export const TRIGGERED_STEPS = new Statement(
  'triggered-steps',
  { limit: 'int', except: 'uuid[]' },
  `
SELECT
  delivery_id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id, messaging
FROM triggered_steps WHERE delivery_id <> ALL ($except) ORDER BY triggered_at, delivery_id LIMIT $limit`,
);

/**
 * Creates the deliveries of fallback steps and deletes the triggers of these steps. A concurrent call finds no trigger
 * and creates nothing. `delivery_id` is the delivery that triggered the step. All other columns are null if no delivery
 * is created.
 */
export const CREATE_STEPS = new Statement(
  'create-steps',
  {
    steps: { delivery_id: 'uuid', id: 'uuid', destination_id: 'uuid', due_at: 'float8', messaging: 'text' },
  },
  `
WITH deleted AS (
  DELETE FROM triggered_steps WHERE delivery_id = ANY ($steps.delivery_id) RETURNING *
)
INSERT INTO deliveries_waiting (
  id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
  customer_id, due_at, created_at, messaging, waiting, state
)
SELECT
  t.id, deleted.retention_days, deleted.brand_id, deleted.event_id, deleted.subscription_id, deleted.subscription_version_id,
  t.destination_id, deleted.event_type, deleted.customer_id, to_timestamp(t.due_at / 1000), to_timestamp(t.due_at / 1000),
  t.messaging::jsonb, true, 'scheduled'
FROM $steps AS t
JOIN deleted ON deleted.delivery_id = t.delivery_id
WHERE t.id IS NOT NULL
ON CONFLICT DO NOTHING`,
);
