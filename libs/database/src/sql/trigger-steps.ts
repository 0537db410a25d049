/**
 * Triggers the next fallback step of each delivery in `finished` whose `messaging` has a trigger. The statement that
 * writes the trigger contains this expression, so that a crash cannot come between the two.
 */
export const TRIGGER_STEPS = `
  INSERT INTO triggered_steps (
    delivery_id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id,
    messaging
  )
  SELECT
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id, messaging
  FROM finished WHERE messaging ? 'trigger'
  ON CONFLICT DO NOTHING`;
