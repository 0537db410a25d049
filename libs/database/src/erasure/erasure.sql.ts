/** $1 id, $2 brand, $3 customer, $4 its hash, $5 until in ms, $6 who asked */
export const CREATE = `
INSERT INTO erasures (id, brand_id, customer_id, customer_hash, erased_until, requested_by)
VALUES ($1::uuid, $2::uuid, $3, $4::bytea, to_timestamp($5::float8 / 1000), $6)`;

/** The columns of a receipt. */
const RECEIPT = `
  id, brand_id, encode(customer_hash, 'hex') AS customer_hash, erased_until, requested_by, event_id, events, deliveries,
  attempts, created_at, ended_at`;

/** $1 erasure, $2 brand */
export const FIND = `SELECT ${RECEIPT} FROM erasures WHERE id = $1::uuid AND brand_id = $2::uuid`;

/** $1 brand, $2 the id to go on below, or null, $3 limit */
export const LIST = `
SELECT ${RECEIPT} FROM erasures
WHERE brand_id = $1::uuid AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3::int`;

/** $1 token, $2 lease in ms, $3 the one to claim, or null */
export const CLAIM = `
UPDATE erasures SET lease_token = $1::uuid, lease_until = clock_timestamp() + $2::float8 * interval '1 ms'
WHERE id = ANY (ARRAY(
  SELECT f.id FROM erasures f
  WHERE f.ended_at IS NULL AND f.next_at <= clock_timestamp() AND ($3::uuid IS NULL OR f.id = $3::uuid)
    AND (f.lease_until IS NULL OR f.lease_until <= clock_timestamp())
  ORDER BY f.next_at LIMIT 1 FOR UPDATE SKIP LOCKED
))
RETURNING id, began_at, passes`;

/** $1 erasure, $2 token. Nobody else writes to it until the transaction ends. */
export const LOCK = `
SELECT brand_id, customer_id, customer_hash, erased_until, event_id, began_at, cursor
FROM erasures WHERE id = $1::uuid AND lease_token = $2::uuid AND ended_at IS NULL FOR UPDATE`;

/** $1 hash, $2 brand, $3 until */
export const WRITE_TOMBSTONE = `
INSERT INTO tombstones AS t (customer_hash, brand_id, erased_until)
VALUES ($1::bytea, $2::uuid, $3::timestamptz)
ON CONFLICT (customer_hash) DO UPDATE SET erased_until = greatest(t.erased_until, excluded.erased_until)`;

/**
 * A replay whose filter names the customer names nobody from now on: one that was asked for while the erasure went on,
 * too. It is the text that was stored, where no quote stands inside a value without a backslash in front.
 * $1 brand, $2 the customer in it, $3 nobody in it
 */
export const ERASE_FROM_REPLAYS = `
UPDATE replays SET filter = replace(filter::text, $2, $3)::json WHERE brand_id = $1::uuid AND strpos(filter::text, $2) > 0`;

/** $1 erasure */
export const BEGIN = `
UPDATE erasures SET began_at = clock_timestamp(), began_xid = pg_current_xact_id()::xid WHERE id = $1::uuid`;

/**
 * Notes when no statement is left that may have looked for the tombstone before it stood, and not committed yet: none
 * whose view of the database is that old, or, where some other long work has such a view, none that began within the
 * longest that one of ours may take. What it stored is seen by whoever looks from then on.
 * $1 erasure
 */
export const SETTLE = `
UPDATE erasures f SET settled = f.began_at < clock_timestamp() - interval '1 min' OR NOT EXISTS (
  SELECT FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND age(a.backend_xmin) >= age(f.began_xid)
)
WHERE f.id = $1::uuid AND NOT f.settled`;

/** Not past the moment from which its own deletion event has no grace period any more. $1 erasure, $2 token, $3 delay in ms */
export const POSTPONE = `
UPDATE erasures SET
  lease_token = NULL, lease_until = NULL, cursor = NULL, remaining = 0, passes = passes + 1,
  next_at = least(
    clock_timestamp() + $3::float8 * interval '1 ms', CASE WHEN grace_until > now() THEN grace_until END
  )
WHERE id = $1::uuid AND lease_token = $2::uuid`;

/** $1 erasure, $2 token */
export const END = `
UPDATE erasures SET lease_token = NULL, lease_until = NULL, cursor = NULL, customer_id = NULL, ended_at = now()
WHERE id = $1::uuid AND lease_token = $2::uuid`;

/** $1 erasure, $2 events, $3 deliveries, $4 attempts, $5 remaining, $6 cursor; null: a pass is over, and the lease stays */
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
