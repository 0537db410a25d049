import { hasSubscriber } from './outbox.js';

/**
 * Part of a statement that appends outbox entries for the imports of `ended` that failed, or that are done although some
 * rows made no event.
 */
const APPEND_ENDED_IMPORTS = `appended AS (
  INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
  SELECT i.type || ':' || i.id, i.brand_id, i.type,
    jsonb_build_object(
      'importId', i.id, 'source', source.name, 'fileName', i.file_name, 'reason', i.reason,
      'accepted', i.counts -> 'accepted', 'duplicate', i.counts -> 'duplicate', 'quarantined', i.counts -> 'quarantined'
    ),
    1, '[]', now(), now()
  FROM (
    SELECT *, CASE WHEN state = 'failed' THEN 'import.failed' ELSE 'import.quarantined' END AS type FROM ended
    WHERE state = 'failed' OR (counts ->> 'quarantined')::bigint > 0
  ) i
  JOIN sources source ON source.id = i.source_id
  WHERE ${hasSubscriber('i.brand_id', 'i.type')}
  ON CONFLICT DO NOTHING
)`;
/** Columns that {@link APPEND_ENDED_IMPORTS} reads. */
const ENDED_COLUMNS = 'id, brand_id, source_id, file_name, state, reason, counts';

/** Claims the running import that has waited longest. $1 token, $2 lease in ms, $3 origins */
export const CLAIM_IMPORT = `
UPDATE imports SET lease_token = $1::uuid, lease_until = clock_timestamp() + $2::float8 * interval '1 ms'
WHERE id = ANY (ARRAY(
  SELECT i.id FROM imports i
  WHERE i.ended_at IS NULL AND i.state = 'running' AND i.next_at <= clock_timestamp() AND i.origin = ANY ($3::text[])
    AND (i.lease_until IS NULL OR i.lease_until <= clock_timestamp())
  ORDER BY i.next_at LIMIT 1 FOR UPDATE SKIP LOCKED
))
RETURNING id`;

/** Renews a lease. Returns no row if the lease was lost. $1 import, $2 token, $3 lease in ms */
export const RENEW_IMPORT = `
UPDATE imports SET lease_until = clock_timestamp() + $3::float8 * interval '1 ms'
WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running'
RETURNING id`;

/**
 * Records progress and renews the lease. Returns no row if the lease was lost. $1 import, $2 token, $3 lease in ms,
 * $4 position, $5 counts, $6 problems
 */
export const ADVANCE_IMPORT = `
UPDATE imports SET lease_until = clock_timestamp() + $3::float8 * interval '1 ms', position = $4::json,
  counts = $5::json, problems = $6::json, updated_at = now()
WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running'
RETURNING id`;

/** Releases a lease. $1 import, $2 token, $3 delay in ms */
export const RELEASE_IMPORT = `
UPDATE imports SET lease_token = NULL, lease_until = NULL,
  next_at = clock_timestamp() + $3::float8 * interval '1 ms'
WHERE id = $1::uuid AND lease_token = $2::uuid`;

/**
 * Ends an import and deletes its uploaded file. $1 import, $2 token, $3 state, $4 reason,
 * $5 false if the version of the file may be imported again
 */
export const END_IMPORT = `
WITH ended AS (
  UPDATE imports SET state = $3, reason = $4, lease_token = NULL, lease_until = NULL, updated_at = now(),
    ended_at = now(), version = CASE WHEN $5 THEN version END
  WHERE id = $1::uuid AND lease_token = $2::uuid AND state = 'running'
  RETURNING ${ENDED_COLUMNS}
), ${APPEND_ENDED_IMPORTS}
DELETE FROM import_chunks c USING ended WHERE c.import_id = ended.id`;

/** Cancels an import and deletes its uploaded file. $1 import, $2 brand */
export const CANCEL_IMPORT = `
WITH ended AS (
  UPDATE imports SET state = 'cancelled', lease_token = NULL, lease_until = NULL, updated_at = now(),
    ended_at = now()
  WHERE id = $1::uuid AND brand_id = $2::uuid AND ended_at IS NULL
  RETURNING id
)
DELETE FROM import_chunks c USING ended WHERE c.import_id = ended.id`;

/** Ends idle uploads and deletes their files. Returns their ids. $1 idle time in ms, $2 reason */
export const END_IDLE_UPLOADS = `
WITH ended AS (
  UPDATE imports SET state = 'failed', reason = $2, updated_at = now(), ended_at = now()
  WHERE ended_at IS NULL AND state = 'uploading' AND updated_at < clock_timestamp() - $1::float8 * interval '1 ms'
  RETURNING ${ENDED_COLUMNS}
), ${APPEND_ENDED_IMPORTS}, deleted AS (
  DELETE FROM import_chunks c USING ended WHERE c.import_id = ended.id
)
SELECT id FROM ended`;

/** Imports that have not ended or that ended in the last 24 hours, by brand and state. Without deleted brands. */
export const COUNT_IMPORTS = `
SELECT b.name AS brand, i.state, count(*)::int AS count FROM imports i
JOIN brands b ON b.id = i.brand_id AND b.deleted_at IS NULL
WHERE i.ended_at IS NULL OR i.ended_at > now() - interval '24 hours'
GROUP BY b.name, i.state`;

export const OPEN_BYTES = `
SELECT coalesce(sum(size_bytes), 0)::float8 AS bytes FROM imports WHERE ended_at IS NULL AND origin = 'upload'`;

/** Chunk that contains a byte. $1 import, $2 offset of the byte */
export const CHUNK_AT = `
SELECT start::float8 AS start, bytes, sealed FROM import_chunks
WHERE import_id = $1::uuid AND start <= $2::bigint AND start + bytes > $2::bigint
ORDER BY start DESC LIMIT 1`;

/** Adds a chunk. $1 import, $2 start, $3 bytes, $4 sealed bytes */
export const ADD_CHUNK = `
INSERT INTO import_chunks (import_id, start, bytes, sealed) VALUES ($1::uuid, $2::bigint, $3::int, $4::bytea)`;

/**
 * Reserves the due scans of watched places, so that one process scans a place per interval. $1 interval in ms, $2 origins
 */
export const TAKE_SCANS = `
INSERT INTO file_scans AS f (source_id, next_at)
SELECT s.id, clock_timestamp() + $1::float8 * interval '1 ms' FROM sources s
WHERE s.sealed_place IS NOT NULL AND s.place_origin = ANY ($2::text[]) AND NOT s.disabled AND s.deleted_at IS NULL
ON CONFLICT (source_id) DO UPDATE SET next_at = excluded.next_at WHERE f.next_at <= clock_timestamp()
RETURNING f.source_id AS "sourceId", (SELECT s.brand_id FROM sources s WHERE s.id = f.source_id) AS "brandId"`;

/** Records the result of a scan. $1 source, $2 problem */
export const RECORD_SCAN = `
UPDATE file_scans SET scanned_at = clock_timestamp(), problem = $2 WHERE source_id = $1::uuid`;

/** Last scan of a source. $1 source */
export const LAST_SCAN = `
SELECT scanned_at AS at, problem FROM file_scans WHERE source_id = $1::uuid AND scanned_at IS NOT NULL`;
