import type { SqlRunner } from '../connections/sql-runner.js';
import { retryConflicts } from '../query/pg-pool.js';
import { DELETE_KEYS_ON_PAGES, KEY_PAGES } from '../sql/housekeeping.js';

/** Pages of 8 KiB that one statement reads. A page holds about 130 keys. */
const PAGES_PER_STATEMENT = 500;
/** Smallest number of pages that one call reads: 64 MiB. */
const MIN_PAGES_PER_CALL = 8_192;
/** Number of calls after which the whole table has been read. The maintenance calls about once per hour. */
const CALLS_PER_TABLE = 20;

/**
 * Deletion of old dedupe keys, page by page, so that no index of the keys' age is needed. Each stored event would cost an
 * entry of such an index. A key is therefore deleted up to a day after it expired.
 */
export class OldDedupeKeys {
  /** Fraction of the table at which the next call begins. Random at first, because a process may restart often. */
  private position = Math.random();

  /** @param minPagesPerCall set only by tests */
  constructor(private readonly minPagesPerCall = MIN_PAGES_PER_CALL) {}

  /**
   * Deletes the old keys on the next pages of the table. Stops between statements when `signal` is aborted.
   * @param lowestKept lowest event id whose key is kept
   * @returns the number of deleted keys
   */
  async delete(runner: SqlRunner, lowestKept: string, signal?: AbortSignal): Promise<number> {
    const [table] = await runner.query<{ pages: number }[]>(KEY_PAGES);
    const pages = table?.pages ?? 0;
    let rest = Math.min(pages, Math.max(this.minPagesPerCall, Math.ceil(pages / CALLS_PER_TABLE)));
    let from = Math.floor(this.position * pages);
    let deleted = 0;
    while (rest > 0 && signal?.aborted !== true) {
      const end = Math.min(from + Math.min(rest, PAGES_PER_STATEMENT), pages);
      const values = [from, end, lowestKept];
      const [row] = await retryConflicts(() => runner.query<{ deleted: number }[]>(DELETE_KEYS_ON_PAGES, values));
      deleted += row?.deleted ?? 0;
      rest -= end - from;
      from = end === pages ? 0 : end;
      this.position = from / pages;
    }
    return deleted;
  }
}
