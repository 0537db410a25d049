/**
 * Stores the events of one group of calls, with the deliveries of these events, in one commit. Deliveries with a
 * reserved slot are stored as leased to this process.
 */
export const STORE_BORN = `
  WITH event AS (
    INSERT INTO events (id, brand, type, payload)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::json[]))
  INSERT INTO deliveries (id, event_id, destination, state, attempts, lease_until, lease_token)
  SELECT id, event_id, destination, reserved::int, reserved::int,
    CASE WHEN reserved THEN now() + interval '60 s' END, CASE WHEN reserved THEN $9::uuid END
  FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::bool[]) AS delivery (id, event_id, destination, reserved)`;

/** Claims deliveries that are due or whose lease has expired, because their process crashed, with their events. */
export const CLAIM_DUE = `
  UPDATE deliveries d
  SET state = 1, lease_until = now() + interval '60 s', lease_token = $1::uuid, attempts = d.attempts + 1
  FROM events e
  WHERE d.id = ANY (
      ARRAY(SELECT id FROM deliveries WHERE state = 0 AND due_at <= now() LIMIT $2 FOR UPDATE SKIP LOCKED) ||
      ARRAY(SELECT id FROM deliveries WHERE state = 1 AND lease_until <= now() LIMIT $2 FOR UPDATE SKIP LOCKED))
    AND e.id = d.event_id
  RETURNING d.id, d.destination, d.attempts, d.lease_token, e.payload`;
