/** A backward scan of an index on a column and, last, `id`. */
export interface IndexScan {
  /** The table's name in the statement. */
  readonly table: string;
  /** The column before `id` and, as SQL, the value to stay at. */
  readonly at: readonly [column: string, value: string];
  /** As SQL: the lowest id, and the one below which the walk begins. */
  readonly from: string;
  readonly before: string;
}

/**
 * A condition and an order that leave PostgreSQL no choice but to walk an index backwards, newest first, from one bound
 * to the other. Said as `destination_id = x … ORDER BY id`, it may walk the primary key and sift: right for a busy
 * destination, and a scan of everything for one that is idle. An array of one is the same condition, but does not tell it
 * that the order by the column is none; and what no index has in order is sorted, which these connections avoid.
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
