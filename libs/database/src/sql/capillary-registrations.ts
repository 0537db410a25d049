import { hasSubscriber } from './outbox.js';

const COLUMNS = `source_id AS "sourceId", webhook_id AS "webhookId", consumer_group_id AS "consumerGroupId", written,
  drift, is_missing AS "isMissing", secret_at AS "secretAt", secret_at::text AS "secretVersion", is_rotating AS "isRotating", checked_at AS "checkedAt",
  sealed_secrets AS "sealedSecrets", previous_until <= clock_timestamp() AS "isOverlapOver"`;

/** Registration of the source $1. */
export const FIND_REGISTRATION = `SELECT ${COLUMNS} FROM capillary_registrations WHERE source_id = $1::uuid`;

/** Brands with a registration. Leaves out deleted brands and sources. */
export const REGISTERED_BRANDS = `
SELECT DISTINCT r.brand_id AS id FROM capillary_registrations r
JOIN sources s ON s.id = r.source_id AND s.deleted_at IS NULL
JOIN brands b ON b.id = r.brand_id AND b.deleted_at IS NULL`;

/**
 * Stores the secrets of a source after its secret was made or replaced. Returns the version of the secret. $1 source, $2 brand, $3 sealed secrets, $4 true if
 * they contain a previous secret
 */
export const STORE_SECRETS = `
INSERT INTO capillary_registrations (source_id, brand_id, sealed_secrets, secret_at, is_rotating)
VALUES ($1::uuid, $2::uuid, $3::bytea, clock_timestamp(), $4::boolean)
ON CONFLICT (source_id) DO UPDATE SET sealed_secrets = excluded.sealed_secrets, secret_at = excluded.secret_at,
  is_rotating = excluded.is_rotating, previous_until = NULL
RETURNING secret_at::text AS "secretVersion"`;

/** Removes the previous secret. $1 source, $2 sealed current secret */
export const DROP_PREVIOUS_SECRET = `
UPDATE capillary_registrations SET sealed_secrets = $2::bytea, previous_until = NULL WHERE source_id = $1::uuid`;

/**
 * Records a webhook that Capillary has with a secret. If the secret was replaced meanwhile, Capillary may still send it, so
 * the rotation is not confirmed. $1 source, $2 webhook, $3 consumer group, $4 written state, $5 milliseconds for which the
 * previous secret is still accepted, $6 version of the written secret, with microseconds
 */
export const CONFIRM_REGISTRATION = `
UPDATE capillary_registrations SET webhook_id = coalesce($2, webhook_id),
  consumer_group_id = coalesce($3, consumer_group_id), written = $4::jsonb, drift = '[]', is_missing = false,
  checked_at = clock_timestamp(), is_rotating = secret_at <> $6::timestamptz,
  previous_until = CASE WHEN secret_at <> $6::timestamptz THEN NULL
    WHEN is_rotating THEN clock_timestamp() + $5::float8 * interval '1 ms' ELSE previous_until END
WHERE source_id = $1::uuid`;

/**
 * Records a comparison with Capillary. `isNew` is true if it found a drift that the last comparison did not find. $1 source,
 * $2 drift, $3 true if the webhook is missing, $4 time of the last comparison that is known, in milliseconds
 */
export const RECORD_CHECK = `
WITH checked AS (
  UPDATE capillary_registrations r SET drift = $2::jsonb, is_missing = $3::boolean, checked_at = clock_timestamp()
  FROM (SELECT source_id, drift, is_missing, checked_at FROM capillary_registrations WHERE source_id = $1::uuid FOR UPDATE) b
  WHERE r.source_id = b.source_id AND date_trunc('milliseconds', b.checked_at) IS NOT DISTINCT FROM $4::timestamptz
  RETURNING r.webhook_id AS "webhookId",
    ($3::boolean OR $2::jsonb <> '[]') AND (b.drift <> $2::jsonb OR b.is_missing <> $3::boolean) AS "isNew"
)
SELECT * FROM checked`;

/** Appends an outbox entry for a webhook that somebody changed at Capillary. $1 brand, $2 webhook, $3 facts */
export const APPEND_DRIFT = `
INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT 'capillary.drifted:' || $2 || ':' || extract(epoch FROM now()), $1::uuid, 'capillary.drifted', $3::jsonb, 1, '[]',
  now(), now()
WHERE ${hasSubscriber('$1::uuid', `'capillary.drifted'`)}
ON CONFLICT DO NOTHING`;

/** Deletes the registration of the source $1. */
export const DELETE_REGISTRATION = 'DELETE FROM capillary_registrations WHERE source_id = $1::uuid';
