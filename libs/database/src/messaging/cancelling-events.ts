import type { ClaimedEvent, CancellingEventQuery } from '@patchbay/core';
import { Statement } from '../query/columns.js';
import type { PgPool, PgStatement } from '../query/pg-pool.js';
import { isMissingTable } from '../query/sql-error.js';
import { EVENT_COLUMNS, toClaimedEvent, type EventRow } from '../sql/load-events.js';
import { dayOf, lowestIdAt, partitionTable } from '../partitions/daily-partitions.js';

const PAGE = 100;

const PARAMETERS = {
  brand: 'uuid',
  customer: 'text',
  above: 'uuid',
  types: 'text[]',
  occurredFrom: 'float8',
  limit: 'int',
};

/**
 * Builds the query for one page of a customer's events of a day, first received first. The query follows the indexes by
 * customer of the day's partitions, so that only events of this customer are read. A page begins above the id `above`.
 * `occurredFrom` is in milliseconds.
 */
const pageOf = (customers: string, events: string): string => `
SELECT ${EVENT_COLUMNS}
FROM (
  SELECT brand_id, customer_id, event_id FROM ${customers}
  UNION ALL
  SELECT brand_id, coalesce(customer_key, customer_id), id FROM ${events}
) c JOIN ${events} e ON e.brand_id = c.brand_id AND e.id = c.event_id
WHERE c.brand_id = $brand AND c.customer_id = $customer AND c.event_id > $above AND e.type = ANY ($types)
  AND e.occurred_at >= to_timestamp($occurredFrom / 1000)
ORDER BY c.event_id LIMIT $limit`;

/** Finds a cancelling event. Searches separately for each id of the customer, so that each search follows the index. */
export async function findCancellingEvent(
  pool: PgPool,
  query: CancellingEventQuery,
  isCancelling: (event: ClaimedEvent) => boolean,
): Promise<ClaimedEvent | null> {
  for (const customerId of query.customerIds) {
    const found = await findWithCustomer(pool, query, customerId, isCancelling);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Searches day by day in the retention class of the delivery, and nearly always reads only one or two partitions.
 */
async function findWithCustomer(
  pool: PgPool,
  query: CancellingEventQuery,
  customerId: string,
  isCancelling: (event: ClaimedEvent) => boolean,
): Promise<ClaimedEvent | null> {
  let above = lowestIdAt(query.receivedFrom);
  for (let day = dayOf(query.receivedFrom); day <= dayOf(query.now); day += 1) {
    const partition = { retentionDays: query.retentionDays, day };
    const page = new Statement(
      undefined,
      PARAMETERS,
      pageOf(partitionTable('event_customers', partition), partitionTable('events', partition)),
    );
    for (let full = true; full;) {
      const { brandId, types, occurredFrom } = query;
      const statement = page.with({ brand: brandId, customer: customerId, above, types, occurredFrom, limit: PAGE });
      const rows = await pageIn(pool, statement);
      const found = rows.map(toClaimedEvent).find(isCancelling);
      if (found !== undefined) return found;
      above = rows.at(-1)?.id ?? above;
      full = rows.length === PAGE;
    }
  }
  return null;
}

async function pageIn(pool: PgPool, statement: PgStatement): Promise<readonly EventRow[]> {
  try {
    return await pool.query<EventRow>(statement);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}
