/** Backward scan of an index whose last columns are a column and `id`. */
export interface IndexScan {
  /** Alias of the table in the statement. */
  readonly table: string;
  /** First column of the index, before `id`, and its value as SQL. */
  readonly at: readonly [column: string, value: string];
  /** Lowest id, as SQL. */
  readonly from: string;
  /** Id below which the scan starts, as SQL. */
  readonly before: string;
}

/**
 * Builds a condition and an order that force PostgreSQL to scan an index backwards, newest first, between two ids.
 *
 * For `destination_id = x … ORDER BY id`, PostgreSQL may scan the primary key and filter the rows. That is fast for a busy
 * destination, but reads everything for an idle one. A one-element array is the same condition, but hides from PostgreSQL that
 * the column is constant. Only the index then provides the order without a sort, and these connections have sorts disabled.
 */
export function backwardIndexScan({ table, at, from, before }: IndexScan): {
  readonly where: string;
  readonly order: string;
} {
  const [column, value] = at;
  return {
    where: `${table}.${column} = ANY (ARRAY[${value}]) AND ${table}.id >= ${from} AND ${table}.id < ${before}`,
    order: `${table}.${column} DESC, ${table}.id DESC`,
  };
}
