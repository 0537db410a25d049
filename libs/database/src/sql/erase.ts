import { WAKE_NEXT } from './order.js';
import { cancelWaiting } from './cancel-waiting.js';

/**
 * Returns the ids of a brand's events that list a customer. $1 brand, $2 customer, $3 and $4 range of event ids, $5
 * limit
 */
export const CUSTOMER_EVENTS = `
SELECT DISTINCT c.event_id AS id FROM customer_events c
WHERE c.brand_id = $1::uuid AND c.customer_id = $2 AND c.event_id >= $3::uuid AND c.event_id < $4::uuid
ORDER BY id LIMIT $5::int`;

/**
 * Returns the events that an erasure covers. `in_grace_period` is true for a deletion event that still has to be
 * delivered to its subscribers. $1 event ids, $2 lowest and $3 highest event id, $4 brand, $5 end of the covered time.
 * $6 the erasure's own deletion event, $7 hash of the customer
 */
export const ERASABLE_EVENTS = `
WITH before AS MATERIALIZED (
  SELECT e.id FROM events e
  WHERE e.id = ANY ($1::uuid[]) AND e.id >= $2::uuid AND e.id <= $3::uuid AND e.brand_id = $4::uuid
    AND (least(e.occurred_at, e.received_at) <= $5::timestamptz OR e.id = $6::uuid)
)
SELECT id, EXISTS (
  SELECT FROM erasures f
  WHERE f.customer_hash = $7::bytea AND f.ended_at IS NULL AND f.event_id = before.id AND f.grace_until > now()
    AND (
      EXISTS (SELECT FROM deliveries_waiting w WHERE w.event_id = before.id)
      OR EXISTS (SELECT FROM triggered_steps s WHERE s.event_id = before.id)
    )
) AS in_grace_period
FROM before`;

/**
 * Erases the content of events. A transaction that creates deliveries from an event locks the event's row. Such a
 * transaction either commits before this statement or finds the event erased. The events stay in the index of the
 * customer until `REMOVE_FROM_INDEX`, so that a later pass finds the events that this pass cannot finish. $1 event ids,
 * $2 and $3 lowest and highest event id, $4 customer, $5 brand
 */
export const ERASE_EVENTS = `
WITH erased AS (
  UPDATE events SET
    customer_id = nullif(customer_id, $4), customer_key = nullif(customer_key, $4),
    other_customer_ids = nullif(array_remove(other_customer_ids, $4), '{}'),
    source_event_id = '', attributes = '{}', data = '{}', sealed = NULL, traceparent = NULL,
    erased_at = coalesce(erased_at, now())
  WHERE brand_id = $5::uuid AND id = ANY ($1::uuid[]) AND id >= $2::uuid AND id <= $3::uuid
  RETURNING id, retention_days
)
INSERT INTO event_customers (brand_id, customer_id, event_id, retention_days)
SELECT $5::uuid, $4, id, retention_days FROM erased
ON CONFLICT DO NOTHING`;

/** Deletes fallback steps of events that were triggered but not created yet. $1 events */
export const DROP_TRIGGERED_STEPS = 'DELETE FROM triggered_steps WHERE event_id = ANY ($1::uuid[])';

/** Cancels the waiting deliveries of events. $1 events */
export const CANCEL = cancelWaiting('w.event_id = ANY ($1::uuid[])', 'customer forgotten');

/** Returns the waiting deliveries of events, with the data that determines their partitions. $1 events */
export const WAITING_IDS = 'SELECT id, retention_days FROM deliveries_waiting WHERE event_id = ANY ($1::uuid[])';

/**
 * Returns the events that have a waiting delivery, or a fallback step that was triggered after `DROP_TRIGGERED_STEPS`
 * ran. $1 events
 */
export const IN_FLIGHT = `
SELECT event_id AS id FROM deliveries_waiting WHERE event_id = ANY ($1::uuid[])
UNION
SELECT event_id FROM triggered_steps WHERE event_id = ANY ($1::uuid[])`;

/**
 * Erases the customer's data in ended deliveries, in their attempts and in pending status updates. Also deletes the
 * order marks and blocks of the deliveries, because an order key is a hash that could be found by trying customer ids.
 * When a block is deleted, the next delivery of its order key becomes due; that delivery may belong to another
 * customer. $1 events, $2 and $3 range of delivery ids, $4 customer
 */
export const ERASE_ENDED = `
WITH named AS MATERIALIZED (
  SELECT
    d.id, d.destination_id, d.external_id, d.customer_id, d.order_key, d.order_policy,
    d.first_attempt_request IS NOT NULL OR d.first_attempt_response IS NOT NULL AS has_attempt
  FROM deliveries_ended d
  WHERE d.event_id = ANY ($1::uuid[]) AND d.id >= $2::uuid AND d.id < $3::uuid
), erased AS (
  UPDATE deliveries_ended d SET
    customer_id = nullif(d.customer_id, $4), vendor_code = NULL, external_id = NULL, order_key = NULL, order_at = NULL, order_policy = NULL,
    first_attempt_request = NULL, first_attempt_response = NULL
  WHERE d.event_id = ANY ($1::uuid[]) AND d.id >= $2::uuid AND d.id < $3::uuid
), erased_attempts AS (
  UPDATE attempts a SET message = NULL, vendor_code = NULL, request = NULL, response = NULL
  WHERE a.delivery_id = ANY (ARRAY(SELECT id FROM named)) AND a.delivery_id >= $2::uuid AND a.delivery_id < $3::uuid
    AND (a.message IS NOT NULL OR a.vendor_code IS NOT NULL OR a.request IS NOT NULL OR a.response IS NOT NULL)
  RETURNING a.delivery_id
), deleted_updates AS (
  DELETE FROM pending_status_updates e USING named n WHERE e.destination_id = n.destination_id
    AND (e.named_by, e.external_id) IN (('externalId', n.external_id), ('id', n.id::text))
), deleted_marks AS (
  DELETE FROM order_marks m USING named n WHERE m.order_key = n.order_key AND n.customer_id = $4
), finished AS (
  DELETE FROM order_blocks b USING named n WHERE b.order_key = n.order_key AND b.delivery_id = n.id
  RETURNING n.id, n.order_key, n.order_policy
), keys AS (
  SELECT DISTINCT order_key, order_policy FROM finished
), woken AS (${WAKE_NEXT})
SELECT (SELECT count(*) FROM erased_attempts)::int + (SELECT count(*) FROM named WHERE has_attempt)::int AS attempts`;

/**
 * Removes events from the index of a customer and returns the removed events. $1 brand, $2 customer, $3 event ids, $4
 * and $5 lowest and highest event id
 */
export const REMOVE_FROM_INDEX = `
WITH deleted AS (
  DELETE FROM event_customers
  WHERE brand_id = $1::uuid AND customer_id = $2 AND event_id = ANY ($3::uuid[])
    AND event_id >= $4::uuid AND event_id <= $5::uuid
  RETURNING event_id
)
SELECT event_id FROM deleted`;

/**
 * Deletes the counters of a customer's message caps and contact intervals, because their keys are hashes that could be found by trying
 * customer ids. $1 keys
 */
export const DROP_CAPS = 'DELETE FROM message_caps WHERE key = ANY ($1::uuid[])';

/** Returns all destinations of a brand, including deleted destinations. */
export const DESTINATIONS_OF_BRAND = 'SELECT id FROM destinations WHERE brand_id = $1';
