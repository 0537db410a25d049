import { Statement } from '../query/columns.js';
import { claimedColumns, claimStatement } from './claim.js';
import { allowsDeliveries } from './destination-states.js';
import { IS_FREE } from './lease.js';
import { newClaim } from './record-claim.js';

/**
 * Builds the SQL condition that a delivery may only be sent again with its whole batch. The answer to the batch was lost,
 * and the plugin is idempotent per batch. A pending message is not sent again.
 */
const isFrozen = (delivery: string): string =>
  `(${delivery}.pending_since IS NULL AND coalesce(${delivery}.messaging @> '{"lost": true, "batch": {"isFrozen": true}}', false))`;

/** SQL of the id of the batch in which a delivery was last sent. */
const batchOf = (delivery: string): string => `(${delivery}.messaging #>> '{batch,id}')::uuid`;

/** SQL condition: the delivery `w` waits until its batch is claimed as a whole. */
const IN_FROZEN_BATCH = `${isFrozen('w')} AND EXISTS (SELECT FROM batches b WHERE b.id = ${batchOf('w')})`;

/** Joins of a destination that may be called now. */
const CALLABLE = (id: string): string => `
  JOIN destinations destination ON destination.id = ${id} AND NOT destination.disabled AND destination.deleted_at IS NULL
  JOIN destination_states state ON state.destination_id = destination.id
    AND ${allowsDeliveries('state', 'to_timestamp($now / 1000)')}`;

const DESTINATION = { version: 'destination.version', pauseSeq: 'state.pause_seq::float8' };

/** SQL of the due deliveries of a destination that a new batch may contain, up to `max`. */
const collectable = (destination: string, max: string): string => `
    SELECT w.due_at FROM deliveries_waiting w
    WHERE w.destination_id = ${destination} AND ${IS_FREE} AND w.due_at <= to_timestamp($now / 1000)
      AND NOT (${IN_FROZEN_BATCH})
    ORDER BY w.due_at, w.id LIMIT ${max}`;

/**
 * Counts the due deliveries of a destination that a new batch may contain, up to `size`. `oldest` is the due time of the
 * first delivery, in milliseconds since the epoch. `frozen` is true if the table `batches` has a batch of the destination.
 */
export const BATCH_WORK = new Statement(
  'batch-work',
  { destination: 'uuid', size: 'int', now: 'float8' },
  `
SELECT
  count(*)::int AS count, date_part('epoch', min(due.due_at)) * 1000 AS oldest,
  EXISTS (SELECT FROM batches b WHERE b.destination_id = $destination) AS frozen
FROM (${collectable('$destination', '$size')}
) due`,
);

/** Row that {@link BATCH_WORK} returns. */
export interface BatchWorkRow {
  readonly count: number;
  readonly oldest: number | null;
  readonly frozen: boolean;
}

/**
 * Claims the deliveries of a new batch: up to `max` due deliveries of a destination. Claims and locks nothing if fewer
 * deliveries are due and the oldest has been due for less than `within_ms`. If two processes claim at the
 * same time, the second may get fewer deliveries.
 *
 * A newer state of an order key is not sent while a member of a frozen batch has the key. Otherwise the repeated batch
 * would overwrite the newer state.
 */
export const CLAIM_BATCH = new Statement(
  'claim-batch',
  {
    requests: { destination_id: 'uuid', max: 'int', lease_ms: 'float8', within_ms: 'float8' },
    now: 'float8',
    token: 'uuid',
    ended: 'uuid[]',
  },
  claimStatement({
    requested: 'destination_id, max, within_ms',
    from: `${CALLABLE('requested.destination_id')}
  CROSS JOIN LATERAL (
    SELECT count(*) AS count, min(first.due_at) AS oldest FROM (${collectable('destination.id', 'requested.max')}
    ) first
  ) collected`,
    id: `destination.id AND (
        collected.count >= requested.max
        OR collected.oldest <= to_timestamp(($now - requested.within_ms) / 1000)
      ) AND NOT (${IN_FROZEN_BATCH}) AND NOT (
        coalesce(w.order_policy = 'supersede', false) AND EXISTS (
          SELECT FROM deliveries_waiting o WHERE o.order_key = w.order_key AND o.id <> w.id AND ${isFrozen('o')}
        )
      )`,
    using: '  FROM destinations destination JOIN destination_states state ON state.destination_id = destination.id\n',
    where: 'destination.id = d.destination_id AND ',
    destination: DESTINATION,
  }),
);

