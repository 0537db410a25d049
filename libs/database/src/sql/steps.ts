/** Fallback steps that are triggered and not created, oldest first. $1 limit, $2 deliveries whose steps are left out */
export const TRIGGERED_STEPS = `
SELECT
  delivery_id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id, messaging
FROM triggered_steps WHERE delivery_id <> ALL ($2::uuid[]) ORDER BY triggered_at, delivery_id LIMIT $1::int`;

/**
 * Creates the deliveries of next steps and deletes their triggers. A concurrent call finds no trigger and creates nothing.
 * $1 deliveries that triggered, $2 ids, $3 destinations, $4 due in ms, $5 messaging. $2 to $5 are null if no delivery is created.
 */
export const CREATE_STEPS = `
WITH deleted AS (
  DELETE FROM triggered_steps WHERE delivery_id = ANY ($1::uuid[]) RETURNING *
)
INSERT INTO deliveries_waiting (
  id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
  customer_id, due_at, created_at, messaging, waiting, state
)
SELECT
  t.id, deleted.retention_days, deleted.brand_id, deleted.event_id, deleted.subscription_id, deleted.subscription_version_id,
  t.destination_id, deleted.event_type, deleted.customer_id, to_timestamp(t.due_at / 1000), to_timestamp(t.due_at / 1000),
  t.messaging::jsonb, true, 'scheduled'
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[], $5::text[])
  AS t (delivery_id, id, destination_id, due_at, messaging)
JOIN deleted ON deleted.delivery_id = t.delivery_id
WHERE t.id IS NOT NULL
ON CONFLICT DO NOTHING`;
