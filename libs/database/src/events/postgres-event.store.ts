import { forgottenEvent, StoreRefusedError, type EventStore, type NewEvent, type StoredOutcome } from '@patchbay/core';
import type { HotPool } from '../connections/hot-pool.js';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { isDataError, isMissingPartition, sqlState } from '../connections/sql-error.js';
import type { MissingPartitions } from '../partitions/missing-partitions.js';
import { partitionDayOf } from '../partitions/partition-day.js';
import { groupValues } from './group-values.js';
import { EVENTS_OF_KEYS, STORE_GROUP } from './store-group.sql.js';

interface GroupRow {
  readonly current: boolean;
  readonly stored: readonly string[];
  /** Events whose customers have to be looked for first. */
  readonly suspect: readonly string[];
  /** Events that a tombstone keeps out as they are. */
  readonly buried: readonly string[];
}

/** Stores groups of events in PostgreSQL, one statement and one commit a group. */
export class PostgresEventStore implements EventStore {
  constructor(
    private readonly pool: HotPool,
    private readonly partitions: MissingPartitions,
  ) {}

  async storeGroup(revision: number, events: readonly NewEvent[]): Promise<readonly StoredOutcome[] | 'stale'> {
    return this.storeChecked(revision, events, new Set());
  }

  /** Each round looks for the customers of some more, or takes the content of some away: so there is an end to it. */
  private async storeChecked(
    revision: number,
    events: readonly NewEvent[],
    hashed: ReadonlySet<string>,
  ): Promise<readonly StoredOutcome[] | 'stale'> {
    const result = await this.store(revision, events, hashed);
    if (!result.current) return 'stale';
    if (result.suspect.length > 0 || result.buried.length > 0) {
      const buried = new Set(result.buried);
      const rest = events.map((event) => (buried.has(event.id) ? forgottenEvent(event) : event));
      return this.storeChecked(revision, rest, new Set([...hashed, ...result.suspect]));
    }
    if (result.stored.length === events.length) return events.map(() => ({ kind: 'accepted' }));
    return this.withDuplicates(events, new Set(result.stored));
  }

  private async store(revision: number, events: readonly NewEvent[], hashed: ReadonlySet<string>): Promise<GroupRow> {
    const values = groupValues(revision, events, hashed);
    try {
      const rows = await retryConflicts(() =>
        this.partitions.retrying(
          () => this.pool.query<GroupRow>({ name: 'store-group', text: STORE_GROUP, values }),
          () => events.map((event) => partitionDayOf(event.id, event.retentionDays)),
        ),
      );
      return rows[0] ?? { current: false, stored: [], suspect: [], buried: [] };
    } catch (error) {
      if (!isDataError(error) || isMissingPartition(error)) throw error;
      // Without its cause: the server's own message may quote the value.
      throw new StoreRefusedError(`PostgreSQL refused the data of an event (SQLSTATE ${sqlState(error)}).`);
    }
  }

  private async withDuplicates(events: readonly NewEvent[], stored: ReadonlySet<string>): Promise<StoredOutcome[]> {
    const keys = events.filter((event) => !stored.has(event.id)).map((event) => event.dedupeKey);
    const rows = await this.pool.query<{ key: string; event_id: string }>({
      name: 'events-of-keys',
      text: EVENTS_OF_KEYS,
      values: [keys],
    });
    const earlier = new Map(rows.map((row) => [row.key, row.event_id]));
    return events.map((event) => {
      if (stored.has(event.id)) return { kind: 'accepted' };
      const eventId = earlier.get(event.dedupeKey);
      // Its key expired between the two statements: the caller's next try stores it.
      if (eventId === undefined) throw new Error('A duplicate lost its key meanwhile; the event was not stored.');
      return { kind: 'duplicate', eventId };
    });
  }
}
