/**
 * Calls the next step of each delivery of `over` whose `messaging` says that it is called. In the statement that writes it, so
 * that no crash comes between.
 */
export const CALL_STEPS = `
  INSERT INTO called_steps (
    delivery_id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id,
    messaging
  )
  SELECT
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id, messaging
  FROM over WHERE messaging ? 'called'
  ON CONFLICT DO NOTHING`;
