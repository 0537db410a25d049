/**
 * Inserts an erasure. $1 id, $2 brand, $3 customer, $4 hash of the customer, $5 end of the covered time in ms, $6 name
 * of the requester
 */
export const CREATE = `
INSERT INTO erasures (id, brand_id, customer_id, customer_hash, erased_until, requested_by)
VALUES ($1::uuid, $2::uuid, $3, $4::bytea, to_timestamp($5::float8 / 1000), $6)`;

/**
 * Inserts the erasure of an id that is linked to the customer of another erasure, unless the deletion event has an
 * erasure of this id. $1 id, $2 customer, $3 hash of the customer, $4 the other erasure
 */
export const CREATE_LINKED = `
INSERT INTO erasures (
  id, brand_id, customer_id, customer_hash, erased_until, requested_by, event_id, grace_until, linked
)
SELECT $1::uuid, f.brand_id, $2, $3::bytea, f.erased_until, f.requested_by, f.event_id, f.grace_until, true
FROM erasures f
WHERE f.id = $4::uuid
  AND NOT EXISTS (SELECT FROM erasures o WHERE o.event_id = f.event_id AND o.customer_hash = $3::bytea AND o.ended_at IS NULL)`;

/** Columns of an erasure's receipt. */
const RECEIPT = `
  id, brand_id, encode(customer_hash, 'hex') AS customer_hash, erased_until, requested_by, event_id, events, deliveries,
  attempts, created_at, ended_at`;

/** Returns the receipt of one erasure. $1 erasure, $2 brand */
export const FIND = `SELECT ${RECEIPT} FROM erasures WHERE id = $1::uuid AND brand_id = $2::uuid`;

/**
 * Returns the receipts of a brand's erasures, newest first. $1 brand, $2 id below which the page continues, or null, $3
 * limit
 */
export const LIST = `
SELECT ${RECEIPT} FROM erasures
WHERE brand_id = $1::uuid AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3::int`;

/** Claims a due erasure. $1 token, $2 lease in ms, $3 the erasure to claim, or null for any erasure */
export const CLAIM = `
UPDATE erasures SET lease_token = $1::uuid, lease_until = clock_timestamp() + $2::float8 * interval '1 ms'
WHERE id = ANY (ARRAY(
  SELECT f.id FROM erasures f
  WHERE f.ended_at IS NULL AND f.next_at <= clock_timestamp() AND ($3::uuid IS NULL OR f.id = $3::uuid)
    AND (f.lease_until IS NULL OR f.lease_until <= clock_timestamp())
  ORDER BY f.next_at LIMIT 1 FOR UPDATE SKIP LOCKED
))
RETURNING id, began_at, passes`;

/** Locks a claimed erasure until the transaction ends. $1 erasure, $2 token */
export const LOCK = `
SELECT brand_id, customer_id, customer_hash, erased_until, event_id, linked, began_at, cursor
FROM erasures WHERE id = $1::uuid AND lease_token = $2::uuid AND ended_at IS NULL FOR UPDATE`;

/** Writes the tombstone of a customer. $1 hash of the customer, $2 brand, $3 end of the covered time */
export const WRITE_TOMBSTONE = `
INSERT INTO tombstones AS t (customer_hash, brand_id, erased_until)
VALUES ($1::bytea, $2::uuid, $3::timestamptz)
ON CONFLICT (customer_hash) DO UPDATE SET erased_until = greatest(t.erased_until, excluded.erased_until)`;

/**
 * Replaces the customer in the filters of replays, including replays that were requested during the erasure. Replacing
 * the text of the filters is safe, because a quote inside a JSON value always follows a backslash. $1 brand, $2 filter
 * text with the customer, $3 filter text with the placeholder
 */
export const ERASE_FROM_REPLAYS = `
UPDATE replays SET filter = replace(filter::text, $2, $3)::json WHERE brand_id = $1::uuid AND strpos(filter::text, $2) > 0`;

/** Records the start of an erasure, with its time and transaction id. $1 erasure */
export const BEGIN = `
UPDATE erasures SET began_at = clock_timestamp(), began_xid = pg_current_xact_id()::xid WHERE id = $1::uuid`;

/**
 * Marks an erasure as settled once every statement that may have missed the tombstone has ended. All later passes see
 * the rows that such statements wrote.
 *
 * The erasure is settled if no other session has a snapshot from before the start of the erasure. An unrelated long
 * transaction may keep an older snapshot. One minute after its start, the erasure is therefore settled in any case,
 * because no statement of the hub runs that long. $1 erasure
 */
export const SETTLE = `
UPDATE erasures f SET settled = f.began_at < clock_timestamp() - interval '1 min' OR NOT EXISTS (
  SELECT FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND age(a.backend_xmin) >= age(f.began_xid)
)
WHERE f.id = $1::uuid AND NOT f.settled`;

/**
 * Postpones the next pass of an erasure, at most to the end of the grace period of its deletion event. $1 erasure, $2
 * token, $3 delay in ms
 */
export const POSTPONE = `
UPDATE erasures SET
  lease_token = NULL, lease_until = NULL, cursor = NULL, remaining = 0, passes = passes + 1,
  next_at = least(
    clock_timestamp() + $3::float8 * interval '1 ms', CASE WHEN grace_until > now() THEN grace_until END
  )
WHERE id = $1::uuid AND lease_token = $2::uuid`;

/** Ends an erasure and deletes its customer id. $1 erasure, $2 token */
export const END = `
UPDATE erasures SET lease_token = NULL, lease_until = NULL, cursor = NULL, customer_id = NULL, ended_at = now()
WHERE id = $1::uuid AND lease_token = $2::uuid`;

/**
 * Adds the result of a batch to the progress of an erasure and releases the lease. The last batch of a pass keeps the
 * lease. $1 erasure, $2 events, $3 deliveries, $4 attempts, $5 remaining events, $6 cursor, null after the last batch
 * of a pass
 */
export const STEP = `
UPDATE erasures SET
  events = events + $2::int, deliveries = deliveries + $3::int, attempts = attempts + $4::int, remaining = remaining + $5::int,
  cursor = $6::uuid,
  lease_token = CASE WHEN $6::uuid IS NULL THEN lease_token END,
  lease_until = CASE WHEN $6::uuid IS NULL THEN lease_until END
WHERE id = $1::uuid
RETURNING remaining, settled`;

export const RECENT = `
SELECT id || CASE WHEN ended_at IS NULL THEN '' ELSE ' ended' END AS key, brand_id
FROM erasures WHERE began_at > now() - interval '1 min' OR ended_at > now() - interval '1 min'`;
