import type { DeliveryMessaging, OrderPolicy } from '@patchbay/core';

const CLAIMED = `
  d.id, d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.subscription_version_id, d.destination_id,
  d.counted_attempts, d.attempts, date_part('epoch', d.due_at) * 1000 AS due_at, d.order_policy, d.deferred,
  round(date_part('epoch', d.pending_since) * 1000) AS pending_since, d.external_id, d.messaging,
  d.vendor_status IS NOT NULL AND d.pending_since IS NULL
    AND coalesce(d.error_kind = 'unconfirmed' OR d.messaging ? 'lost', false) AS confirmed,
  destination.version AS destination_version`;

/** Among those of its key: an older one, as rows go by when their events occurred. */
const OLDER = '(o.order_at, o.id) < (due.order_at, due.id)';

/** Verdict on a due delivery by its order key, as seen by this statement: go, blocked or outdated. */
const ORDER_VERDICT = `
CASE
  WHEN due.order_key IS NULL OR due.pending_since IS NOT NULL THEN 'go'
  WHEN due.order_policy = 'supersede' AND (
    EXISTS (SELECT FROM deliveries_waiting o WHERE o.order_key = due.order_key AND (due.order_at, due.id) < (o.order_at, o.id))
    OR EXISTS (
      SELECT FROM order_marks m
      WHERE m.order_key = due.order_key AND (due.order_at, due.id) < (m.order_at, m.delivery_id)
    )
  ) THEN 'outdated'
  WHEN EXISTS (
    SELECT FROM deliveries_waiting o WHERE o.active_key = due.order_key AND o.active_key IS NOT NULL
  ) OR EXISTS (
    SELECT FROM deliveries_waiting o
    WHERE o.order_key = due.order_key AND o.order_key IS NOT NULL AND o.pending_since IS NOT NULL
  ) THEN 'blocked'
  WHEN due.order_policy <> 'supersede'
    AND EXISTS (SELECT FROM deliveries_waiting o WHERE o.order_key = due.order_key AND ${OLDER}) THEN 'blocked'
  WHEN due.order_policy = 'block' AND EXISTS (SELECT FROM order_blocks b WHERE b.order_key = due.order_key) THEN 'blocked'
  ELSE 'go'
END`;

/**
 * How long a blocked delivery is left alone: what ends before it wakes it at once, so this only makes up for a
 * wake-up that came too early. The longer it has waited, the longer it is left, so that a long backlog costs little.
 */
const RECHECK_AFTER = `least(greatest(to_timestamp($3::float8 / 1000) - d.created_at, interval '1 s'), interval '5 min')`;

/**
 * Claims due deliveries of several destinations: an index scan that stops at the limit for each, in one statement.
 * The ids go through an array, which is made once; `UPDATE … FROM (SELECT … LIMIT n FOR UPDATE SKIP LOCKED)` would run
 * its subquery again and again and claim many times too many.
 *
 * Deliveries that others of their order key block are deferred. Outdated states are claimed with `deferred` set, which
 * lets them be in hand beside another of their key. Where another statement has just taken one of the same key, this one
 * fails on the unique index, and finds it blocked when it runs again.
 *
 * What is claimed is rewritten in its place, and no index hears of it (unless it keeps an order); those in hand stand in
 * front of the index and are passed over. Instead, the claim itself is noted, with the time to check it.
 *
 * $1 destinations, $2 limits, $3 now in ms, $4 token, $5 leases in ms, $6 tokens of claims that came to their end
 */
export const CLAIM = `
WITH due AS MATERIALIZED (
  SELECT due.id, due.order_key, due.order_at, due.order_policy, due.pending_since
  FROM unnest($1::uuid[], $2::int[]) AS wanted (destination_id, n)
  JOIN destinations open ON open.id = wanted.destination_id
    AND NOT open.paused AND NOT open.disabled AND open.deleted_at IS NULL
    AND NOT EXISTS (
      SELECT FROM circuit_breakers breaker
      WHERE breaker.destination_id = open.id AND breaker.open_until > to_timestamp($3::float8 / 1000)
    )
  CROSS JOIN LATERAL (
    SELECT w.id, w.order_key, w.order_at, w.order_policy, w.pending_since FROM deliveries_waiting w
    WHERE w.destination_id = open.id AND w.lease_token IS NULL AND w.due_at <= to_timestamp($3::float8 / 1000)
    ORDER BY w.due_at, w.id
    LIMIT wanted.n
    FOR UPDATE SKIP LOCKED
  ) due
), judged AS MATERIALIZED (
  SELECT due.id, ${ORDER_VERDICT} AS verdict FROM due
), blocked AS (
  UPDATE deliveries_waiting d SET deferred = true, due_at = to_timestamp($3::float8 / 1000) + ${RECHECK_AFTER}
  WHERE d.id = ANY (ARRAY(SELECT id FROM judged WHERE verdict = 'blocked'))
  RETURNING d.destination_id
), claimed AS (
  UPDATE deliveries_waiting d
  SET
    lease_token = $4::uuid, sending = false,
    lease_until = clock_timestamp()
      + ($5::float8[])[array_position($1::uuid[], d.destination_id)] * interval '1 ms',
    deferred = d.id = ANY (ARRAY(SELECT id FROM judged WHERE verdict = 'outdated')),
    active_key = CASE WHEN d.id <> ALL (ARRAY(SELECT id FROM judged WHERE verdict = 'outdated')) THEN d.order_key END
  FROM destinations destination
  WHERE destination.id = d.destination_id AND d.id = ANY (ARRAY(SELECT id FROM judged WHERE verdict <> 'blocked'))
  RETURNING ${CLAIMED}
), noted AS (
  INSERT INTO claims (token, delivery_ids, check_at)
  SELECT $4::uuid, array_agg(id), clock_timestamp() + (SELECT min(t.ms) FROM unnest($5::float8[]) t (ms)) * interval '1 ms'
  FROM claimed HAVING count(*) > 0
), ended AS (
  DELETE FROM claims WHERE token = ANY ($6::uuid[])
)
SELECT claimed.*, 0 AS blocked FROM claimed
UNION ALL
SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, blocked.destination_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, count(*)::int
FROM blocked GROUP BY blocked.destination_id`;