/**
 * Claims a batch of a destination that is repeated as a whole: the oldest batch whose members are all due and unleased.
 * A member that has left the waiting deliveries is missing in the result. The row of the batch stays locked until the
 * commit, so that two processes never share a batch.
 */
export const CLAIM_FROZEN_BATCH = new Statement(
  'claim-frozen-batch',
  { destination: 'uuid', leaseMs: 'float8', now: 'float8', token: 'uuid' },
  `
WITH batch AS MATERIALIZED (
  SELECT b.id, b.delivery_ids FROM batches b${CALLABLE('b.destination_id')}
  WHERE b.destination_id = $destination
    AND EXISTS (
      SELECT FROM deliveries_waiting w
      WHERE w.id = ANY (b.delivery_ids) AND ${batchOf('w')} = b.id AND ${isFrozen('w')}
    )
    AND NOT EXISTS (
      SELECT FROM deliveries_waiting w
      WHERE w.id = ANY (b.delivery_ids) AND ${batchOf('w')} = b.id AND (
        w.lease_token IS NOT NULL OR w.due_at > to_timestamp($now / 1000)
        OR EXISTS (SELECT FROM deliveries_waiting o WHERE o.active_key = w.order_key AND o.active_key IS NOT NULL)
      )
    )
  ORDER BY b.created_at LIMIT 1
  FOR UPDATE OF b SKIP LOCKED
), claimed AS (
  UPDATE deliveries_waiting d
  SET
    lease_token = $token, sending = false, lease_until = clock_timestamp() + $leaseMs * interval '1 ms', deferred = false,
    active_key = d.order_key
  FROM destinations destination JOIN destination_states state ON state.destination_id = destination.id
  WHERE destination.id = d.destination_id AND d.id = ANY (ARRAY(SELECT unnest(delivery_ids) FROM batch))
    AND d.lease_token IS NULL AND ${batchOf('d')} = (SELECT id FROM batch) AND ${isFrozen('d')}
  RETURNING ${claimedColumns(DESTINATION)}
), new_claim AS (${newClaim('claimed', `clock_timestamp() + $leaseMs * interval '1 ms'`)}
)
SELECT * FROM claimed`,
);

/**
 * Marks the deliveries of a new batch whose call is about to start, and writes their positions. A delivery that has lost its
 * lease is left out. If the batch is frozen, a row in `batches` contains its deliveries.
 */
export const MARK_BATCH = new Statement(
  'mark-batch',
  { batch: 'uuid', destination: 'uuid', frozen: 'boolean', members: { id: 'uuid', token: 'uuid', index: 'int' } },
  `
WITH live AS MATERIALIZED (
  SELECT d.id, t.index FROM $members AS t JOIN deliveries_waiting d ON d.id = t.id AND d.lease_token = t.token
  ORDER BY d.id FOR UPDATE OF d
), places AS MATERIALIZED (
  SELECT id, row_number() OVER (ORDER BY index) - 1 AS index, count(*) OVER () AS size FROM live
), stored AS (
  INSERT INTO batches (id, destination_id, delivery_ids)
  SELECT $batch, $destination, array_agg(id ORDER BY index) FROM places WHERE $frozen HAVING count(*) > 0
)
UPDATE deliveries_waiting d
SET sending = true, messaging = coalesce(d.messaging, '{}') || jsonb_build_object('batch', jsonb_strip_nulls(
  jsonb_build_object('id', $batch, 'index', p.index, 'size', p.size, 'isFrozen', nullif($frozen, false))
))
FROM places p WHERE d.id = p.id
RETURNING d.id, p.index::int AS index`,
);

/** Forgets batches whose outcome is known. */
export const END_BATCHES = new Statement(
  'end-batches',
  { batches: 'uuid[]' },
  'DELETE FROM batches WHERE id = ANY ($batches)',
);

/** Forgets batches that have no member in doubt any more, because the process stopped before it forgot them. */
export const DELETE_ENDED_BATCHES = `
WITH gone AS (
  DELETE FROM batches WHERE id = ANY (ARRAY(
    SELECT b.id FROM batches b
    WHERE b.created_at < now() - interval '1 h' AND NOT EXISTS (
      SELECT FROM deliveries_waiting w
      WHERE w.id = ANY (b.delivery_ids) AND ${batchOf('w')} = b.id AND (${isFrozen('w')} OR w.lease_token IS NOT NULL)
    )
    LIMIT 5000 FOR UPDATE SKIP LOCKED
  )) RETURNING id
)
SELECT id FROM gone`;
