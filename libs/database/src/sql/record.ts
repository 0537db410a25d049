import { Statement, type RowsOf } from '../query/columns.js';
import { APPEND_ENDED_MESSAGES } from './message-outbox.js';
import { APPEND_ENDED_DELIVERIES } from './outbox.js';
import { TRIGGER_STEPS } from './trigger-steps.js';
import { WAKE_NEXT, MARK_DELIVERED } from './order.js';

/**
 * SQL of the final state of a delivery. The final state differs if a status update has confirmed the message meanwhile.
 */
const STATE = `CASE WHEN d.vendor_status IS NULL THEN x.state ELSE coalesce(x.state_if_confirmed, x.state) END`;

/**
 * SQL of the messaging data of an ended delivery. A failure status that arrived before the answer was written triggers
 * the next fallback step. If the message was sent again, the failure status triggers nothing. It may concern the
 * earlier message, and the new message may still arrive.
 */
const MESSAGING = `CASE
      WHEN d.messaging IS NULL AND x.messaging IS NULL THEN NULL
      ELSE coalesce(d.messaging, '{}') || coalesce(x.messaging, '{}')::jsonb || CASE
        WHEN d.messaging -> 'on' ? d.vendor_status AND ${STATE} = 'succeeded'
          AND (d.attempts = 0 OR x.attempts = d.attempts)
          THEN jsonb_build_object('trigger', d.vendor_status)
        ELSE '{}'
      END
    END`;

/**
 * Builds the statement that writes decisions, each only if the delivery still has the decision's token. Attempts are
 * inserted only for the decisions that were written. A first attempt that succeeded becomes a part of the ended delivery,
 * which saves a row. A decision without an attempt keeps the error of the last attempt.
 *
 * An ended delivery moves from `deliveries_waiting` to the partition of its day, by a delete and an insert. After an
 * update across partitions, a concurrent statement would fail because the row has moved. After a delete, the concurrent
 * statement finds no row and continues.
 *
 * When a delivery with an order key ends, the next delivery of the key becomes due, see `WAKE_NEXT`. This costs nothing
 * if no delivery of the batch has an order key.
 *
 * @param moreCtes further common table expressions
 * @param onConflict clause for deliveries that have ended already and attempts that exist already. Neither should
 * happen, and the check costs one more lookup and one more WAL record per row
 */
const recordStatement = (moreCtes: string, onConflict: string): string => `
WITH decided AS MATERIALIZED (
  SELECT * FROM $decisions AS t
), rescheduled AS (
  UPDATE deliveries_waiting d
  SET
    reason = x.reason, due_at = to_timestamp(x.due_at / 1000), counted_attempts = x.counted_attempts, attempts = x.attempts,
    error_kind = CASE WHEN x.attempts = d.attempts THEN d.error_kind ELSE x.error_kind END,
    vendor_code = CASE WHEN x.attempts = d.attempts THEN d.vendor_code ELSE x.vendor_code END, external_id = coalesce(x.external_id, d.external_id),
    lease_token = NULL, lease_until = NULL, in_memory = NULL, active_key = NULL, sending = false, deferred = false,
    pending_since = to_timestamp(x.pending_since / 1000),
    messaging = CASE WHEN x.messaging IS NULL THEN d.messaging ELSE coalesce(d.messaging, '{}') || x.messaging::jsonb END, updated_at = now()
  FROM decided x
  WHERE d.id = x.id AND d.lease_token = x.token AND x.state = 'scheduled'
  RETURNING d.id, d.order_key, d.order_policy
), finished AS (
  DELETE FROM deliveries_waiting d
  USING decided x
  WHERE d.id = x.id AND d.lease_token = x.token AND x.state <> 'scheduled'
  RETURNING
    d.id, d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.subscription_version_id, d.destination_id,
    d.event_type, d.customer_id,
    ${STATE} AS state,
    x.reason, x.counted_attempts, x.attempts, x.error_kind, x.vendor_code,
    coalesce(x.external_id, d.external_id) AS external_id, d.vendor_status, d.vendor_status_at, d.created_at,
    d.order_key, d.order_at, d.order_policy, ${MESSAGING} AS messaging,
    x.blocks AND (d.vendor_status IS NULL OR x.state_if_confirmed IS NULL) AS blocks,
    to_timestamp(x.first_attempt_at / 1000) AS first_attempt_at, x.first_attempt_ms, x.first_attempt_request,
    x.first_attempt_response, x.first_attempt_direct
), ended AS (
  INSERT INTO deliveries_ended (
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, state, reason, counted_attempts, attempts, error_kind, vendor_code,
    external_id, vendor_status, vendor_status_at, created_at, order_key, order_at, order_policy, messaging,
    first_attempt_at, first_attempt_ms, first_attempt_request, first_attempt_response, first_attempt_direct, waiting,
    updated_at, ended_at
  )
  SELECT
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, state, reason, counted_attempts, attempts, error_kind, vendor_code,
    external_id, vendor_status, vendor_status_at, created_at, order_key, order_at, order_policy, messaging,
    first_attempt_at, first_attempt_ms, first_attempt_request, first_attempt_response::json, first_attempt_direct, false,
    now(), now()
  FROM finished
  ${onConflict}
), blocked AS (
  INSERT INTO order_blocks (order_key, delivery_id, expires_at)
  SELECT order_key, id, now() + retention_days * interval '1 day' FROM finished WHERE blocks AND order_key IS NOT NULL
  ON CONFLICT DO NOTHING
), marked AS (${MARK_DELIVERED}), keys AS (
  SELECT order_key, order_policy FROM finished WHERE order_key IS NOT NULL AND NOT blocks
  UNION
  SELECT order_key, order_policy FROM rescheduled WHERE order_policy = 'supersede'
), woken AS (${WAKE_NEXT}), written AS (
  SELECT id FROM rescheduled UNION ALL SELECT id FROM finished
), inserted_attempts AS (
  INSERT INTO attempts (
    delivery_id, retention_days, number, started_at, duration_ms, outcome, message, vendor_code, request, response,
    direct, batch
  )
  SELECT
    t.delivery_id, t.retention_days, t.number, to_timestamp(t.started_at / 1000), t.duration_ms, t.outcome, t.message,
    t.vendor_code, t.request, t.response::json, t.direct, t.batch::json
  FROM $attempts AS t
  WHERE (t.delivery_id IN (SELECT id FROM written)) IS TRUE
  ${onConflict}
)${moreCtes}
SELECT id FROM written`;

