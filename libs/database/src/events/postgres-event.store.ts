import {
  StoreRefusedError,
  type EventStore,
  type NewEvent,
  type QuarantineRefused,
  type StoredOutcome,
} from '@patchbay/core';
import type { PgPool } from '../query/pg-pool.js';
import { retryConflicts } from '../query/retry-conflicts.js';
import type { MissingPartitions } from '../partitions/missing-partitions.js';
import { partitionDayOf } from '../partitions/daily-partitions.js';
import { storeEvents } from './store-events.js';
import { isRefused, refusal, RevisionChangedError, storeUnderSavepoints } from './store-under-savepoints.js';

/**
 * Event store in PostgreSQL. A group of events takes one statement and one commit. If PostgreSQL refuses a row, the group is
 * stored by several statements in one transaction, still with one commit.
 */
export class PostgresEventStore implements EventStore {
  constructor(
    private readonly pool: PgPool,
    private readonly partitions: MissingPartitions,
  ) {}

  async storeGroup(
    revision: number,
    events: readonly NewEvent[],
    quarantine?: QuarantineRefused,
  ): Promise<readonly StoredOutcome[] | 'stale'> {
    try {
      return await this.retrying(events, () => storeEvents(this.pool, revision, events));
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (quarantine === undefined) throw new StoreRefusedError(refusal(error));
      return await this.storeInParts(revision, events, quarantine);
    }
  }

  private async storeInParts(
    revision: number,
    events: readonly NewEvent[],
    quarantine: QuarantineRefused,
  ): Promise<readonly StoredOutcome[] | 'stale'> {
    try {
      return await this.retrying(events, () =>
        this.pool.transaction((transaction) => storeUnderSavepoints(transaction, revision, events, quarantine)),
      );
    } catch (error) {
      if (error instanceof RevisionChangedError) return 'stale';
      throw error;
    }
  }

  private retrying<T>(events: readonly NewEvent[], run: () => Promise<T>): Promise<T> {
    return retryConflicts(() =>
      this.partitions.retrying(run, () => events.map((event) => partitionDayOf(event.id, event.retentionDays))),
    );
  }
}
