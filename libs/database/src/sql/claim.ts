import type { DeliveryMessaging, OrderPolicy } from '@patchbay/core';
import { Statement } from '../query/columns.js';
import { allowsDeliveries } from './destination-states.js';
import { IS_FREE } from './lease.js';
import { recordClaim } from './record-claim.js';

/**
 * Builds the columns of a claimed delivery, which {@link ClaimedRow} describes.
 * @param destination SQL of the version and of the `pause_seq` of the destination
 */
export const claimedColumns = (destination: { readonly version: string; readonly pauseSeq: string }): string => `
  d.id, d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.subscription_version_id, d.destination_id,
  d.counted_attempts, d.attempts, date_part('epoch', d.due_at) * 1000 AS due_at, d.order_policy, d.deferred,
  round(date_part('epoch', d.pending_since) * 1000) AS pending_since, d.external_id, d.messaging,
  d.vendor_status IS NOT NULL AND d.pending_since IS NULL
    AND coalesce(d.error_kind = 'unconfirmed' OR d.messaging ? 'lost', false) AS confirmed,
  ${destination.version} AS destination_version, ${destination.pauseSeq} AS pause_seq`;

/**
 * SQL condition: the delivery `o` comes before the delivery `due` in the order of their order key, which is the order
 * of their events.
 */
const OLDER = '(o.order_at, o.id) < (due.order_at, due.id)';

/**
 * SQL of the decision about a due delivery by its order key: `go`, `blocked` or `outdated`. The decision depends on the
 * rows that the statement sees.
 */
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
 * Interval after which a blocked delivery becomes due again: its age, at least 1 s and at most 5 min. Normally, the
 * blocked delivery becomes due when the blocking delivery ends. The interval is only for wake-ups that came too early.
 * The interval grows with the age, so that a long backlog costs few rechecks.
 */
const RECHECK_AFTER = `least(greatest(to_timestamp($now / 1000) - d.created_at, interval '1 s'), interval '5 min')`;

/** Time at which the first lease of a claim may have expired. */
const CHECK_AT = `clock_timestamp() + (SELECT min(t.lease_ms) FROM $requests(lease_ms) AS t) * interval '1 ms'`;

/** Parts of the statement that claims deliveries, which depend on the kind of their queues. */
interface ClaimedQueues {
  /** Columns of the requests. */
  readonly requested: string;
  /** Joins after the requests. */
  readonly from: string;
  /** Value of the column `destination_id` of the due deliveries, and further conditions. */
  readonly id: string;
  readonly using: string;
  readonly where: string;
  /** SQL of the version of the destination, and of the number of its last pause or resumption. */
  readonly destination: { readonly version: string; readonly pauseSeq: string };
}

/**
 * Builds a statement that claims due deliveries of several destinations. Each destination takes one index scan that stops at
 * its limit. The ids go through an array, which PostgreSQL computes once. `UPDATE … FROM (SELECT … LIMIT n FOR UPDATE
 * SKIP LOCKED)` may run its subquery several times and claim many more rows than the limit.
 *
 * If another delivery of the same order key blocks a due delivery, the blocked delivery is deferred. Outdated
 * deliveries are claimed with `deferred` set and without `active_key`, so that another delivery of their order key can
 * be in flight. If a concurrent statement has just claimed a delivery of the same order key, this statement fails on
 * the unique index. When it is retried, it finds the delivery blocked.
 *
 * A claim is a heap-only update and adds no index entries, except for deliveries with an order key. Claimed rows
 * therefore stay at the front of the index, and later claims skip them. A row in `claims` says when to check the
 * leases.
 *
 * Times are in milliseconds. `max` is the maximum number of deliveries of a destination. `ended` are the tokens of
 * claims that have ended.
 */
