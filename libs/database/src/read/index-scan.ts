/** Backward scan of an index whose last two columns are a given column and an id. */
export interface IndexScan {
  /** Alias of the scanned table in the statement. */
  readonly table: string;
  /** Name of the index column before `id`, and the value of this column as SQL. */
  readonly at: readonly [column: string, value: string];
  /** Name of the column of the id; `id` if left out. */
  readonly id?: string;
  /** Lowest id of the scan, as SQL. */
  readonly from: string;
  /** Id below which the scan starts, as SQL. */
  readonly before: string;
}

/**
 * Builds a condition and an order that force PostgreSQL to scan an index backwards, newest first, between two ids.
 *
 * For `destination_id = x … ORDER BY id`, PostgreSQL may scan the primary key and filter the rows. This is fast for a
 * busy destination, but reads everything for an idle destination. A one-element array means the same, but hides from
 * PostgreSQL that the column is constant. Then only the index provides the order without a sort, and sorts are disabled
 * on these connections.
 */
export function backwardIndexScan({ table, at, id = 'id', from, before }: IndexScan): {
  readonly where: string;
  readonly order: string;
} {
  const [column, value] = at;
  return {
    where: `${table}.${column} = ANY (ARRAY[${value}]) AND ${table}.${id} >= ${from} AND ${table}.${id} < ${before}`,
    order: `${table}.${column} DESC, ${table}.${id} DESC`,
  };
}
