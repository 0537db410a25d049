import { retryConflicts } from '../connections/retry-conflicts.js';
import type { SqlRunner } from '../connections/sql-runner.js';

/** A statement that touches at most its limit of rows and selects one row for each (TypeORM gives `RETURNING` another shape). */
export interface BatchStatement {
  readonly text: string;
  readonly values: unknown[];
}

/** Repeats a statement, each time in a transaction of its own, until nothing is left. Returns how many rows it was. */
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
