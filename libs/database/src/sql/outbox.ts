import { MAX_NAMED_DELIVERIES, MAX_NAMED_SUPPRESSIONS } from '@patchbay/core';

/**
 * Builds the SQL condition that a current subscription of the brand's operational source takes the event type. The
 * condition costs the statement that appends the entry two index lookups.
 */
export const hasSubscriber = (brandId: string, type: string): string => `EXISTS (
    SELECT FROM sources s JOIN subscription_versions v ON v.source_id = s.id AND v.to_revision IS NULL
    WHERE s.brand_id = ${brandId} AND s.managed_by = 'hub' AND s.deleted_at IS NULL AND EXISTS (
      SELECT FROM json_array_elements_text(v.events) AS e (pattern)
      WHERE e.pattern = ${type} OR (right(e.pattern, 1) = '*' AND starts_with(${type}, left(e.pattern, -1)))
    )
  )`;

/**
 * Appends outbox entries for the deliveries of `finished` (see `RECORD`) that ended as dead or unconfirmed. Deliveries
 * with the same scope share one row that counts them, so that many failures cost one upsert per batch. Deliveries of
 * operational events are left out, because they would cause an endless series of events.
 *
 * Entries contain no text of a vendor, because an operational event names no customer and an erasure would not find the
 * text.
 */
export const APPEND_ENDED_DELIVERIES = `
  INSERT INTO operational_outbox AS n (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
  SELECT
    concat_ws(':', e.type, e.destination_id, e.subscription_id, e.error_kind, e.reason), e.brand_id, e.type,
    jsonb_build_object(
      'destinationId', e.destination_id, 'subscriptionId', e.subscription_id, 'errorKind', e.error_kind,
      'reason', e.reason
    ),
    count(*),
    jsonb_agg(jsonb_build_object(
      'id', e.id, 'eventId', e.event_id, 'eventType', e.event_type, 'attempts', e.attempts,
      'createdAt', extract(epoch FROM e.created_at) * 1000, 'endedAt', extract(epoch FROM now()) * 1000
    ) ORDER BY e.id) FILTER (WHERE e.rank <= ${MAX_NAMED_DELIVERIES}),
    now(), now()
  FROM (
    SELECT f.*, 'delivery.' || f.state AS type, row_number() OVER (
      PARTITION BY f.state, f.destination_id, f.subscription_id, f.error_kind, f.reason ORDER BY f.id
    ) AS rank
    FROM finished f
    WHERE f.state IN ('dead', 'unconfirmed') AND ${hasSubscriber('f.brand_id', `'delivery.' || f.state`)}
      AND NOT EXISTS (
        SELECT FROM subscription_versions v JOIN sources s ON s.id = v.source_id
        WHERE v.id = f.subscription_version_id AND s.managed_by = 'hub'
      )
  ) e
  GROUP BY e.type, e.destination_id, e.subscription_id, e.error_kind, e.reason, e.brand_id
  ORDER BY 1
  ON CONFLICT (scope) DO UPDATE SET
    count = n.count + excluded.count,
    deliveries = jsonb_path_query_array(
      n.deliveries || excluded.deliveries, '$[0 to ${MAX_NAMED_DELIVERIES - 1}]'
    ),
    first_at = CASE WHEN n.count = 0 THEN excluded.first_at ELSE n.first_at END,
    last_at = excluded.last_at`;

/**
 * Appends an outbox entry for a paused, resumed or failing destination, unless the same version of the destination has
 * one. A published entry is kept for an hour. $1 brand, $2 type, $3 destination, $4 version of the destination, $5 facts
 */
export const APPEND_DESTINATION_SWITCH = `
INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT $2 || ':' || $3 || ':' || $4, $1::uuid, $2, $5::jsonb, 1, '[]', now(), now()
WHERE ${hasSubscriber('$1::uuid', '$2::text')}
ON CONFLICT DO NOTHING`;

/**
 * Appends an outbox entry for suppressions that were added or removed. Suppressions of one brand share one row that counts
 * them, so that a campaign after which many customers opt out causes few events. $1 brand, $2 type, $3 number of
 * suppressions, $4 facts
 */
