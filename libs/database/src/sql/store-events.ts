import { Statement, type RowsOf } from '../query/columns.js';
import { allowsDeliveries } from './destination-states.js';
import { IS_FREE } from './lease.js';
import { recordClaim } from './record-claim.js';
import { REPLICATED } from './replicated.js';

/** Age from which a due delivery that is not leased is a backlog. */
const MAX_BACKLOG_AGE = `interval '1 s'`;

/** Token of new leases, and tokens of claims that have ended. */
const CLAIM = { token: 'uuid', ended: 'uuid[]' };

const ROWS = {
  brands: { brand_id: 'uuid', revision: 'bigint' },
  events: {
    dedupe_key: 'uuid',
    id: 'uuid',
    brand_id: 'uuid',
    source_id: 'uuid',
    config_revision: 'bigint',
    retention_days: 'smallint',
    type: 'text',
    source_event_id: 'text',
    customer_id: 'text',
    other_customer_ids: 'text',
    occurred_at: 'float8',
    received_at: 'float8',
    attributes: 'text',
    data: 'text',
    sealed: 'bytea',
    quarantine_reason: 'text',
    erased_at: 'float8',
    unchecked_at: 'float8',
  },
  customers: { event_id: 'uuid', brand_id: 'uuid', retention_days: 'smallint', customer_id: 'text' },
  deliveries: {
    id: 'uuid',
    event_id: 'uuid',
    brand_id: 'uuid',
    retention_days: 'smallint',
    event_type: 'text',
    customer_id: 'text',
    created_at: 'float8',
    subscription_id: 'uuid',
    subscription_version_id: 'uuid',
    destination_id: 'uuid',
    due_at: 'float8',
    order_key: 'uuid',
    order_at: 'float8',
    order_policy: 'text',
    messaging: 'text',
    lease_ms: 'float8',
  },
  hashes: { event_id: 'uuid', brand_id: 'uuid', customer_hash: 'bytea', at: 'float8' },
  erasures: {
    id: 'uuid',
    event_id: 'uuid',
    brand_id: 'uuid',
    customer_id: 'text',
    customer_hash: 'bytea',
    until: 'float8',
    grace_until: 'float8',
  },
};

/** Rows of a group in which events have a customer's key of their own. */
const KEYED_ROWS = {
  ...ROWS,
  events: { ...ROWS.events, customer_key: 'text' },
  links: {
    event_id: 'uuid',
    brand_id: 'uuid',
    customer_id: 'text',
    linked_id: 'text',
    seen_at: 'float8',
    retention_days: 'smallint',
  },
};

/** Rows of a group in which events are traced. */
const TRACED_ROWS = { ...KEYED_ROWS, events: { ...KEYED_ROWS.events, traceparent: 'text' } };

/** Lists of rows that the statements that store groups take as parameters. */
export type GroupRows = RowsOf<typeof TRACED_ROWS>;

const IGNORE_CONFLICTS = 'ON CONFLICT DO NOTHING';

/**
 * Stores the links between the key and the platform's id of the stored events' customers, in both directions. A link of
 * the last day is not written again, because nearly all events of a customer repeat a link.
 */
const STORE_LINKS = `, stored_links AS (
  INSERT INTO customer_links AS l (brand_id, customer_id, linked_id, seen_at, expires_at)
  SELECT t.brand_id, t.customer_id, t.linked_id, max(to_timestamp(t.seen_at / 1000)),
    max(to_timestamp(t.seen_at / 1000) + t.retention_days * interval '1 day') + interval '2 days'
  FROM $links AS t
  WHERE (t.event_id IN (SELECT event_id FROM stored)) IS TRUE AND NOT EXISTS (
    SELECT FROM customer_links k
    WHERE k.brand_id = t.brand_id AND k.customer_id = t.customer_id AND k.linked_id = t.linked_id
      AND k.seen_at > to_timestamp(t.seen_at / 1000) - interval '1 day'
  )
  GROUP BY t.brand_id, t.customer_id, t.linked_id
  ORDER BY t.brand_id, t.customer_id, t.linked_id
  ON CONFLICT (brand_id, customer_id, linked_id) DO UPDATE
    SET seen_at = greatest(l.seen_at, excluded.seen_at), expires_at = greatest(l.expires_at, excluded.expires_at)
)`;

