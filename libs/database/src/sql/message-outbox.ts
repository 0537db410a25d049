import { MESSAGE_PREFIX } from '@patchbay/core';

/** SQL condition that a current subscription takes an event type about messages. `*` and `m*` take none of them. */
const hasSubscriber = (brandId: string, type: string): string => `EXISTS (
    SELECT FROM sources s JOIN subscription_versions v ON v.source_id = s.id AND v.to_revision IS NULL
    WHERE s.brand_id = ${brandId} AND s.managed_by = 'hub' AND s.deleted_at IS NULL AND EXISTS (
      SELECT FROM json_array_elements_text(v.events) AS e (pattern)
      WHERE e.pattern = ${type} OR (
        right(e.pattern, 1) = '*' AND starts_with(e.pattern, '${MESSAGE_PREFIX}')
        AND starts_with(${type}, left(e.pattern, -1))
      )
    )
  )`;

/** SQL of the type of the event about an ended delivery. Null if there is none. */
const TYPE_OF_STATE = `CASE f.state
      WHEN 'succeeded' THEN 'message.sent'
      WHEN 'dead' THEN 'message.failed'
      WHEN 'suppressed' THEN 'message.suppressed'
    END`;

/**
 * SQL of the type of the event about a vendor status. Null if there is none. The hub reports that a message was sent when
 * the delivery succeeds. `accepted` and `sent` therefore count only if they settle a delivery whose answer was lost.
 */
const TYPE_OF_STATUS = `CASE
      WHEN f.vendor_status NOT IN ('accepted', 'sent') THEN '${MESSAGE_PREFIX}' || f.vendor_status
      WHEN f.state_changed AND f.state = 'succeeded' THEN 'message.sent'
    END`;

/**
 * Builds an insert of one outbox entry per message, in the statement that writes its status. Deliveries of operational
 * events are left out, because they would cause an endless series of events. Entries contain neither the message nor an
 * address.
 */
const append = (rows: string, { type, reason, at }: Readonly<Record<'type' | 'reason' | 'at', string>>): string => `
  INSERT INTO message_outbox (brand_id, type, facts, created_at)
  SELECT m.brand_id, m.type,
    jsonb_build_object(
      'deliveryId', m.id, 'eventId', m.event_id, 'eventType', m.event_type, 'destinationId', m.destination_id,
      'subscriptionId', m.subscription_id, 'customerId', m.customer_id, 'reason', ${reason},
      'vendorStatus', m.vendor_status, 'vendorCode', m.vendor_code, 'externalId', m.external_id,
      'attempts', m.attempts, 'at', extract(epoch FROM m.reported_at) * 1000
    ),
    now()
  FROM (SELECT f.*, ${type} AS type, ${at} AS reported_at FROM ${rows} f) m
  WHERE m.type IS NOT NULL AND ${hasSubscriber('m.brand_id', 'm.type')}
    AND NOT EXISTS (
      SELECT FROM subscription_versions v JOIN sources s ON s.id = v.source_id
      WHERE v.id = m.subscription_version_id AND s.managed_by = 'hub'
    )
  ORDER BY m.id`;

/** Appends the outbox entries of ended deliveries, which are the rows of `finished` (see `RECORD`). */
export const APPEND_ENDED_MESSAGES = append('finished', { type: TYPE_OF_STATE, reason: 'm.reason', at: 'now()' });

/** Appends the outbox entries of new vendor statuses, which are the rows of `updated` (see `writeTransitions`). */
export const APPEND_VENDOR_STATUSES = append('updated', {
  type: TYPE_OF_STATUS,
  reason: 'NULL::text',
  at: 'f.vendor_status_at',
});

/** Scope of an entry about a message: this prefix and the number of the entry. */
export const MESSAGE_SCOPE = 'message:';

const DUE = '(retry_at IS NULL OR retry_at <= now())';

/** Returns the entries about messages that are due, with their brands. $1 limit */
export const DUE_MESSAGES = `
SELECT '${MESSAGE_SCOPE}' || id AS scope, brand_id FROM message_outbox WHERE ${DUE} ORDER BY id LIMIT $1::int`;

/** Locks entries about messages. $1 limit, $2 brands, $3 only the entry with this scope, or null for all entries */
export const LOCK_MESSAGES = `
SELECT id, brand_id, type, facts, created_at FROM message_outbox
WHERE ${DUE} AND brand_id = ANY ($2::uuid[]) AND ($3::text IS NULL OR '${MESSAGE_SCOPE}' || id = $3)
ORDER BY id LIMIT $1::int FOR UPDATE SKIP LOCKED`;

/** Deletes published entries. $1 numbers */
export const DELETE_MESSAGES = 'DELETE FROM message_outbox WHERE id = ANY ($1::bigint[])';

/** Keeps an entry that could not be published, and makes it wait for the minimum interval. $1 scope, $2 interval in ms */
export const POSTPONE_MESSAGE = `
UPDATE message_outbox SET retry_at = now() + $2::float8 * interval '1 ms' WHERE '${MESSAGE_SCOPE}' || id = $1`;
