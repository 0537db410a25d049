import { retryConflicts } from '../query/pg-pool.js';
import type { SqlRunner } from '../connections/sql-runner.js';

/**
 * Statement that changes a limited number of rows and selects one row per changed row. The outermost command must be a
 * SELECT, because TypeORM returns a different structure for `RETURNING`.
 */
export interface BatchStatement {
  readonly text: string;
  readonly values: unknown[];
}

/**
 * Repeats a statement, each time in its own transaction, until the statement changes no row. Returns the total number
 * of changed rows.
 */
export async function runInBatches(
  runner: SqlRunner,
  statement: BatchStatement,
  signal?: AbortSignal,
): Promise<number> {
  let total = 0;
  while (signal?.aborted !== true) {
    const { length } = await retryConflicts(() => runner.query(statement.text, statement.values));
    total += length;
    if (length === 0) break;
  }
  return total;
}
