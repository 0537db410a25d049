import { ROUTED_SUBSCRIPTIONS } from './queues.js';
import { EXPIRED_SERIES } from './series.js';

/**
 * Builds the statement that ends the waiting deliveries for which a condition is true. The statement moves these
 * deliveries to the table of ended deliveries.
 */
const endWaiting = (state: string, reason: string, where: string): string => `
WITH over AS (
  DELETE FROM deliveries_waiting WHERE id = ANY (ARRAY(
    SELECT w.id FROM deliveries_waiting w WHERE ${where} ORDER BY w.id LIMIT 1000 FOR UPDATE
  ))
  RETURNING id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, counted_attempts, attempts, error_kind, vendor_code, external_id, vendor_status, vendor_status_at, created_at,
    messaging
), ended AS (
  INSERT INTO deliveries_ended (
    id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, counted_attempts, attempts, error_kind, vendor_code, external_id, vendor_status, vendor_status_at, created_at,
    messaging, waiting, state, reason, updated_at, ended_at
  )
  SELECT over.*, false, '${state}', '${reason}', now(), now() FROM over
  ON CONFLICT DO NOTHING
)
SELECT id FROM over`;

/**
 * Ends the waiting deliveries of expired events, leased or not. $1 and $2: bounds of the event ids; $3: retention
 * class.
 */
export const EXPIRE_WAITING = endWaiting(
  'suppressed',
  'expired',
  'w.event_id >= $1::uuid AND w.event_id < $2::uuid AND w.retention_days = $3::smallint',
);

/** Cancels waiting deliveries whose destination was deleted, and undecided deliveries whose brand was deleted. */
export const CANCEL_FOR_DELETED_DESTINATIONS = endWaiting(
  'cancelled',
  'destination deleted',
  `w.lease_token IS NULL AND w.destination_id IN (
      SELECT d.id FROM destinations d WHERE d.deleted_at IS NOT NULL
        AND EXISTS (SELECT FROM deliveries_waiting x WHERE x.destination_id = d.id AND x.lease_token IS NULL)
      UNION ALL
      SELECT s.id FROM subscriptions s JOIN brands b ON b.id = s.brand_id AND b.deleted_at IS NOT NULL
      WHERE s.id = ANY (ARRAY(${ROUTED_SUBSCRIPTIONS}))
    )`,
);

/** Number of pages of the table of dedupe keys. */
export const KEY_PAGES = `
SELECT (pg_relation_size('ingest_keys') / current_setting('block_size')::int)::int AS pages`;

/** Deletes old dedupe keys. $1 and $2: range of pages; $3: the lowest event id whose key is kept. */
export const DELETE_KEYS_ON_PAGES = `
WITH gone AS (
  DELETE FROM ingest_keys
  WHERE ctid >= format('(%s,0)', $1::int)::tid AND ctid < format('(%s,0)', $2::int)::tid AND event_id < $3::uuid
  RETURNING key
)
SELECT count(*)::int AS deleted FROM gone`;

/** Erases quarantined bodies of pii-less brands. $1: the lowest event id whose body is kept. */
export const ERASE_QUARANTINED = `
WITH unread AS MATERIALIZED (
  SELECT e.brand_id, e.id FROM events e JOIN brands b ON b.id = e.brand_id
  WHERE b.privacy->>'mode' = 'pii-less' AND e.quarantine_reason IS NOT NULL AND e.sealed IS NOT NULL
    AND e.id < $1::uuid
  LIMIT 500
), erased AS (
  UPDATE events e SET sealed = NULL FROM unread u
  WHERE e.brand_id = u.brand_id AND e.id = u.id AND e.quarantine_reason IS NOT NULL AND e.id < $1::uuid
  RETURNING e.id
)
SELECT id FROM erased`;

/**
 * Finds leases that expired more than 5 minutes ago and belong to no claim. Adds them to the table `claims`, so that
 * the next sweep reclaims their deliveries. Leases without a claim come from a hub version that had no claims, or from
 * a failover that lost the last commits. Reads the whole table of waiting deliveries.
 */
export const REPORT_LOST_LEASES = `
WITH named AS (
  INSERT INTO claims AS c (token, delivery_ids, check_at)
  SELECT w.lease_token, array_agg(w.id), min(w.lease_until) FROM deliveries_waiting w
  WHERE w.lease_until < clock_timestamp() - interval '5 min'
    AND NOT EXISTS (SELECT FROM claims k WHERE k.token = w.lease_token AND w.id = ANY (k.delivery_ids))
  GROUP BY w.lease_token
  ON CONFLICT (token) DO UPDATE
    SET delivery_ids = excluded.delivery_ids || c.delivery_ids, check_at = excluded.check_at
  RETURNING token
)
SELECT token FROM named`;

/**
 * Statements that delete expired rows from small tables, each of whose rows contains its own expiry. The statements
 * lock rows before they delete them, because a row may be renewed meanwhile. Older releases of PostgreSQL 15 do not
 * check the condition again for rows that were selected by `ctid`.
 */
export const DELETE_EXPIRED: readonly string[] = [
  ['order_blocks', 'delivery_id', 'expires_at < now()'],
  ['order_marks', 'order_key', 'expires_at < now()'],
  ['pending_status_updates', 'destination_id', 'expires_at < now()'],
  ['message_caps', 'key', 'expires_at < now()'],
  ['customer_links', 'brand_id', 'expires_at < now()'],
  ['quota_periods', 'destination_id', 'expires_at < now()'],
  ['quota_places', 'destination_id', 'expires_at < now()'],
  ['operational_outbox', 'scope', `count = 0 AND published_at < now() - interval '1 h'`],
  // Entries that could not be published, for example because the keys of their brand cannot be opened.
  ['message_outbox', 'id', `created_at < now() - interval '7 days'`],
  ['undelivered_deliveries', 'delivery_id', 'expires_at < now()'],
  ['locks', 'key', `until < now() - interval '1 h'`],
  // Replays are kept for the longest retention, because their deliveries may be stored equally long.
  ['replays', 'id', `ended_at < now() - interval '400 days'`],
  ...EXPIRED_SERIES,
].map(
  ([table = '', key = '', over = '']) => `
WITH gone AS (
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE ${over} LIMIT 5000 FOR UPDATE SKIP LOCKED
  )) RETURNING ${key}
)
SELECT ${key} FROM gone`,
);

export const RETENTION_CLASSES_IN_USE = `SELECT DISTINCT retention_days FROM brands WHERE deleted_at IS NULL`;
