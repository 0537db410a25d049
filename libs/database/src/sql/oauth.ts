import { OAUTH_REQUEST_MS } from '@patchbay/core';
import { Statement } from '../query/columns.js';

/** Row of {@link FIND_CONNECTION}. */
export interface ConnectionRow {
  readonly brand_id: string;
  readonly wrapped_key: Buffer;
  readonly version: string;
  readonly sealed_tokens: Buffer;
  readonly token_url: string;
  readonly refused: boolean;
  readonly expires_at: Date | null;
  readonly scopes: string | null;
}

/** Returns the connection of a destination, with the data key of its brand. */
export const FIND_CONNECTION = new Statement(
  'find-oauth-connection',
  { destination: 'uuid' },
  `
SELECT d.brand_id, b.wrapped_key, c.version, c.sealed_tokens, c.token_url, c.refused, c.expires_at, c.scopes
FROM oauth_connections c
JOIN destinations d ON d.id = c.destination_id AND d.deleted_at IS NULL
JOIN brands b ON b.id = d.brand_id
WHERE c.destination_id = $destination`,
);

/** Returns the brand of a destination that is not deleted, with the brand's data key. */
export const BRAND_KEY = new Statement(
  undefined,
  { destination: 'uuid' },
  `
SELECT d.brand_id, b.wrapped_key FROM destinations d JOIN brands b ON b.id = d.brand_id
WHERE d.id = $destination AND d.deleted_at IS NULL`,
);

/** Replaces the tokens of a version and returns one row. Returns no row if the connection has another version. */
export const REPLACE_TOKENS = new Statement(
  undefined,
  { destination: 'uuid', version: 'uuid', sealed_tokens: 'bytea', expires_at: 'float8', scopes: 'text' },
  `
WITH replaced AS (
  UPDATE oauth_connections SET
    version = gen_random_uuid(), sealed_tokens = $sealed_tokens, refused = false,
    expires_at = to_timestamp($expires_at / 1000), scopes = $scopes
  WHERE destination_id = $destination AND version = $version
  RETURNING version
)
SELECT version FROM replaced`,
);

/** Marks a connection as refused, if it still has the version. */
export const REFUSE_CONNECTION = new Statement(
  undefined,
  { destination: 'uuid', version: 'uuid' },
  `UPDATE oauth_connections SET refused = true WHERE destination_id = $destination AND version = $version`,
);

/** Row of {@link CONNECTION_STATUSES}. */
export interface ConnectionStatusRow {
  readonly destination_id: string;
  readonly refused: boolean;
  readonly token_url: string;
  readonly expires_at: Date | null;
  readonly scopes: string | null;
  readonly connected_at: Date;
  readonly connected_by: string;
}

/** Returns the connections of destinations without their tokens. */
export const CONNECTION_STATUSES = new Statement(
  undefined,
  { destinations: 'uuid[]' },
  `
SELECT destination_id, refused, token_url, expires_at, scopes, connected_at, connected_by
FROM oauth_connections WHERE destination_id = ANY ($destinations)`,
);

/**
 * Stores a connection in place of an earlier one. $1 destination, $2 sealed tokens, $3 URL that issued the tokens, $4 end
 * of the access token in ms, $5 scopes, $6 name of the actor
 */
export const CONNECT = `
INSERT INTO oauth_connections
  (destination_id, version, sealed_tokens, token_url, expires_at, scopes, connected_at, connected_by)
VALUES ($1::uuid, gen_random_uuid(), $2::bytea, $3, to_timestamp($4::float8 / 1000), $5, clock_timestamp(), $6)
ON CONFLICT (destination_id) DO UPDATE SET
  version = excluded.version, sealed_tokens = excluded.sealed_tokens, token_url = excluded.token_url, refused = false,
  expires_at = excluded.expires_at, scopes = excluded.scopes, connected_at = excluded.connected_at,
  connected_by = excluded.connected_by`;

/** Deletes the connection of a destination, and returns one row if there was one. $1 destination */
export const DISCONNECT = `
WITH deleted AS (DELETE FROM oauth_connections WHERE destination_id = $1::uuid RETURNING destination_id)
SELECT destination_id FROM deleted`;

/** Deletes the requests to connect a destination. $1 destination */
export const DROP_REQUESTS = `DELETE FROM oauth_requests WHERE destination_id = $1::uuid`;

/** Stores a request to connect a destination, and deletes expired requests. */
export const START_REQUEST = new Statement(
  undefined,
  { hash: 'bytea', destination: 'uuid', actor: 'text', key: 'uuid', browser_hash: 'bytea' },
  `
WITH expired AS (DELETE FROM oauth_requests WHERE expires_at <= clock_timestamp())
INSERT INTO oauth_requests (hash, destination_id, actor, key_id, browser_hash, expires_at)
VALUES ($hash, $destination, $actor, $key, $browser_hash,
  clock_timestamp() + ${OAUTH_REQUEST_MS} * interval '1 ms')`,
);

/** Row of {@link TAKE_REQUEST}. */
export interface OAuthRequestRow {
  readonly destination_id: string;
  readonly actor: string;
  readonly key_id: string | null;
  readonly browser_hash: Buffer | null;
}

/** Deletes a request, and returns it unless it has expired. */
export const TAKE_REQUEST = new Statement(
  undefined,
  { hash: 'bytea' },
  `
WITH taken AS (DELETE FROM oauth_requests WHERE hash = $hash RETURNING *)
SELECT destination_id, actor, key_id, browser_hash FROM taken WHERE expires_at > clock_timestamp()`,
);
