import { Statement } from '../query/columns.js';
import { claimedColumns } from './claim.js';
import { newClaim } from './record-claim.js';

/** SQL of the version and of the last pause of a delivery's destination; 0 if the destination is undecided. */
const DESTINATION = {
  version: `coalesce((SELECT t.version FROM destinations t WHERE t.id = d.destination_id), 0)`,
  pauseSeq: `coalesce((SELECT t.pause_seq::float8 FROM destination_states t WHERE t.destination_id = d.destination_id), 0)`,
};

/** Time at which the new leases expire. */
const CHECK_AT = `clock_timestamp() + $leaseMs * interval '1 ms'`;

/** Maximum number of claims that one statement checks. */
const MAX_CLAIMS_CHECKED = 200;

/**
 * Reclaims deliveries whose lease has expired. Deliveries that are not marked as being sent become free. Marked
 * deliveries get a new lease and keep the mark. If this process dies too, the mark still shows that the marked
 * deliveries are unconfirmed.
 *
 * Expired leases are found through the rows of `claims` whose check is due. A claim with live leases is checked again
 * when the first of these leases expires. A claim without live leases is deleted.
 *
 * `limit` is the maximum number of reclaimed deliveries.
 */
export const RECLAIM_EXPIRED = new Statement(
  'reclaim-expired',
  { limit: 'int', token: 'uuid', leaseMs: 'float8' },
  `
WITH checked AS MATERIALIZED (
  SELECT c.token, c.delivery_ids FROM claims c WHERE c.check_at <= clock_timestamp()
  ORDER BY c.check_at LIMIT ${MAX_CLAIMS_CHECKED}
  FOR UPDATE SKIP LOCKED
), leased AS MATERIALIZED (
  SELECT w.id, w.lease_token, w.lease_until FROM deliveries_waiting w
  WHERE w.id = ANY (ARRAY(SELECT unnest(delivery_ids) FROM checked)) AND w.lease_token = ANY (ARRAY(SELECT token FROM checked))
), reclaimed AS (
  UPDATE deliveries_waiting d
  SET
    lease_token = CASE WHEN d.sending THEN $token END,
    lease_until = CASE WHEN d.sending THEN clock_timestamp() + $leaseMs * interval '1 ms' END,
    active_key = CASE WHEN d.sending THEN d.active_key END, in_memory = NULL
  WHERE d.id = ANY (ARRAY(
    SELECT w.id FROM deliveries_waiting w
    WHERE w.id = ANY (ARRAY(
      SELECT id FROM leased WHERE lease_until <= clock_timestamp() ORDER BY lease_until LIMIT $limit
    )) AND w.lease_until <= clock_timestamp()
    FOR UPDATE SKIP LOCKED
  ))
  RETURNING ${claimedColumns(DESTINATION)}, d.sending
), new_claim AS (${newClaim('reclaimed WHERE sending', CHECK_AT)}
), remaining AS MATERIALIZED (
  SELECT lease_token AS token, array_agg(id) AS ids, min(lease_until) AS check_at FROM leased
  WHERE id <> ALL (ARRAY(SELECT id FROM reclaimed)) GROUP BY lease_token
), postponed_claims AS (
  UPDATE claims c SET delivery_ids = remaining.ids, check_at = remaining.check_at
  FROM remaining WHERE c.token = remaining.token
), deleted_claims AS (
  DELETE FROM claims WHERE token = ANY (ARRAY(SELECT token FROM checked EXCEPT SELECT token FROM remaining))
)
SELECT * FROM reclaimed`,
);
