import type { SourceCount, SourceCountStore } from '@patchbay/core';
import type { PgPool } from '../query/pg-pool.js';
import { ADD_SOURCE_COUNTS } from '../sql/source-counts.js';

/** Store of the number of events per source, in steps of ten minutes. */
export class PostgresSourceCountStore implements SourceCountStore {
  constructor(private readonly pool: PgPool) {}

  async add(counts: readonly SourceCount[]): Promise<void> {
    // Ordered, because two processes that write the same sources in different orders could block each other.
    const ordered = counts.toSorted((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
    await this.pool.query(ADD_SOURCE_COUNTS.with({ counts: ordered }));
  }
}
