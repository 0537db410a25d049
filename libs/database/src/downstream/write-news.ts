import { DOWNSTREAM_STATUSES } from '@patchbay/plugin-sdk';
import type { HotPool } from '../connections/hot-pool.js';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { isMissingTable } from '../connections/sql-error.js';
import type { News } from './news.js';

/** $1 ids, $2 statuses, $3 times, $4 all statuses in their order. */
const writeInto = (table: string): string => `
UPDATE ${table} d SET downstream_status = n.status, downstream_at = coalesce(n.at, now()), updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS n (id, status, at)
WHERE d.id = n.id
  AND array_position($4::text[], n.status) > coalesce(array_position($4::text[], d.downstream_status), 0)`;

/**
 * Writes news about deliveries of one table, each where it is further along than what is known by then; in order of id,
 * so that rivals cannot deadlock for long. Those that are no longer in the table are left alone.
 */
export async function writeNews(pool: HotPool, table: string, news: ReadonlyMap<string, News>): Promise<void> {
  const sorted = [...news].sort(([a], [b]) => (a < b ? -1 : 1));
  const values = [
    sorted.map(([id]) => id),
    sorted.map(([, { status }]) => status),
    sorted.map(([, { at }]) => at),
    [...DOWNSTREAM_STATUSES],
  ];
  try {
    await retryConflicts(() => pool.query({ text: writeInto(table), values }));
  } catch (error) {
    if (!isMissingTable(error)) throw error; // Its day was dropped meanwhile.
  }
}
