import { APPEND_ENDED_DELIVERIES } from '../operations/outbox.sql.js';
import { TRIGGER_STEPS } from '../messaging/trigger-steps.sql.js';
import { WAKE_NEXT, MARK_DELIVERED } from './order.sql.js';

/** Final state; a status update may have confirmed the message meanwhile. */
const STATE = `CASE WHEN d.vendor_status IS NULL THEN x.state ELSE coalesce(x.if_confirmed, x.state) END`;

/**
 * What it keeps of a fallback: a failure status that arrived before the answer was written calls the next step with it. Not where the
 * message was sent again: they may be of the one before, and the new one may arrive.
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
 * Writes decisions, each only under its live token. What ends leaves `deliveries_waiting` for its day's partition: a
 * delete and an insert rather than an update across partitions, so that a rival finds the row gone instead of moved,
 * which would be an error. Attempts go in for the rows that were written and no others.
 *
 * A delivery with an order key wakes the next of its key: the oldest one, or, of states, the newest, with a few that are
 * outdated by it. They were deferred when they were due already, so they are due since they were made. Nothing of this
 * runs where no delivery of the batch has a key. What came to no attempt leaves the error of the last one.
 *
 * @param conflicts what to do where a delivery has ended already, or an attempt of its number is there: neither should ever be,
 *   and looking out for it is a look-up and a record of the write-ahead log more for each row
 */
const recordStatement = (more: string, conflicts: string): string => `
WITH decided AS MATERIALIZED (
  SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::int[], $7::int[], $8::text[], $9::text[],
    $10::boolean[], $11::float8[], $12::text[], $22::text[]
  ) AS t (
    id, token, state, reason, due_at, counted_attempts, attempts, error_kind, external_id, blocks, pending_since, if_confirmed, messaging
  )
), rescheduled AS (
  UPDATE deliveries_waiting d
  SET
    reason = x.reason, due_at = to_timestamp(x.due_at / 1000), counted_attempts = x.counted_attempts, attempts = x.attempts,
    error_kind = CASE WHEN x.attempts = d.attempts THEN d.error_kind ELSE x.error_kind END, external_id = coalesce(x.external_id, d.external_id),
    lease_token = NULL, lease_until = NULL, active_key = NULL, sending = false, deferred = false,
    pending_since = to_timestamp(x.pending_since / 1000),
    messaging = CASE WHEN x.messaging IS NULL THEN d.messaging ELSE coalesce(d.messaging, '{}') || x.messaging::jsonb END, updated_at = now()
  FROM decided x
  WHERE d.id = x.id AND d.lease_token = x.token AND x.state = 'scheduled'
  RETURNING d.id, d.order_key, d.order_policy
), over AS (
  DELETE FROM deliveries_waiting d
  USING decided x
  WHERE d.id = x.id AND d.lease_token = x.token AND x.state <> 'scheduled'
  RETURNING
    d.id, d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.subscription_version_id, d.destination_id,
    d.event_type, d.customer_id,
    ${STATE} AS state,
    x.reason, x.counted_attempts, x.attempts, x.error_kind,
    coalesce(x.external_id, d.external_id) AS external_id, d.vendor_status, d.vendor_status_at, d.created_at,
    d.order_key, d.order_at, d.order_policy, ${MESSAGING} AS messaging,
    x.blocks AND (d.vendor_status IS NULL OR x.if_confirmed IS NULL) AS blocks
), ended AS (
  INSERT INTO deliveries_ended (
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, state, reason, counted_attempts, attempts, error_kind,
    external_id, vendor_status, vendor_status_at, created_at, order_key, order_at, order_policy, messaging,
    waiting, updated_at, ended_at
  )
  SELECT
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, state, reason, counted_attempts, attempts, error_kind,
    external_id, vendor_status, vendor_status_at, created_at, order_key, order_at, order_policy, messaging,
    false, now(), now()
  FROM over
  ${conflicts}
), blocked AS (
  INSERT INTO order_blocks (order_key, delivery_id, expires_at)
  SELECT order_key, id, now() + retention_days * interval '1 day' FROM over WHERE blocks AND order_key IS NOT NULL
  ON CONFLICT DO NOTHING
), marked AS (${MARK_DELIVERED}), keys AS (
  SELECT order_key, order_policy FROM over WHERE order_key IS NOT NULL AND NOT blocks
  UNION
  SELECT order_key, order_policy FROM rescheduled WHERE order_policy = 'supersede'
), called AS (${WAKE_NEXT}), written AS (
  SELECT id FROM rescheduled UNION ALL SELECT id FROM over
), attempted AS (
  INSERT INTO attempts (
    delivery_id, retention_days, number, started_at, duration_ms, outcome, message, vendor_code, request, response
  )
  SELECT
    t.delivery_id, t.retention_days, t.number, to_timestamp(t.started_at / 1000), t.duration_ms, t.outcome, t.message,
    t.vendor_code, t.request, t.response::json
  FROM unnest(
    $13::uuid[], $14::smallint[], $15::int[], $16::float8[], $17::int[], $18::text[], $19::text[], $20::text[],
    $21::text[], $23::text[]
  ) AS t (delivery_id, retention_days, number, started_at, duration_ms, outcome, message, vendor_code, response, request)
  WHERE (t.delivery_id IN (SELECT id FROM written)) IS TRUE
  ${conflicts}
)${more}
SELECT id FROM written`;

/** Outbox entries and calls for next steps, written with the decisions. */
const OUTBOX_AND_STEPS = `, outbox AS (${APPEND_ENDED_DELIVERIES}\n), next AS (${TRIGGER_STEPS}\n)`;
const IGNORE_CONFLICTS = 'ON CONFLICT DO NOTHING';

/** One writing of decisions; the second statement is for when the first one found something there already. */
export interface RecordStatements {
  readonly name: string;
  readonly text: string;
  readonly textIgnoringConflicts: string;
}

/** For batches without outbox entries and fallback steps: nearly all. */
export const RECORD: RecordStatements = {
  name: 'record',
  text: recordStatement('', ''),
  textIgnoringConflicts: recordStatement('', IGNORE_CONFLICTS),
};

/** The same for any decisions. */
export const RECORD_WITH_OUTBOX: RecordStatements = {
  name: 'record-with-outbox',
  text: recordStatement(OUTBOX_AND_STEPS, ''),
  textIgnoringConflicts: recordStatement(OUTBOX_AND_STEPS, IGNORE_CONFLICTS),
};
