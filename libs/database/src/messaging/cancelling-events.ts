import type { ClaimedEvent, CancellingEventQuery } from '@patchbay/core';
import type { PgPool } from '../query/pg-pool.js';
import { isMissingTable } from '../query/sql-error.js';
import { EVENT_COLUMNS, toClaimedEvent, type EventRow } from '../sql/load-events.js';
import { dayOf, lowestIdAt, partitionTable } from '../partitions/daily-partitions.js';

const PAGE = 100;

/**
 * Builds the query of one page of a customer's events of a day, first received first. The query follows the primary key of
 * the day's `event_customers`, so that it reads only events of this customer.
 * $1 brand, $2 customer, $3 above this id, $4 types, $5 occurred from in ms, $6 limit
 */
const pageOf = (customers: string, events: string): string => `
SELECT ${EVENT_COLUMNS}
FROM ${customers} c JOIN ${events} e ON e.brand_id = c.brand_id AND e.id = c.event_id
WHERE c.brand_id = $1::uuid AND c.customer_id = $2 AND c.event_id > $3::uuid AND e.type = ANY ($4::text[])
  AND e.occurred_at >= to_timestamp($5::float8 / 1000)
ORDER BY c.event_id LIMIT $6::int`;

/** Finds a cancelling event, day by day in the retention class of the delivery. Nearly always reads one or two partitions. */
export async function findCancellingEvent(
  pool: PgPool,
  query: CancellingEventQuery,
  isCancelling: (event: ClaimedEvent) => boolean,
): Promise<ClaimedEvent | null> {
  let above = lowestIdAt(query.receivedFrom);
  for (let day = dayOf(query.receivedFrom); day <= dayOf(query.now); day += 1) {
    const partition = { retentionDays: query.retentionDays, day };
    const text = pageOf(partitionTable('event_customers', partition), partitionTable('events', partition));
    for (let full = true; full;) {
      const { brandId, customerId, types, occurredFrom } = query;
      const values = [brandId, customerId, above, types, occurredFrom, PAGE];
      const rows = await pageIn(pool, text, values);
      const found = rows.map(toClaimedEvent).find(isCancelling);
      if (found !== undefined) return found;
      above = rows.at(-1)?.id ?? above;
      full = rows.length === PAGE;
    }
  }
  return null;
}

async function pageIn(pool: PgPool, text: string, values: unknown[]): Promise<readonly EventRow[]> {
  try {
    return await pool.query<EventRow>({ text, values });
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}
