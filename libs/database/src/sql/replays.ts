import { Statement } from '../query/columns.js';
import { cancelWaiting } from './cancel-waiting.js';
import { IS_FREE } from './lease.js';
import { QUEUES } from './queues.js';

/** Claims a due replay. $1 token, $2 lease in ms */
export const CLAIM = `
UPDATE replays SET lease_token = $1::uuid, lease_until = clock_timestamp() + $2::float8 * interval '1 ms'
WHERE id = ANY (ARRAY(
  SELECT r.id FROM replays r
  WHERE r.ended_at IS NULL AND r.next_at <= clock_timestamp()
    AND (r.lease_until IS NULL OR r.lease_until <= clock_timestamp())
  ORDER BY r.next_at LIMIT 1 FOR UPDATE SKIP LOCKED
))
RETURNING id, clock_timestamp() AS claimed_at`;

/**
 * Locks the events of a list that were not erased, until the transaction ends. $1 brand, $2 event ids, $3 and $4 lowest
 * and highest event id
 */
export const LOCK_EVENTS = `
SELECT id FROM events
WHERE brand_id = $1::uuid AND id = ANY ($2::uuid[]) AND id >= $3::uuid AND id <= $4::uuid AND erased_at IS NULL
FOR SHARE`;

/** Creates the deliveries of a replay step. */
export const CREATE_DELIVERIES = new Statement(
  undefined,
  {
    brand: 'uuid',
    deliveries: {
      id: 'uuid',
      event_id: 'uuid',
      retention_days: 'smallint',
      event_type: 'text',
      customer_id: 'text',
      subscription_id: 'uuid',
      subscription_version_id: 'uuid',
      destination_id: 'uuid',
      due_at: 'float8',
      order_key: 'uuid',
      order_at: 'float8',
      order_policy: 'text',
      messaging: 'text',
    },
  },
  `
INSERT INTO deliveries_waiting (
  id, event_id, brand_id, retention_days, event_type, customer_id, created_at, subscription_id,
  subscription_version_id, destination_id, due_at, order_key, order_at, order_policy, messaging, waiting, state
)
SELECT
  t.id, t.event_id, $brand, t.retention_days, t.event_type, t.customer_id, now(), t.subscription_id,
  t.subscription_version_id, t.destination_id, to_timestamp(t.due_at / 1000), t.order_key,
  to_timestamp(t.order_at / 1000), t.order_policy, t.messaging::jsonb, true, 'scheduled'
FROM $deliveries AS t
ON CONFLICT DO NOTHING
RETURNING id`,
);

/**
 * Builds the SQL condition that a delivery belongs to a replay. The delivery's id has the replay's millisecond. The
 * delivery's event is older, which excludes first deliveries of events that were received in the same millisecond. $1
 * brand, $2 and $3 bounds of the delivery ids
 */
const OF_REPLAY = (table: string): string =>
  `${table}.brand_id = $1::uuid AND ${table}.id >= $2::uuid AND ${table}.id < $3::uuid AND ${table}.event_id < $2::uuid`;

export const CANCEL_WAITING = cancelWaiting(OF_REPLAY('w'), 'its replay was cancelled');

export const LEFT_WAITING = `
SELECT count(*)::int AS left FROM (SELECT FROM deliveries_waiting w WHERE ${OF_REPLAY('w')} LIMIT 1000) w`;

export const OUTCOMES = `
SELECT d.state, count(*)::int AS count FROM deliveries d WHERE ${OF_REPLAY('d')} GROUP BY d.state`;

/**
 * Returns the destinations that have too many due deliveries. $1 destinations, $2 now in ms, $3 number of due
 * deliveries that is too many
 */
export const OVERLOADED_DESTINATIONS = `
SELECT t.id FROM ${QUEUES} t
CROSS JOIN LATERAL (
  SELECT count(*) AS due FROM (
    SELECT FROM deliveries_waiting w
    WHERE w.destination_id = t.id AND ${IS_FREE} AND w.due_at <= to_timestamp($2::float8 / 1000)
    LIMIT $3::int
  ) w
) w
WHERE t.id = ANY ($1::uuid[]) AND NOT t.paused AND NOT t.disabled AND t.deleted_at IS NULL AND w.due >= $3::int`;
