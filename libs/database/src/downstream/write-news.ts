import type { DeliveryState } from '@patchbay/core';
import { DOWNSTREAM_STATUSES } from '@patchbay/plugin-sdk';
import type { HotPool } from '../connections/hot-pool.js';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { isMissingTable } from '../connections/sql-error.js';
import { CALL_UP, MARK_DELIVERED } from '../deliveries/order.sql.js';
import { CALL_STEPS } from '../messaging/call-steps.sql.js';
import type { News } from './news.js';

/** Whether news call the next step of a fallback: bad ones about what was sent, in time, the first time. */
const CALLS = `
  n.state = 'succeeded' AND d.messaging -> 'on' ? n.status AND NOT d.messaging ? 'called'
  AND (d.messaging ->> 'until')::float8 >= $7::float8`;

/** Into one table, each row where it is further and nobody has decided about it meanwhile. */
const updateOf = (table: string): string => `
UPDATE ${table} d SET
  downstream_status = n.status, downstream_at = coalesce(n.at, now()), updated_at = now(), state = n.state,
  messaging = CASE WHEN ${CALLS} THEN d.messaging || jsonb_build_object('called', n.status) ELSE d.messaging END
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $5::text[], $6::text[]) AS n (id, status, at, before, state)
WHERE d.id = n.id AND d.state = n.before
  AND array_position($4::text[], n.status) > coalesce(array_position($4::text[], d.downstream_status), 0)
RETURNING
  d.id, d.order_key, d.order_at, d.order_policy, d.retention_days, d.state, n.state <> n.before AS decided, d.brand_id,
  d.event_id, d.subscription_id, d.subscription_version_id, d.event_type, d.customer_id, d.messaging,
  coalesce(d.messaging ->> 'called' = n.status, false) AS calls`;

/**
 * $1 ids, $2 statuses, $3 times, $4 all statuses in their order, $5 states as they were found, $6 states from now on, $7 now in
 * ms.
 * One that is decided by the news lets go of what it held up, and is what its key was last delivered.
 */
const writeInto = (table: string): string => `
WITH told AS (${updateOf(table)}), next AS (
  WITH over AS (SELECT * FROM told WHERE calls)${CALL_STEPS}
), over AS (
  SELECT * FROM told WHERE decided AND order_key IS NOT NULL
), unblocked AS (
  DELETE FROM order_blocks b USING over WHERE b.order_key = over.order_key AND b.delivery_id = over.id
), marked AS (${MARK_DELIVERED}), keys AS (
  SELECT order_key, order_policy FROM over
), called AS (${CALL_UP})
SELECT id FROM told`;

/** News about a delivery that was found, and what they make of it. */
export interface FoundNews extends News {
  readonly before: DeliveryState;
  readonly after: DeliveryState;
}

/**
 * Writes news about deliveries of one table, each where it is further along than what is known by then; in order of id,
 * so that rivals cannot deadlock for long. Those that are no longer in the table are left alone.
 * @param now milliseconds since the epoch
 */
export async function writeNews(
  pool: HotPool,
  table: string,
  news: ReadonlyMap<string, FoundNews>,
  now: number,
): Promise<void> {
  const sorted = [...news].sort(([a], [b]) => (a < b ? -1 : 1));
  const values = [
    sorted.map(([id]) => id),
    sorted.map(([, { status }]) => status),
    sorted.map(([, { at }]) => at),
    [...DOWNSTREAM_STATUSES],
    sorted.map(([, { before }]) => before),
    sorted.map(([, { after }]) => after),
    now,
  ];
  try {
    await retryConflicts(() => pool.query({ text: writeInto(table), values }));
  } catch (error) {
    if (!isMissingTable(error)) throw error; // Its day was dropped meanwhile.
  }
}
