import { WAKE_NEXT } from './order.js';

/** Columns that a delivery keeps when it moves between the tables of waiting and of ended deliveries. */
export const MOVED_COLUMNS = `
  id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
  customer_id, attempts, error_kind, vendor_code, external_id, created_at, order_key, order_at, order_policy, messaging`;

/**
 * Builds a statement that cancels up to 1,000 waiting deliveries and returns their ids. `where` is a condition on the
 * waiting deliveries `w`.
 */
export const cancelWaiting = (where: string, reason: string): string => `
WITH finished AS (
  DELETE FROM deliveries_waiting WHERE id = ANY (ARRAY(
    SELECT w.id FROM deliveries_waiting w WHERE w.lease_token IS NULL AND ${where}
    ORDER BY w.id LIMIT 1000 FOR UPDATE SKIP LOCKED
  ))
  RETURNING ${MOVED_COLUMNS}, vendor_status, vendor_status_at, counted_attempts
), ended AS (
  INSERT INTO deliveries_ended (
    ${MOVED_COLUMNS}, vendor_status, vendor_status_at, counted_attempts, waiting, state, reason, updated_at, ended_at
  )
  SELECT finished.*, false, 'cancelled', '${reason}', now(), now() FROM finished
  ON CONFLICT DO NOTHING
), keys AS (
  SELECT DISTINCT order_key, order_policy FROM finished WHERE order_key IS NOT NULL
), woken AS (${WAKE_NEXT})
SELECT id FROM finished`;
