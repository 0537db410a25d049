/**
 * Writes decisions, each only under its live token. What ends leaves `deliveries_waiting` for its day's partition: a
 * delete and an insert rather than an update across partitions, so that a rival finds the row gone instead of moved,
 * which would be an error. Attempts go in for the rows that were written and no others.
 */
export const RECORD = `
WITH decided AS MATERIALIZED (
  SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::int[], $7::int[], $8::text[], $9::text[]
  ) AS t (id, token, state, reason, due_at, charged, attempts, error_kind, external_id)
), again AS (
  UPDATE deliveries_waiting d
  SET
    reason = x.reason, due_at = to_timestamp(x.due_at / 1000), charged = x.charged, attempts = x.attempts,
    error_kind = x.error_kind, external_id = coalesce(x.external_id, d.external_id),
    lease_token = NULL, lease_until = NULL, sending = false, updated_at = now()
  FROM decided x
  WHERE d.id = x.id AND d.lease_token = x.token AND x.state = 'scheduled'
  RETURNING d.id
), over AS (
  DELETE FROM deliveries_waiting d
  USING decided x
  WHERE d.id = x.id AND d.lease_token = x.token AND x.state <> 'scheduled'
  RETURNING
    d.id, d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.subscription_version_id, d.destination_id,
    d.event_type, d.customer_id, x.state, x.reason, x.charged, x.attempts, x.error_kind,
    coalesce(x.external_id, d.external_id) AS external_id, d.downstream_status, d.downstream_at, d.created_at
), ended AS (
  INSERT INTO deliveries_ended (
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, state, reason, charged, attempts, error_kind,
    external_id, downstream_status, downstream_at, created_at, waiting, updated_at, ended_at
  )
  SELECT over.*, false, now(), now() FROM over
  ON CONFLICT DO NOTHING
), written AS (
  SELECT id FROM again UNION ALL SELECT id FROM over
), tried AS (
  INSERT INTO attempts (
    delivery_id, retention_days, number, started_at, duration_ms, outcome, message, vendor_code, response
  )
  SELECT
    t.delivery_id, t.retention_days, t.number, to_timestamp(t.started_at / 1000), t.duration_ms, t.outcome, t.message,
    t.vendor_code, t.response::json
  FROM unnest(
    $10::uuid[], $11::smallint[], $12::int[], $13::float8[], $14::int[], $15::text[], $16::text[], $17::text[],
    $18::text[]
  ) AS t (delivery_id, retention_days, number, started_at, duration_ms, outcome, message, vendor_code, response)
  WHERE (t.delivery_id IN (SELECT id FROM written)) IS TRUE
  ON CONFLICT DO NOTHING
)
SELECT id FROM written`;
