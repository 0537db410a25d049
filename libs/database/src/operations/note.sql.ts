import { MOST_TOLD_DELIVERIES } from '@patchbay/core';

/**
 * Whether anybody listens: a subscription in force of the brand's own source has the type. Asked in the statement that
 * notes, so that it is as true as what is noted; two looks into indexes.
 */
const listens = (brandId: string, type: string): string => `EXISTS (
    SELECT FROM sources s JOIN subscription_versions v ON v.source_id = s.id AND v.to_revision IS NULL
    WHERE s.brand_id = ${brandId} AND s.managed_by = 'hub' AND s.deleted_at IS NULL AND EXISTS (
      SELECT FROM json_array_elements_text(v.events) AS e (pattern)
      WHERE e.pattern = ${type} OR (right(e.pattern, 1) = '*' AND starts_with(${type}, left(e.pattern, -1)))
    )
  )`;

/**
 * Notes the deliveries of `over` (see `RECORD`) that nobody tries again unless a person acts; of those alike, one row
 * counts them all, so that a storm of them costs no more than its outcomes do. Deliveries of what the hub itself told are
 * left out: that would never end. What a vendor wrote stays with the attempt: an event of the hub's names no customer, so
 * that no forgetting would find it there.
 */
export const NOTE_ENDS = `
  INSERT INTO operational_notes AS n (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
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
    ) ORDER BY e.id) FILTER (WHERE e.rank <= ${MOST_TOLD_DELIVERIES}),
    now(), now()
  FROM (
    SELECT over.*, 'delivery.' || over.state AS type, row_number() OVER (
      PARTITION BY over.state, over.destination_id, over.subscription_id, over.error_kind, over.reason ORDER BY over.id
    ) AS rank
    FROM over
    WHERE over.state IN ('dead', 'unconfirmed') AND ${listens('over.brand_id', `'delivery.' || over.state`)}
      AND NOT EXISTS (
        SELECT FROM subscription_versions v JOIN sources s ON s.id = v.source_id
        WHERE v.id = over.subscription_version_id AND s.managed_by = 'hub'
      )
  ) e
  GROUP BY e.type, e.destination_id, e.subscription_id, e.error_kind, e.reason, e.brand_id
  ORDER BY 1
  ON CONFLICT (scope) DO UPDATE SET
    count = n.count + excluded.count,
    deliveries = jsonb_path_query_array(
      n.deliveries || excluded.deliveries, '$[0 to ${MOST_TOLD_DELIVERIES - 1}]'
    ),
    first_at = CASE WHEN n.count = 0 THEN excluded.first_at ELSE n.first_at END,
    last_at = excluded.last_at`;

/**
 * Notes that a destination was paused or goes on.
 * $1 brand, $2 type, $3 destination, $4 its version, $5 facts
 */
export const NOTE_SWITCH = `
INSERT INTO operational_notes (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
SELECT $2 || ':' || $3 || ':' || $4, $1::uuid, $2, $5::jsonb, 1, '[]', now(), now()
WHERE ${listens('$1::uuid', '$2::text')}
ON CONFLICT DO NOTHING`;

const DUE = `count > 0 AND (told_at IS NULL OR told_at <= now() - $2::float8 * interval '1 ms')`;

/** $1 limit, $2 alike ones are told once in so many ms, $3 only this scope, or null */
export const TAKE_NOTES = `
SELECT scope, brand_id, type, facts, count, deliveries, first_at, last_at FROM operational_notes
WHERE ${DUE}
  AND ($3::text IS NULL OR scope = $3)
ORDER BY first_at, scope LIMIT $1::int FOR UPDATE SKIP LOCKED`;

/** $1 scopes. They stay for a while, so that the next alike one knows that it has to wait. */
export const NOTES_TOLD = `
UPDATE operational_notes SET count = 0, deliveries = '[]', told_at = now() WHERE scope = ANY ($1::text[])`;

/** Those that `TAKE_NOTES` would take, without taking them. $1 limit, $2 as there */
export const DUE_NOTES = `
SELECT scope FROM operational_notes
WHERE ${DUE}
ORDER BY first_at, scope LIMIT $1::int`;

/** One that could not be told waits as long as one that was, and keeps what it has to tell. $1 scope */
export const PUT_OFF_NOTE = 'UPDATE operational_notes SET told_at = now() WHERE scope = $1';