/** Common table expressions that append outbox entries and trigger fallback steps. */
const OUTBOX_AND_STEPS = `, outbox AS (${APPEND_ENDED_DELIVERIES}\n), triggered AS (${TRIGGER_STEPS}\n)`;
/** Further expression that appends outbox entries about single messages. */
const WITH_MESSAGES = `${OUTBOX_AND_STEPS}, reported AS (${APPEND_ENDED_MESSAGES}\n)`;
const IGNORE_CONFLICTS = 'ON CONFLICT DO NOTHING';

const PARAMETERS = {
  decisions: {
    id: 'uuid',
    token: 'uuid',
    state: 'text',
    reason: 'text',
    due_at: 'float8',
    counted_attempts: 'int',
    attempts: 'int',
    error_kind: 'text',
    vendor_code: 'text',
    external_id: 'text',
    blocks: 'boolean',
    pending_since: 'float8',
    state_if_confirmed: 'text',
    messaging: 'text',
    first_attempt_at: 'float8',
    first_attempt_ms: 'int',
    first_attempt_request: 'text',
    first_attempt_response: 'text',
    first_attempt_direct: 'boolean',
  },
  attempts: {
    delivery_id: 'uuid',
    retention_days: 'smallint',
    number: 'int',
    started_at: 'float8',
    duration_ms: 'int',
    outcome: 'text',
    message: 'text',
    vendor_code: 'text',
    request: 'text',
    response: 'text',
    direct: 'boolean',
    batch: 'text',
  },
};

/** Lists of rows that the statements take as parameters. */
export type RecordRows = RowsOf<typeof PARAMETERS>;

/** Statements for batches that need no outbox entries and no fallback steps. Nearly all batches are of this kind. */
export const RECORD = {
  first: new Statement('record', PARAMETERS, recordStatement('', '')),
  /** Statement that is used after a unique violation. */
  ignoringConflicts: new Statement(undefined, PARAMETERS, recordStatement('', IGNORE_CONFLICTS)),
};

/** Statements for batches that may need outbox entries and fallback steps. */
export const RECORD_WITH_OUTBOX = {
  first: new Statement('record-with-outbox', PARAMETERS, recordStatement(OUTBOX_AND_STEPS, '')),
  ignoringConflicts: new Statement(undefined, PARAMETERS, recordStatement(OUTBOX_AND_STEPS, IGNORE_CONFLICTS)),
};

/** Statements for batches of brands with a subscription to operational events about single messages. */
export const RECORD_WITH_MESSAGES = {
  first: new Statement('record-with-messages', PARAMETERS, recordStatement(WITH_MESSAGES, '')),
  ignoringConflicts: new Statement(undefined, PARAMETERS, recordStatement(WITH_MESSAGES, IGNORE_CONFLICTS)),
};