/**
 * Stores a group of 1 to 1,000 events in one statement.
 *
 * - `stale` are brands that have another revision than the revision that routed their events. Nothing of these brands is
 *   inserted. A brand without a row in `brand_revisions` has the revision 0.
 * - Keys are inserted in sorted order, so that two groups with the same keys cannot deadlock.
 * - `unchecked` are events older than an erasure of their brand whose customers have yet to be compared with the
 *   tombstones. `erased` are events older than the erasure of one of their customers. Nothing of the brands of unchecked
 *   or erased events is inserted. The caller then repeats the statement for these brands, with customer hashes for
 *   `unchecked` and without the content of `erased`. Nearly all events are newer than every erasure and need no hash.
 * - `held` are the brands of which nothing is inserted. A call has one brand, so no call is split.
 * - Only events with a new key are stored. `(… IN (…)) IS TRUE` makes PostgreSQL use a hashed subplan. With a join,
 *   PostgreSQL would compare every event with every new key, because it cannot estimate the number of new keys.
 * - `leasable` are the destinations whose new deliveries may be stored as leased: they may be called and have no backlog.
 *   Otherwise a backlog would wait behind new deliveries. A lease counts from the clock of PostgreSQL.
 * - Keys that exist are looked up first, because an insert with ON CONFLICT writes one more WAL record per row. The
 *   statement fails with a unique violation if another transaction inserts one of the keys at the same time. The scalar
 *   subquery makes PostgreSQL look up each key; it could turn NOT EXISTS into a scan of all keys.
 * - No other row can exist already: event ids are created on receipt, each key admits one event, and an event lists a
 *   customer once (`groupParameters`).
 */
export const STORE_GROUP = {
  first: new Statement('store-group', { ...CLAIM, ...ROWS }, storeGroup('', '', '')),
  /** Statement that is used after a unique violation, and in transactions, which a unique violation would end. */
  ignoringConflicts: new Statement(undefined, { ...CLAIM, ...ROWS }, storeGroup('', '', IGNORE_CONFLICTS)),
};

/**
 * Stores a group like {@link STORE_GROUP}, with the keys that sources picked for customers, and with the links between
 * these keys and the platform's ids.
 */
export const STORE_KEYED_GROUP = {
  first: new Statement('store-keyed-group', { ...CLAIM, ...KEYED_ROWS }, storeGroup(', customer_key', STORE_LINKS, '')),
  ignoringConflicts: new Statement(
    undefined,
    { ...CLAIM, ...KEYED_ROWS },
    storeGroup(', customer_key', STORE_LINKS, IGNORE_CONFLICTS),
  ),
};

/**
 * Stores a group like {@link STORE_KEYED_GROUP}, with the trace contexts of the events. The column is in a statement of its
 * own, so that it costs nothing while nothing is traced.
 */
export const STORE_TRACED_GROUP = {
  first: new Statement(
    'store-traced-group',
    { ...CLAIM, ...TRACED_ROWS },
    storeGroup(', customer_key, traceparent', STORE_LINKS, ''),
  ),
  ignoringConflicts: new Statement(
    undefined,
    { ...CLAIM, ...TRACED_ROWS },
    storeGroup(', customer_key, traceparent', STORE_LINKS, IGNORE_CONFLICTS),
  ),
};

/**
 * Returns the text of the statement.
 * @param columns further columns of the events, each after a comma
 * @param part further part of the statement, after a comma
 * @param onConflict clause for keys that exist already
 */
