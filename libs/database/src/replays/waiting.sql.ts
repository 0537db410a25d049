/** What a delivery takes along when it moves between those that wait and those that ended. */
export const CARRIED = `
  id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
  customer_id, attempts, error_kind, external_id, downstream_status, downstream_at, created_at, order_key, order_at,
  order_policy`;

/**
 * Calls up the next of each key that `keys` (order_key, order_policy) names, as whatever ends in front of it does; the
 * deliveries in `over` are gone. Of states the newest goes out whatever was in front.
 */
export const CALL_UP = `
  UPDATE deliveries_waiting d SET parked = false, due_at = d.created_at
  WHERE d.parked AND d.lease_token IS NULL AND d.id = ANY (ARRAY(
    SELECT next.id FROM keys CROSS JOIN LATERAL (
      SELECT w.id FROM deliveries_waiting w
      WHERE w.order_key = keys.order_key AND w.id <> ALL (ARRAY(SELECT id FROM over))
      ORDER BY w.order_at, w.id LIMIT 1
    ) next
    WHERE keys.order_policy <> 'supersede'
  ))`;

/** Cancels waiting deliveries that a condition on `w` picks. Answers their ids. */
export const cancelWaiting = (where: string, reason: string): string => `
WITH over AS (
  DELETE FROM deliveries_waiting WHERE id = ANY (ARRAY(
    SELECT w.id FROM deliveries_waiting w WHERE w.lease_token IS NULL AND ${where}
    ORDER BY w.id LIMIT 1000 FOR UPDATE SKIP LOCKED
  ))
  RETURNING ${CARRIED}, charged
), ended AS (
  INSERT INTO deliveries_ended (${CARRIED}, charged, waiting, state, reason, updated_at, ended_at)
  SELECT over.*, false, 'cancelled', '${reason}', now(), now() FROM over
  ON CONFLICT DO NOTHING
), keys AS (
  SELECT DISTINCT order_key, order_policy FROM over WHERE order_key IS NOT NULL
), called AS (${CALL_UP})
SELECT id FROM over`;
