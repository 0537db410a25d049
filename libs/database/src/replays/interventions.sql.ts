import { WAKE_NEXT } from '../deliveries/order.sql.js';
import { MOVED_COLUMNS, cancelWaiting } from './waiting.sql.js';

/** A person wants it sent: rules about when are not asked. */
const REDELIVERED = `'{"redelivered":true}'::jsonb`;

/** {@link MOVED_COLUMNS}, with the mark that a person wants it. */
const MOVED_BACK = MOVED_COLUMNS.replace(/\bmessaging$/, `coalesce(messaging, '{}') || ${REDELIVERED} AS messaging`);

/** $1 delivery, $2 brand */
export const CANCEL = cancelWaiting('w.id = $1::uuid AND w.brand_id = $2::uuid', 'by a person');

/**
 * Gives up one that ended and holds up what comes after it.
 * $1 delivery, $2 brand
 */
export const GIVE_UP = `
WITH over AS (
  DELETE FROM order_blocks b USING deliveries_ended d
  WHERE d.id = $1::uuid AND d.brand_id = $2::uuid AND d.state IN ('dead', 'unconfirmed')
    AND b.order_key = d.order_key AND b.delivery_id = d.id
  RETURNING b.delivery_id AS id, b.order_key, d.order_policy
), given_up AS (
  UPDATE deliveries_ended d SET state = 'cancelled', reason = 'by a person', updated_at = now()
  FROM over WHERE d.id = $1::uuid AND d.id = over.id
), keys AS (
  SELECT order_key, order_policy FROM over
), called AS (${WAKE_NEXT})
SELECT id FROM over`;

/** Whether the next step of its fallback was not called: else both messages might arrive. */
const NEXT_STEP_NOT_TRIGGERED = `(d.messaging IS NULL OR NOT d.messaging ? 'trigger')`;

/**
 * Back among those that wait, without the vendor status of the message before. A rival finds the row gone.
 * $1 delivery, $2 brand, $3 state, $4 counted_attempts, $5 now in ms
 */
export const REDELIVER = `
WITH back AS (
  DELETE FROM deliveries_ended d WHERE d.id = $1::uuid AND d.brand_id = $2::uuid AND d.state = $3 AND ${NEXT_STEP_NOT_TRIGGERED}
  RETURNING ${MOVED_BACK}
), unblocked AS (
  DELETE FROM order_blocks b USING back WHERE b.order_key = back.order_key AND b.delivery_id = back.id
), waiting AS (
  INSERT INTO deliveries_waiting (${MOVED_COLUMNS}, waiting, state, counted_attempts, due_at)
  SELECT back.*, true, 'scheduled', $4::int, to_timestamp($5::float8 / 1000) FROM back
)
SELECT id FROM back`;

/**
 * Another delivery of the same event and subscription. It has the fallback from now on: updates of the first start no step, or
 * one would be sent beside it.
 * $1 delivery, $2 brand, $3 the new id, $4 counted_attempts, $5 now in ms
 */
export const REDELIVER_AS_NEW = `
WITH done AS (
  SELECT d.*, EXISTS (
    SELECT FROM deliveries_waiting w WHERE w.event_id = d.event_id AND w.subscription_id = d.subscription_id
  ) AS waits
  FROM deliveries_ended d WHERE d.id = $1::uuid AND d.brand_id = $2::uuid AND d.state = 'succeeded'
    AND ${NEXT_STEP_NOT_TRIGGERED}
  FOR UPDATE
), handed_on AS (
  UPDATE deliveries_ended d SET messaging = d.messaging - 'until'
  FROM done WHERE d.id = $1::uuid AND d.id = done.id AND NOT done.waits AND d.messaging ? 'until'
), created AS (
  INSERT INTO deliveries_waiting (
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
    customer_id, order_key, order_at, order_policy, messaging, waiting, state, counted_attempts, due_at, created_at
  )
  SELECT
    $3::uuid, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
    customer_id, order_key, order_at, order_policy, (coalesce(messaging, '{}') - 'until' - 'lost') || ${REDELIVERED},
    true, 'scheduled', $4::int, to_timestamp($5::float8 / 1000), to_timestamp($5::float8 / 1000)
  FROM done WHERE NOT waits
)
SELECT waits FROM done`;
