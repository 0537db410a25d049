import type { NewEvent, OperationalNotes } from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { groupValues } from '../events/group-values.js';
import { STORE_GROUP } from '../events/store-group.sql.js';
import type { MissingPartitions } from '../partitions/missing-partitions.js';
import { partitionDayOf } from '../partitions/partition-day.js';
import { NOTES_TOLD, TAKE_NOTES } from './note.sql.js';
import { toNote, type NoteRow } from './note-rows.js';

type Relay = OperationalNotes['relay'];

/** The notes in PostgreSQL: an outbox whose rows the statements write that do what is noted. */
export class PostgresOperationalNotes implements OperationalNotes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly partitions: MissingPartitions,
  ) {}

  async relay(...[options, prepare]: Parameters<Relay>): ReturnType<Relay> {
    let events: readonly NewEvent[] = [];
    const run = async (manager: EntityManager): ReturnType<Relay> => {
      const rows = await manager.query<NoteRow[]>(TAKE_NOTES, [options.limit, options.quietMs]);
      if (rows.length === 0) return [];
      const prepared = prepare(rows.map(toNote));
      events = prepared.events;
      // At another revision it stores nothing, and the notes stay as they are.
      const [group] = await manager.query<{ current: boolean }[]>(STORE_GROUP, groupValues(prepared.revision, events));
      if (group?.current !== true) return 'stale';
      await manager.query(NOTES_TOLD, [rows.map(({ scope }) => scope)]);
      return events;
    };
    return retryConflicts(() =>
      this.partitions.retrying(
        () => this.dataSource.transaction(run),
        () => events.map(({ id, retentionDays }) => partitionDayOf(id, retentionDays)),
      ),
    );
  }
}