function storeGroup(columns: string, part: string, onConflict: string): string {
  return `
WITH latest AS MATERIALIZED (
  SELECT t.brand_id,
    t.revision IS NOT DISTINCT FROM coalesce(
      (SELECT r.revision FROM brand_revisions r WHERE r.brand_id = t.brand_id), 0
    ) AS is_current,
    (SELECT max(b.erased_until) FROM tombstones b WHERE b.brand_id = t.brand_id) AS erased_until
  FROM $brands AS t
), unchecked AS MATERIALIZED (
  SELECT t.id, t.brand_id FROM $events(id, brand_id, unchecked_at) AS t
  JOIN latest ON latest.brand_id = t.brand_id AND to_timestamp(t.unchecked_at / 1000) <= latest.erased_until
), erased AS MATERIALIZED (
  SELECT DISTINCT t.event_id, t.brand_id FROM $hashes AS t
  JOIN tombstones b ON b.customer_hash = t.customer_hash AND to_timestamp(t.at / 1000) <= b.erased_until
), held AS MATERIALIZED (
  SELECT brand_id FROM latest WHERE NOT is_current
  UNION ALL SELECT brand_id FROM unchecked
  UNION ALL SELECT brand_id FROM erased
), stored AS (
  INSERT INTO ingest_keys (key, event_id)
  SELECT DISTINCT ON (t.dedupe_key) t.dedupe_key, t.id FROM $events(dedupe_key, id, brand_id) AS t
  WHERE (t.brand_id IN (SELECT brand_id FROM held)) IS FALSE
    AND (SELECT true FROM ingest_keys k WHERE k.key = t.dedupe_key) IS NULL
  ORDER BY t.dedupe_key, t.id
  ${onConflict}
  RETURNING event_id
), stored_events AS (
  INSERT INTO events (
    id, brand_id, source_id, retention_days, type, source_event_id, customer_id, occurred_at, received_at,
    attributes, data, sealed, quarantine_reason, erased_at, other_customer_ids, config_revision${columns}
  )
  SELECT
    t.id, t.brand_id, t.source_id, t.retention_days, t.type, t.source_event_id, t.customer_id,
    to_timestamp(t.occurred_at / 1000), to_timestamp(t.received_at / 1000),
    t.attributes::json, t.data::json, t.sealed, t.quarantine_reason, to_timestamp(t.erased_at / 1000),
    t.other_customer_ids::text[], t.config_revision${columns.replaceAll(', ', ', t.')}
  FROM $events AS t
  WHERE (t.id IN (SELECT event_id FROM stored)) IS TRUE
), stored_customers AS (
  INSERT INTO event_customers (event_id, brand_id, retention_days, customer_id)
  SELECT t.event_id, t.brand_id, t.retention_days, t.customer_id
  FROM $customers AS t
  WHERE (t.event_id IN (SELECT event_id FROM stored)) IS TRUE
), leasable AS MATERIALIZED (
  SELECT destination.id, destination.version, state.pause_seq::float8 AS pause_seq FROM destinations destination
  JOIN destination_states state ON state.destination_id = destination.id AND ${allowsDeliveries('state', 'now()')}
  WHERE destination.id = ANY (ARRAY(
      SELECT DISTINCT t.destination_id FROM $deliveries(destination_id, lease_ms) AS t WHERE t.lease_ms IS NOT NULL
    ))
    AND NOT destination.disabled AND destination.deleted_at IS NULL
    AND NOT EXISTS (
      SELECT FROM deliveries_waiting w
      WHERE w.destination_id = destination.id AND ${IS_FREE} AND w.due_at < now() - ${MAX_BACKLOG_AGE}
    )
), stored_deliveries AS (
  INSERT INTO deliveries_waiting (
    id, event_id, brand_id, retention_days, event_type, customer_id, created_at, subscription_id,
    subscription_version_id, destination_id, due_at, order_key, order_at, order_policy, messaging, lease_token,
    lease_until, in_memory, waiting, state
  )
  SELECT
    t.id, t.event_id, t.brand_id, t.retention_days, t.event_type, t.customer_id, to_timestamp(t.created_at / 1000),
    t.subscription_id, t.subscription_version_id, t.destination_id, to_timestamp(t.due_at / 1000),
    t.order_key, to_timestamp(t.order_at / 1000), t.order_policy, t.messaging::jsonb, CASE WHEN t.leased THEN $token END,
    CASE WHEN t.leased THEN clock_timestamp() + t.lease_ms * interval '1 ms' END,
    CASE WHEN t.leased THEN true END, true, 'scheduled'
  FROM (
    SELECT t.*, t.lease_ms IS NOT NULL AND (t.destination_id IN (SELECT id FROM leasable)) IS TRUE AS leased
    FROM $deliveries AS t
  ) t
  WHERE (t.event_id IN (SELECT event_id FROM stored)) IS TRUE
  RETURNING id, lease_token, lease_until
), ${recordClaim('stored_deliveries WHERE lease_token IS NOT NULL', 'min(lease_until)')}, started_erasures AS (
  INSERT INTO erasures (
    id, event_id, brand_id, customer_id, customer_hash, erased_until, grace_until, requested_by
  )
  SELECT
    t.id, t.event_id, t.brand_id, t.customer_id, t.customer_hash, to_timestamp(t.until / 1000),
    to_timestamp(t.grace_until / 1000), 'hub'
  FROM $erasures AS t
  WHERE (t.event_id IN (SELECT event_id FROM stored)) IS TRUE
)${part}
SELECT
  ARRAY(SELECT brand_id FROM latest WHERE NOT is_current) AS stale, ARRAY(SELECT event_id FROM stored) AS stored,
  ARRAY(SELECT id FROM unchecked) AS unchecked, ARRAY(SELECT event_id FROM erased) AS erased,
  ARRAY(SELECT id FROM stored_deliveries WHERE lease_token IS NOT NULL) AS leased,
  (SELECT json_object_agg(id, json_build_object('version', version, 'pauseSeq', pause_seq)) FROM leasable) AS leasable`;
}

/** Row that {@link STORE_GROUP} returns. */
export interface GroupRow {
  /** Ids of the brands that have another revision than the revision that routed their events. */
  readonly stale: readonly string[];
  /** Ids of the stored events. */
  readonly stored: readonly string[];
  /** Ids of events whose customers have yet to be compared with the tombstones. */
  readonly unchecked: readonly string[];
  /** Ids of events that are older than the erasure of one of their customers. */
  readonly erased: readonly string[];
  /** Ids of the deliveries that were stored as leased. */
  readonly leased: readonly string[];
  /** Destinations whose deliveries may be leased, by id. Null if there are none. */
  readonly leasable: Readonly<Record<string, { readonly version: number; readonly pauseSeq: number }>> | null;
}

/**
 * Returns the ids of the events that were stored with the given dedupe keys. If PostgreSQL has synchronous standbys, waits
 * until one of them has these events.
 */
export const EVENTS_OF_KEYS = new Statement(
  'events-of-keys',
  { keys: 'uuid[]' },
  `WITH replicated AS MATERIALIZED (${REPLICATED})
  SELECT key, event_id FROM ingest_keys WHERE key = ANY($keys) AND (SELECT count(*) FROM replicated) >= 0`,
);
