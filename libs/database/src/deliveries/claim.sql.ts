const CLAIMED = `
  d.id, d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.subscription_version_id, d.destination_id,
  d.charged, d.attempts, d.due_at, destination.version AS destination_version`;

/**
 * Claims due deliveries of several destinations: an index scan that stops at the limit for each, in one statement.
 * The ids go through an array, which is made once; `UPDATE … FROM (SELECT … LIMIT n FOR UPDATE SKIP LOCKED)` would run
 * its subquery again and again and claim many times too many.
 *
 * $1 destinations, $2 limits, $3 now in ms, $4 token, $5 leases in ms
 */
export const CLAIM = `
UPDATE deliveries_waiting d
SET
  lease_token = $4::uuid, sending = false,
  lease_until = clock_timestamp()
    + ($5::float8[])[array_position($1::uuid[], d.destination_id)] * interval '1 ms'
FROM destinations destination
WHERE destination.id = d.destination_id AND d.id = ANY (ARRAY(
  SELECT due.id
  FROM unnest($1::uuid[], $2::int[]) AS wanted (destination_id, n)
  JOIN destinations open ON open.id = wanted.destination_id
    AND NOT open.paused AND NOT open.disabled AND open.deleted_at IS NULL
  CROSS JOIN LATERAL (
    SELECT w.id FROM deliveries_waiting w
    WHERE w.destination_id = open.id AND w.lease_token IS NULL AND w.due_at <= to_timestamp($3::float8 / 1000)
    ORDER BY w.due_at, w.id
    LIMIT wanted.n
    FOR UPDATE SKIP LOCKED
  ) due
))
RETURNING ${CLAIMED}`;

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

/** A row of either statement. */
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
  readonly destination_version: number;
}