export const APPEND_SUPPRESSION_CHANGE = `
INSERT INTO operational_outbox AS n (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT concat($2::text, ':', $1::uuid), $1::uuid, $2::text, $4::jsonb, $3::int, '[]', now(), now()
WHERE ${hasSubscriber('$1::uuid', '$2::text')}
ON CONFLICT (scope) DO UPDATE SET
  count = n.count + excluded.count,
  facts = CASE WHEN n.count = 0 THEN excluded.facts ELSE jsonb_build_object(
    'suppressions', jsonb_path_query_array(
      (n.facts -> 'suppressions') || (excluded.facts -> 'suppressions'), '$[0 to ${MAX_NAMED_SUPPRESSIONS - 1}]'
    )
  ) END,
  first_at = CASE WHEN n.count = 0 THEN excluded.first_at ELSE n.first_at END,
  last_at = excluded.last_at`;

/**
 * Appends an outbox entry for messages without a vendor status. The entries of a destination share one row. $1
 * destination, $2 number of messages without a status, $3 number of checked messages, $4 expected time in ms, $5 first
 * deliveries
 */
export const APPEND_MISSING_STATUSES = `
INSERT INTO operational_outbox AS n (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT concat('status.missing:', t.id), t.brand_id, 'status.missing',
  jsonb_build_object('destinationId', t.id, 'sent', $3::int, 'withinMs', $4::float8), $2::int, $5::jsonb, now(), now()
FROM destinations t WHERE t.id = $1::uuid AND ${hasSubscriber('t.brand_id', `'status.missing'`)}
ON CONFLICT (scope) DO UPDATE SET
  count = n.count + excluded.count,
  facts = CASE WHEN n.count = 0 THEN excluded.facts ELSE excluded.facts || jsonb_build_object(
    'sent', (n.facts ->> 'sent')::int + (excluded.facts ->> 'sent')::int
  ) END,
  deliveries = jsonb_path_query_array(
    n.deliveries || excluded.deliveries, '$[0 to ${MAX_NAMED_DELIVERIES - 1}]'
  ),
  first_at = CASE WHEN n.count = 0 THEN excluded.first_at ELSE n.first_at END,
  last_at = excluded.last_at`;

/**
 * Appends an outbox entry for a paused or resumed lookup. $1 brand, $2 type, $3 lookup, $4 revision of the configuration
 * that pauses or resumes it, $5 facts
 */
export const APPEND_LOOKUP_SWITCH = `
INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT $2 || ':' || $1::text || ':' || $3 || ':' || $4, $1::uuid, $2, $5::jsonb, 1, '[]', now(), now()
WHERE ${hasSubscriber('$1::uuid', '$2::text')}
ON CONFLICT DO NOTHING`;

const DUE = `count > 0 AND (published_at IS NULL OR published_at <= now() - $2::float8 * interval '1 ms')`;

/**
 * Locks due outbox entries. $1 limit, $2 minimum interval per scope in ms, $3 brands, $4 only this scope, or null for all
 * scopes
 */
export const LOCK_ENTRIES = `
SELECT scope, brand_id, type, facts, count, deliveries, first_at, last_at FROM operational_outbox
WHERE ${DUE} AND brand_id = ANY ($3::uuid[])
  AND ($4::text IS NULL OR scope = $4)
ORDER BY first_at, scope LIMIT $1::int FOR UPDATE SKIP LOCKED`;

/**
 * Marks outbox entries as published. The rows are kept for now, so that the next entry of a scope waits for the minimum
 * interval. $1 scopes
 */
export const MARK_PUBLISHED = `
UPDATE operational_outbox SET count = 0, deliveries = '[]', published_at = now() WHERE scope = ANY ($1::text[])`;

/** Returns the outbox entries that are due, with their brands. $1 limit, $2 minimum interval per scope in ms */
export const DUE_ENTRIES = `
SELECT scope, brand_id FROM operational_outbox
WHERE ${DUE}
ORDER BY first_at, scope LIMIT $1::int`;

/**
 * Keeps an outbox entry that could not be published, and makes the entry wait for the minimum interval of its scope. $1
 * scope
 */
export const POSTPONE_ENTRY = 'UPDATE operational_outbox SET published_at = now() WHERE scope = $1';
