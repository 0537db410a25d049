import { NOT_ARRIVED, type DeliveryState } from '@patchbay/core';
import { VENDOR_STATUSES, type VendorStatus } from '@patchbay/plugin-sdk';
import { Statement } from '../query/columns.js';
import type { PgPool } from '../query/pg-pool.js';
import { isMissingTable } from '../query/sql-error.js';
import { APPEND_VENDOR_STATUSES } from '../sql/message-outbox.js';
import { WAKE_NEXT, MARK_DELIVERED } from '../sql/order.js';
import { TRIGGER_STEPS } from '../sql/trigger-steps.js';
import { listUndelivered } from '../sql/undelivered.js';
import type { NewStatus } from './named-status-update.js';

/** SQL of the triggers of the next fallback step. */
const TRIGGERS = `(d.messaging -> 'on')`;

/**
 * SQL condition: a status update triggers the next fallback step. The update must be the first failure of a sent
 * message, and must arrive in time. A customer who refuses messages gets the step only if it names `suppressed`.
 */
const TRIGGERS_STEP = `
  n.state = 'succeeded' AND ${TRIGGERS} ? CASE WHEN n.refused THEN 'suppressed' ELSE n.status END
  AND NOT d.messaging ? 'trigger' AND (d.messaging ->> 'until')::float8 >= $now`;

/**
 * SQL of the triggers after the vendor reported that the customer refuses messages. The statement that records the answer
 * then triggers nothing by the status, unless the step names `suppressed`.
 */
const TRIGGERS_IF_REFUSED = `
  ${TRIGGERS} - ARRAY[${NOT_ARRIVED.map((status) => `'${status}'`).join(', ')}]
  || CASE WHEN ${TRIGGERS} ? 'suppressed' THEN jsonb_build_array(n.status) ELSE '[]' END`;

/**
 * Builds an update of the rows of one table. Updates a row only if its status is behind the new status and its state
 * has not changed since it was read.
 */
const updateOf = (table: string): string => `
UPDATE ${table} d SET
  vendor_status = n.status, vendor_status_at = coalesce(n.at, now()), updated_at = now(), state = n.state,
  messaging = CASE
    WHEN ${TRIGGERS_STEP} THEN d.messaging || jsonb_build_object('trigger', n.status)
    WHEN n.refused AND d.messaging ? 'on' THEN d.messaging || jsonb_build_object('on', ${TRIGGERS_IF_REFUSED})
    ELSE d.messaging
  END
FROM $updates AS n
WHERE d.id = n.id AND d.state = n.before
  AND array_position($statuses, n.status) > coalesce(array_position($statuses, d.vendor_status), 0)
RETURNING
  d.id, d.order_key, d.order_at, d.order_policy, d.retention_days, d.state, n.state <> n.before AS state_changed, d.brand_id,
  d.event_id, d.subscription_id, d.subscription_version_id, d.event_type, d.customer_id, d.messaging, d.destination_id,
  d.vendor_status, d.vendor_status_at, d.vendor_code, d.external_id, d.attempts, d.created_at,
  coalesce(d.messaging ->> 'trigger' = n.status, false) AS triggers_step`;

/**
 * Builds the statement that writes status updates into one table. If the state of a delivery changes, the statement
 * unblocks the order key of the delivery. The statement also records this delivery as the delivered state of the order
 * key. `before` is the state as found, and `state` is the state after the update. `statuses` are all statuses in order.
 * `now` is in ms.
 * @param hasMessageEvents true to append outbox entries about the messages
 */
const writeInto = (table: string, hasMessageEvents: boolean): string => `
WITH updated AS (${updateOf(table)}), triggered AS (
  WITH finished AS (SELECT * FROM updated WHERE triggers_step)${TRIGGER_STEPS}
), listed AS (${listUndelivered('updated')}), finished AS (
  SELECT * FROM updated WHERE state_changed AND order_key IS NOT NULL
), unblocked AS (
  DELETE FROM order_blocks b USING finished WHERE b.order_key = finished.order_key AND b.delivery_id = finished.id
), marked AS (${MARK_DELIVERED}), keys AS (
  SELECT order_key, order_policy FROM finished
), woken AS (${WAKE_NEXT})${hasMessageEvents ? `, reported AS (${APPEND_VENDOR_STATUSES}\n)` : ''}
SELECT vendor_status AS status, count(*)::int AS count FROM updated GROUP BY vendor_status`;

const PARAMETERS = {
  updates: { id: 'uuid', status: 'text', at: 'timestamptz', refused: 'boolean', before: 'text', state: 'text' },
  statuses: 'text[]',
  now: 'float8',
};

/** Status update of a delivery, with the state of the delivery before and after the update. */
export interface StatusTransition extends NewStatus {
  readonly before: DeliveryState;
  readonly after: DeliveryState;
}

/** Number of deliveries that got a vendor status. */
export interface StatusCount {
  readonly status: VendorStatus;
  readonly count: number;
}

/**
 * Writes status updates of deliveries in one table. Writes each update only if the update is further along than the
 * stored status. Skips deliveries that have left the table. The updates are sorted by id to make deadlocks between
 * concurrent writers rare.
 * @returns the numbers of deliveries that got a status, by status
 * @param now milliseconds since the epoch
 * @param hasMessageEvents false if no subscription takes operational events about the messages
 */
export async function writeTransitions(
  pool: PgPool,
  table: string,
  transitions: ReadonlyMap<string, StatusTransition>,
  now: number,
  hasMessageEvents: boolean,
): Promise<readonly StatusCount[]> {
  const sorted = [...transitions].sort(([a], [b]) => (a < b ? -1 : 1));
  const updates = sorted.map(([id, { after, ...update }]) => ({ ...update, id, state: after }));
  try {
    const statement = new Statement(undefined, PARAMETERS, writeInto(table, hasMessageEvents));
    return await pool.query<StatusCount>(statement.with({ updates, statuses: VENDOR_STATUSES, now }));
  } catch (error) {
    if (!isMissingTable(error)) throw error; // The partition of the day was dropped.
    return [];
  }
}