export const claimStatement = ({ requested, from, id, using, where, destination }: ClaimedQueues): string => `
WITH due AS MATERIALIZED (
  SELECT due.id, due.order_key, due.order_at, due.order_policy, due.pending_since
  FROM $requests(${requested}) AS requested${from}
  CROSS JOIN LATERAL (
    SELECT w.id, w.order_key, w.order_at, w.order_policy, w.pending_since FROM deliveries_waiting w
    WHERE w.destination_id = ${id} AND ${IS_FREE} AND w.due_at <= to_timestamp($now / 1000)
    ORDER BY w.due_at, w.id
    LIMIT requested.max
    FOR UPDATE SKIP LOCKED
  ) due
), verdicts AS MATERIALIZED (
  SELECT due.id, ${ORDER_VERDICT} AS verdict FROM due
), blocked AS (
  UPDATE deliveries_waiting d SET deferred = true, due_at = to_timestamp($now / 1000) + ${RECHECK_AFTER}
  WHERE d.id = ANY (ARRAY(SELECT id FROM verdicts WHERE verdict = 'blocked'))
  RETURNING d.destination_id
), claimed AS (
  UPDATE deliveries_waiting d
  SET
    lease_token = $token, sending = false,
    lease_until = clock_timestamp()
      + ($requests.lease_ms)[array_position($requests.destination_id, d.destination_id)] * interval '1 ms',
    deferred = d.id = ANY (ARRAY(SELECT id FROM verdicts WHERE verdict = 'outdated')),
    active_key = CASE WHEN d.id <> ALL (ARRAY(SELECT id FROM verdicts WHERE verdict = 'outdated')) THEN d.order_key END
${using}  WHERE ${where}d.id = ANY (ARRAY(SELECT id FROM verdicts WHERE verdict <> 'blocked'))
  RETURNING ${claimedColumns(destination)}
), ${recordClaim('claimed', CHECK_AT)}
SELECT claimed.*, 0 AS blocked FROM claimed
UNION ALL
SELECT
  NULL, NULL, NULL, NULL, NULL, NULL, blocked.destination_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, count(*)::int
FROM blocked GROUP BY blocked.destination_id`;

const CLAIM_PARAMETERS = {
  requests: { destination_id: 'uuid', max: 'int', lease_ms: 'float8' },
  now: 'float8',
  token: 'uuid',
  ended: 'uuid[]',
};

/** Claims due deliveries of destinations, see `claimStatement`. */
export const CLAIM = new Statement(
  'claim',
  CLAIM_PARAMETERS,
  claimStatement({
    requested: 'destination_id, max',
    from: `
  JOIN destinations destination ON destination.id = requested.destination_id
    AND NOT destination.disabled AND destination.deleted_at IS NULL
  JOIN destination_states state ON state.destination_id = destination.id
    AND ${allowsDeliveries('state', 'to_timestamp($now / 1000)')}`,
    id: 'destination.id',
    using: '  FROM destinations destination JOIN destination_states state ON state.destination_id = destination.id\n',
    where: 'destination.id = d.destination_id AND ',
    destination: { version: 'destination.version', pauseSeq: 'state.pause_seq::float8' },
  }),
);

/**
 * Claims due deliveries whose destination is undecided. `destination_id` is the id of their subscription. The join skips
 * the ids of deleted destinations, so that their deliveries are not read in search of an undecided one.
 */
export const CLAIM_UNDECIDED = new Statement(
  'claim-undecided',
  CLAIM_PARAMETERS,
  claimStatement({
    requested: 'destination_id, max',
    from: `
  JOIN subscriptions subscription ON subscription.id = requested.destination_id`,
    id: 'requested.destination_id AND w.destination_id = w.subscription_id',
    using: '',
    where: '',
    destination: { version: '0', pauseSeq: '0::float8' },
  }),
);

/** Row that describes a claimed or reclaimed delivery. */
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
  /** Due time in milliseconds since the epoch. `pending_since` has the same unit. */
  readonly due_at: number;
  readonly order_policy: OrderPolicy | null;
  /** True if the claimed delivery is outdated. */
  readonly deferred: boolean;
  readonly pending_since: number | null;
  readonly external_id: string | null;
  readonly messaging: DeliveryMessaging | null;
  /** True if an answer was lost and a status update has confirmed that the vendor has the message. */
  readonly confirmed: boolean;
  readonly destination_version: number;
  /** Number of the last pause or resumption of the destination. */
  readonly pause_seq: number;
}

/** Row that `CLAIM` returns: a claimed delivery, or the number of deferred deliveries of a destination. */
export type ClaimRow =
  | (ClaimedRow & { readonly blocked: 0 })
  | { readonly id: null; readonly destination_id: string; readonly blocked: number };
