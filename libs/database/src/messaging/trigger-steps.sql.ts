/**
 * Triggers the next step of each delivery of `over` whose `messaging` has a trigger. In the statement that writes it, so
 * that no crash comes between.
 */
export const TRIGGER_STEPS = `
  INSERT INTO triggered_steps (
    delivery_id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id,
    messaging
  )
  SELECT
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id, messaging
  FROM over WHERE messaging ? 'trigger'
  ON CONFLICT DO NOTHING`;
