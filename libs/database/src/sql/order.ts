/**
 * Makes the next delivery of each order key in `keys` (order_key, order_policy) due, and skips the deliveries in
 * `finished`, which have left the table. The next delivery is the oldest delivery of the key. For the policy
 * `supersede`, the next delivery is the newest delivery. Up to 99 older deliveries become due too, so that they end as
 * outdated. A deferred delivery was due before, so its time of creation becomes its due time.
 */
export const WAKE_NEXT = `
  UPDATE deliveries_waiting d SET deferred = false, due_at = d.created_at
  WHERE d.deferred AND d.lease_token IS NULL AND d.id = ANY (ARRAY(
    SELECT next.id FROM keys CROSS JOIN LATERAL (
      (SELECT w.id FROM deliveries_waiting w
      WHERE keys.order_policy <> 'supersede' AND w.order_key = keys.order_key
        AND w.id <> ALL (ARRAY(SELECT id FROM finished))
      ORDER BY w.order_at, w.id LIMIT 1)
      UNION ALL
      (SELECT w.id FROM deliveries_waiting w
      WHERE keys.order_policy = 'supersede' AND w.order_key = keys.order_key
        AND w.id <> ALL (ARRAY(SELECT id FROM finished))
      ORDER BY w.order_at DESC, w.id DESC LIMIT 100)
    ) next
  ))`;

/**
 * Records the newest delivered state per order key, from `finished` (id, order_key, order_at, order_policy, state,
 * retention_days).
 */
export const MARK_DELIVERED = `
  INSERT INTO order_marks (order_key, order_at, delivery_id, expires_at)
  SELECT DISTINCT ON (order_key) order_key, order_at, id, now() + retention_days * interval '1 day'
  FROM finished WHERE order_policy = 'supersede' AND state = 'succeeded'
  ORDER BY order_key, order_at DESC, id DESC
  ON CONFLICT (order_key) DO UPDATE
    SET order_at = excluded.order_at, delivery_id = excluded.delivery_id, expires_at = excluded.expires_at
    WHERE (order_marks.order_at, order_marks.delivery_id) < (excluded.order_at, excluded.delivery_id)`;
