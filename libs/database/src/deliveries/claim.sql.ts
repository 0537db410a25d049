import type { DeliveryFlow, OrderPolicy } from '@patchbay/core';

const CLAIMED = `
  d.id, d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.subscription_version_id, d.destination_id,
  d.charged, d.attempts, d.due_at, d.order_policy, d.parked, d.pending_since, d.external_id, d.flow,
  d.downstream_status IS NOT NULL AND d.pending_since IS NULL
    AND coalesce(d.error_kind = 'unconfirmed' OR d.flow ? 'lost', false) AS told,
  destination.version AS destination_version`;

/** Among those of its key: an older one, as rows go by when their events occurred. */
const OLDER = '(o.order_at, o.id) < (due.order_at, due.id)';

/** Whether it is the turn of a delivery that keeps an order, as seen by this statement. */
const TURN = `
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
    SELECT FROM deliveries_waiting o
    WHERE o.order_key = due.order_key AND o.order_key IS NOT NULL AND o.lease_token IS NOT NULL AND NOT o.parked
  ) OR EXISTS (
    SELECT FROM deliveries_waiting o
    WHERE o.order_key = due.order_key AND o.order_key IS NOT NULL AND o.pending_since IS NOT NULL
  ) THEN 'behind'
  WHEN due.order_policy <> 'supersede'
    AND EXISTS (SELECT FROM deliveries_waiting o WHERE o.order_key = due.order_key AND ${OLDER}) THEN 'behind'
  WHEN due.order_policy = 'block' AND EXISTS (SELECT FROM order_blocks b WHERE b.order_key = due.order_key) THEN 'behind'
  ELSE 'go'
END`;

/**
 * How long one that is behind is left alone: what ends in front of it calls it up at once, so this only makes up for a
 * call that came too early. The longer it has waited, the longer it is left, so that a long backlog costs little.
 */
const LEFT_ALONE = `least(greatest(to_timestamp($3::float8 / 1000) - d.created_at, interval '1 s'), interval '5 min')`;

/**
 * Claims due deliveries of several destinations: an index scan that stops at the limit for each, in one statement.
 * The ids go through an array, which is made once; `UPDATE … FROM (SELECT … LIMIT n FOR UPDATE SKIP LOCKED)` would run
 * its subquery again and again and claim many times too many.
 *
 * Of those that keep an order, the ones whose turn it is not are put off; outdated states are claimed, `parked`, which
 * lets them be in hand beside another of their key. Where another statement has just taken one of the same key, this one
 * fails on the unique index, and finds it behind when it is run again.
 *
 * $1 destinations, $2 limits, $3 now in ms, $4 token, $5 leases in ms
 */
export const CLAIM = `
WITH due AS MATERIALIZED (
  SELECT due.id, due.order_key, due.order_at, due.order_policy, due.pending_since
  FROM unnest($1::uuid[], $2::int[]) AS wanted (destination_id, n)
  JOIN destinations open ON open.id = wanted.destination_id
    AND NOT open.paused AND NOT open.disabled AND open.deleted_at IS NULL
    AND NOT EXISTS (
      SELECT FROM destination_gates g
      WHERE g.destination_id = open.id AND g.closed_until > to_timestamp($3::float8 / 1000)
    )
  CROSS JOIN LATERAL (
    SELECT w.id, w.order_key, w.order_at, w.order_policy, w.pending_since FROM deliveries_waiting w
    WHERE w.destination_id = open.id AND w.lease_token IS NULL AND w.due_at <= to_timestamp($3::float8 / 1000)
    ORDER BY w.due_at, w.id
    LIMIT wanted.n
    FOR UPDATE SKIP LOCKED
  ) due
), judged AS MATERIALIZED (
  SELECT due.id, ${TURN} AS turn FROM due
), behind AS (
  UPDATE deliveries_waiting d SET parked = true, due_at = to_timestamp($3::float8 / 1000) + ${LEFT_ALONE}
  WHERE d.id = ANY (ARRAY(SELECT id FROM judged WHERE turn = 'behind'))
  RETURNING d.destination_id
), claimed AS (
  UPDATE deliveries_waiting d
  SET
    lease_token = $4::uuid, sending = false,
    lease_until = clock_timestamp()
      + ($5::float8[])[array_position($1::uuid[], d.destination_id)] * interval '1 ms',
    parked = d.id = ANY (ARRAY(SELECT id FROM judged WHERE turn = 'outdated'))
  FROM destinations destination
  WHERE destination.id = d.destination_id AND d.id = ANY (ARRAY(SELECT id FROM judged WHERE turn <> 'behind'))
  RETURNING ${CLAIMED}
)
SELECT claimed.*, 0 AS behind FROM claimed
UNION ALL
SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, behind.destination_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, count(*)::int
FROM behind GROUP BY behind.destination_id`;

/**
 * Leases that have died. Those not marked as being sent are free again; the marked ones get a new lease and keep the
 * mark, so that if this process dies too they are still known to be unconfirmed.
 *
 * $1 limit, $2 token, $3 lease in ms
 */
export const TAKE_OVER_EXPIRED = `
UPDATE deliveries_waiting d
SET
  lease_token = CASE WHEN d.sending THEN $2::uuid END,
  lease_until = CASE WHEN d.sending THEN clock_timestamp() + $3::float8 * interval '1 ms' END
FROM destinations destination
WHERE destination.id = d.destination_id AND d.id = ANY (ARRAY(
  SELECT w.id FROM deliveries_waiting w
  WHERE w.lease_token IS NOT NULL AND w.lease_until <= clock_timestamp()
  ORDER BY w.lease_until
  LIMIT $1::int
  FOR UPDATE SKIP LOCKED
))
RETURNING ${CLAIMED}, d.sending`;

/** A delivery in a row of either statement. */
export interface ClaimedRow {
  readonly id: string;
  readonly retention_days: number;
  readonly brand_id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly subscription_version_id: string;
  readonly destination_id: string;
  readonly charged: number;
  readonly attempts: number;
  readonly due_at: Date;
  readonly order_policy: OrderPolicy | null;
  /** Claimed without its turn: an outdated state. */
  readonly parked: boolean;
  readonly pending_since: Date | null;
  readonly external_id: string | null;
  readonly flow: DeliveryFlow | null;
  /** An answer to it was lost, by its last error or by what it keeps; and the vendor has told of it. */
  readonly told: boolean;
  readonly destination_version: number;
}

/** A row of `CLAIM`: a delivery, or how many of a destination were put off. */
export type ClaimRow =
  | (ClaimedRow & { readonly behind: 0 })
  | { readonly id: null; readonly destination_id: string; readonly behind: number };
