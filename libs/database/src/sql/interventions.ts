import { Statement } from '../query/columns.js';
import { WAKE_NEXT } from './order.js';
import { MOVED_COLUMNS, cancelWaiting } from './cancel-waiting.js';

const INTERVENED = { delivery: 'uuid', brand: 'uuid' };

/**
 * Mark of a delivery that a person redelivers. Messaging rules about times do not apply to a delivery with this mark.
 */
const REDELIVERED = `'{"redelivered":true}'::jsonb`;

/**
 * {@link MOVED_COLUMNS}, with the mark {@link REDELIVERED} added to the column `messaging`, and without the start of a
 * throttling and the batch. A person sends the message alone.
 */
const MOVED_BACK = MOVED_COLUMNS.replace(
  /\bmessaging$/,
  `(coalesce(messaging, '{}') - 'throttledSince' - 'throttledUntil' - 'batch') || ${REDELIVERED} AS messaging`,
);

/** Cancels a waiting delivery because a person requests the cancellation. */
export const CANCEL = new Statement(
  undefined,
  INTERVENED,
  cancelWaiting('w.id = $delivery AND w.brand_id = $brand', 'by a person'),
);

/** Cancels an ended delivery that blocks its order key. The next delivery of the order key becomes due. */
export const CANCEL_BLOCKING = new Statement(
  undefined,
  INTERVENED,
  `
WITH finished AS (
  DELETE FROM order_blocks b USING deliveries_ended d
  WHERE d.id = $delivery AND d.brand_id = $brand AND d.state IN ('dead', 'unconfirmed')
    AND b.order_key = d.order_key AND b.delivery_id = d.id
  RETURNING b.delivery_id AS id, b.order_key, d.order_policy
), cancelled AS (
  UPDATE deliveries_ended d SET state = 'cancelled', reason = 'by a person', updated_at = now()
  FROM finished WHERE d.id = $delivery AND d.id = finished.id
), keys AS (
  SELECT order_key, order_policy FROM finished
), woken AS (${WAKE_NEXT})
SELECT id FROM finished`,
);

/**
 * SQL condition: the next fallback step has not been triggered. If the step was triggered, both messages might arrive.
 */
const NEXT_STEP_NOT_TRIGGERED = `(d.messaging IS NULL OR NOT d.messaging ? 'trigger')`;

/**
 * Moves an ended delivery back to the waiting deliveries, without its vendor status. A second, concurrent statement
 * finds no row. `now` is in milliseconds.
 */
export const REDELIVER = new Statement(
  undefined,
  { ...INTERVENED, state: 'text', countedAttempts: 'int', now: 'float8' },
  `
WITH moved AS (
  DELETE FROM deliveries_ended d WHERE d.id = $delivery AND d.brand_id = $brand AND d.state = $state AND ${NEXT_STEP_NOT_TRIGGERED}
  RETURNING ${MOVED_BACK}
), unblocked AS (
  DELETE FROM order_blocks b USING moved WHERE b.order_key = moved.order_key AND b.delivery_id = moved.id
), waiting AS (
  INSERT INTO deliveries_waiting (${MOVED_COLUMNS}, waiting, state, counted_attempts, due_at)
  SELECT moved.*, true, 'scheduled', $countedAttempts, to_timestamp($now / 1000) FROM moved
)
SELECT id FROM moved`,
);

/**
 * Moves ended deliveries back to the waiting deliveries, as {@link REDELIVER} does. `lowest` and `highest` are bounds of
 * the ids, so that PostgreSQL reads only the days of the deliveries.
 */
export const REDELIVER_ALL = new Statement(
  undefined,
  {
    brand: 'uuid',
    lowest: 'uuid',
    highest: 'uuid',
    now: 'float8',
    deliveries: { delivery_id: 'uuid', found_state: 'text', begin_attempts: 'int' },
  },
  `
WITH moved AS (
  DELETE FROM deliveries_ended d USING $deliveries AS t
  WHERE d.id = ANY ($deliveries.delivery_id) AND d.id >= $lowest AND d.id <= $highest AND d.id = t.delivery_id
    AND d.brand_id = $brand AND d.state = t.found_state AND ${NEXT_STEP_NOT_TRIGGERED}
  RETURNING ${MOVED_BACK}, t.begin_attempts
), unblocked AS (
  DELETE FROM order_blocks b USING moved WHERE b.order_key = moved.order_key AND b.delivery_id = moved.id
), waiting AS (
  INSERT INTO deliveries_waiting (${MOVED_COLUMNS}, waiting, state, counted_attempts, due_at)
  SELECT ${MOVED_COLUMNS}, true, 'scheduled', begin_attempts, to_timestamp($now / 1000) FROM moved
)
SELECT id FROM moved`,
);

/**
 * Creates another delivery of the same event and subscription, which takes over the fallback. Status updates of the
 * first delivery no longer trigger a fallback step, because the step would be sent in addition to the new delivery.
 * `now` is in milliseconds.
 */
export const REDELIVER_AS_NEW = new Statement(
  undefined,
  { ...INTERVENED, newId: 'uuid', countedAttempts: 'int', now: 'float8' },
  `
WITH original AS (
  SELECT d.*, EXISTS (
    SELECT FROM deliveries_waiting w WHERE w.event_id = d.event_id AND w.subscription_id = d.subscription_id
  ) AS waits
  FROM deliveries_ended d WHERE d.id = $delivery AND d.brand_id = $brand AND d.state = 'succeeded'
    AND ${NEXT_STEP_NOT_TRIGGERED}
  FOR UPDATE
), without_fallback AS (
  UPDATE deliveries_ended d SET messaging = d.messaging - 'until'
  FROM original WHERE d.id = $delivery AND d.id = original.id AND NOT original.waits AND d.messaging ? 'until'
), created AS (
  INSERT INTO deliveries_waiting (
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
    customer_id, order_key, order_at, order_policy, messaging, waiting, state, counted_attempts, due_at, created_at
  )
  SELECT
    $newId, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id, event_type,
    customer_id, order_key, order_at, order_policy, (coalesce(messaging, '{}') - 'until' - 'lost' - 'throttledSince' - 'throttledUntil' - 'batch') || ${REDELIVERED},
    true, 'scheduled', $countedAttempts, to_timestamp($now / 1000), to_timestamp($now / 1000)
  FROM original WHERE NOT waits
)
SELECT waits FROM original`,
);