/** Most claims that one statement checks. */
const MAX_CLAIMS_CHECKED = 200;

/**
 * Leases that have died. Those not marked as being sent are free again; the marked ones get a new lease and keep the
 * mark, so that if this process dies too they are still known to be unconfirmed. They are found by their claims: what of
 * one is in hand still is looked after later, and one with nothing in hand goes.
 *
 * $1 limit, $2 token, $3 lease in ms
 */
export const RECLAIM_EXPIRED = `
WITH checked AS MATERIALIZED (
  SELECT c.token, c.delivery_ids FROM claims c WHERE c.check_at <= clock_timestamp()
  ORDER BY c.check_at LIMIT ${MAX_CLAIMS_CHECKED}
  FOR UPDATE SKIP LOCKED
), held AS MATERIALIZED (
  SELECT w.id, w.lease_token, w.lease_until FROM deliveries_waiting w
  WHERE w.id = ANY (ARRAY(SELECT unnest(delivery_ids) FROM checked)) AND w.lease_token = ANY (ARRAY(SELECT token FROM checked))
), taken AS (
  UPDATE deliveries_waiting d
  SET
    lease_token = CASE WHEN d.sending THEN $2::uuid END,
    lease_until = CASE WHEN d.sending THEN clock_timestamp() + $3::float8 * interval '1 ms' END,
    active_key = CASE WHEN d.sending THEN d.active_key END
  FROM destinations destination
  WHERE destination.id = d.destination_id AND d.id = ANY (ARRAY(
    SELECT w.id FROM deliveries_waiting w
    WHERE w.id = ANY (ARRAY(
      SELECT id FROM held WHERE lease_until <= clock_timestamp() ORDER BY lease_until LIMIT $1::int
    )) AND w.lease_until <= clock_timestamp()
    FOR UPDATE SKIP LOCKED
  ))
  RETURNING ${CLAIMED}, d.sending
), noted AS (
  INSERT INTO claims (token, delivery_ids, check_at)
  SELECT $2::uuid, array_agg(id), clock_timestamp() + $3::float8 * interval '1 ms' FROM taken WHERE sending
  HAVING count(*) > 0
), rest AS MATERIALIZED (
  SELECT lease_token AS token, array_agg(id) AS ids, min(lease_until) AS check_at FROM held
  WHERE id <> ALL (ARRAY(SELECT id FROM taken)) GROUP BY lease_token
), later AS (
  UPDATE claims c SET delivery_ids = rest.ids, check_at = rest.check_at FROM rest WHERE c.token = rest.token
), over AS (
  DELETE FROM claims WHERE token = ANY (ARRAY(SELECT token FROM checked EXCEPT SELECT token FROM rest))
)
SELECT * FROM taken`;

/** A delivery in a row of either statement. */
export interface ClaimedRow {
  readonly id: string;
  readonly retention_days: number;
  readonly brand_id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly subscription_version_id: string;
  readonly destination_id: string;
  readonly counted_attempts: number;
  readonly attempts: number;
  /** Milliseconds since the epoch, as `pending_since`. */
  readonly due_at: number;
  readonly order_policy: OrderPolicy | null;
  /** True for a claimed outdated state. */
  readonly deferred: boolean;
  readonly pending_since: number | null;
  readonly external_id: string | null;
  readonly messaging: DeliveryMessaging | null;
  /** An answer was lost, and a status update has confirmed that the vendor has the message. */
  readonly confirmed: boolean;
  readonly destination_version: number;
}

/** A row of `CLAIM`: a delivery, or how many of a destination were deferred. */
export type ClaimRow =
  | (ClaimedRow & { readonly blocked: 0 })
  | { readonly id: null; readonly destination_id: string; readonly blocked: number };
