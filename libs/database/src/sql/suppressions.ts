import { Statement } from '../query/columns.js';

/** Returns the rules of addresses, each with the position of its address in the list. */
export const SUPPRESSION_RULES = new Statement(
  'suppression-rules',
  { addresses: { position: 'int', brand_id: 'uuid', address_hash: 'bytea' } },
  `
SELECT a.position, s.reason, s.channel, s.purpose, s.sender
FROM $addresses AS a
JOIN suppressions s ON s.brand_id = a.brand_id AND s.address_hash = a.address_hash`,
);

/** Times of an added suppression, and of the same suppression on the list. */
const NEW_TIME = 'coalesce(excluded.reported_at, now())';
const STORED_TIME = 'coalesce(suppressions.reported_at, suppressions.created_at)';

/** SQL condition: a person adds a suppression that a vendor reported before. An `opt_in` must not remove it any more. */
const PERSON_ADDS_IT = `(excluded.origin = 'person' AND suppressions.origin <> 'person')`;

/** Returns the value of a column after a person or a vendor added the same suppression again. */
const byPerson = (column: string): string =>
  `CASE WHEN ${PERSON_ADDS_IT} THEN excluded.${column} ELSE suppressions.${column} END`;

/**
 * Adds suppressions in the order of the index. Updates the time of the same suppressions on the list, and their origin if a
 * person adds them. Returns the ids of the new and of the updated suppressions. A brand that became `pii-less` meanwhile gets
 * no sealed addresses; the lock makes the statement wait for such a change.
 */
export const ADD_SUPPRESSIONS = new Statement(
  undefined,
  {
    brand: 'uuid',
    rows: {
      id: 'uuid',
      kind: 'text',
      address_hash: 'bytea',
      sealed_address: 'bytea',
      reason: 'text',
      channel: 'text',
      purpose: 'text',
      sender: 'text',
      origin: 'text',
      reported_by: 'text',
      detail: 'text',
      reported_at: 'timestamptz',
    },
  },
  `
INSERT INTO suppressions (
  id, brand_id, kind, address_hash, sealed_address, reason, channel, purpose, sender, origin, reported_by, detail,
  reported_at
)
SELECT DISTINCT ON (r.address_hash, r.reason, r.channel, r.purpose, r.sender)
  r.id, b.id, r.kind, r.address_hash, CASE WHEN b.privacy ->> 'mode' = 'standard' THEN r.sealed_address END, r.reason,
  r.channel, r.purpose, r.sender, r.origin, r.reported_by, r.detail, r.reported_at
FROM (SELECT id, privacy FROM brands WHERE id = $brand FOR SHARE) b CROSS JOIN $rows AS r
ORDER BY r.address_hash, r.reason, r.channel, r.purpose, r.sender, r.reported_at DESC
ON CONFLICT ON CONSTRAINT suppressions_address_key DO UPDATE SET
  reported_at = greatest(${NEW_TIME}, ${STORED_TIME}),
  origin = ${byPerson('origin')}, reported_by = ${byPerson('reported_by')}, detail = ${byPerson('detail')}
WHERE ${NEW_TIME} > ${STORED_TIME} OR ${PERSON_ADDS_IT}
RETURNING id`,
);

/** Deletes the sealed addresses of a brand; their hashes stay. $1 brand */
export const DELETE_SEALED_ADDRESSES =
  'UPDATE suppressions SET sealed_address = NULL WHERE brand_id = $1 AND sealed_address IS NOT NULL';

/**
 * Removes suppressions of an address that no person added. $1 brand, $2 hash of the address, $3 reasons, $4 latest time of
 * a removed suppression, or null
 */
export const RELEASE_SUPPRESSIONS = `
DELETE FROM suppressions
WHERE brand_id = $1::uuid AND address_hash = $2::bytea AND reason = ANY ($3::text[]) AND origin <> 'person'
  AND ($4::timestamptz IS NULL OR coalesce(reported_at, created_at) <= $4::timestamptz)
RETURNING id, reason, channel, purpose, sender, reported_by`;

/** Removes a suppression. $1 brand, $2 id */
export const REMOVE_SUPPRESSION = `
DELETE FROM suppressions WHERE brand_id = $1::uuid AND id = $2::uuid
RETURNING id, reason, channel, purpose, sender, reported_by`;

const COLUMNS = `
  id, kind, encode(address_hash, 'hex') AS address_hash, sealed_address, reason, channel, purpose, sender, origin,
  reported_by, detail, reported_at, created_at`;

/** Returns a suppression. $1 brand, $2 id */
export const FIND_SUPPRESSION = `SELECT ${COLUMNS} FROM suppressions WHERE brand_id = $1::uuid AND id = $2::uuid`;

/**
 * Returns suppressions, newest first. $1 brand, $2 id below which the page continues, or null, $3 kind or null, $4
 * reason or null, $5 limit
 */
export const LIST_SUPPRESSIONS = `
SELECT ${COLUMNS} FROM suppressions
WHERE brand_id = $1::uuid AND ($2::uuid IS NULL OR id < $2::uuid)
  AND ($3::text IS NULL OR kind = $3::text) AND ($4::text IS NULL OR reason = $4::text)
ORDER BY id DESC LIMIT $5::int`;

/** Returns the suppressions of one address, newest first. Parameters as in `LIST_SUPPRESSIONS`, and $6 hash */
export const LIST_SUPPRESSIONS_OF_ADDRESS = LIST_SUPPRESSIONS.replace(
  'ORDER BY',
  'AND address_hash = $6::bytea\nORDER BY',
);
