import type { NewEvent, OperationalNotes } from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { groupValues } from '../events/group-values.js';
import { STORE_GROUP } from '../events/store-group.sql.js';
import type { MissingPartitions } from '../partitions/missing-partitions.js';
import { partitionDayOf } from '../partitions/partition-day.js';
import { DUE_NOTES, NOTES_TOLD, PUT_OFF_NOTE, TAKE_NOTES } from './note.sql.js';
import { toNote, type NoteRow } from './note-rows.js';

type Relay = OperationalNotes['relay'];
type Options = Parameters<Relay>[0];
type Prepare = Parameters<Relay>[1];

/** The notes in PostgreSQL: an outbox whose rows the statements write that do what is noted. */
export class PostgresOperationalNotes implements OperationalNotes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly partitions: MissingPartitions,
  ) {}

  async relay(...[options, prepare, onFault]: Parameters<Relay>): ReturnType<Relay> {
    try {
      return await this.tell(options, prepare, null);
    } catch {
      // Which of them cannot be told is seen only by telling each by itself.
      return this.tellEach(options, prepare, onFault);
    }
  }

  private async tellEach(...[options, prepare, onFault]: Parameters<Relay>): ReturnType<Relay> {
    const due = await this.dataSource.query<{ scope: string }[]>(DUE_NOTES, [options.limit, options.quietMs]);
    const events: NewEvent[] = [];
    for (const { scope } of due) {
      try {
        const told = await this.tell(options, prepare, scope);
        // What was told goes its way; the next round tells the others.
        if (told === 'stale') return events.length === 0 ? told : events;
        events.push(...told);
      } catch (error) {
        await this.dataSource.query(PUT_OFF_NOTE, [scope]);
        onFault(error, scope);
      }
    }
    return events;
  }

  /** @param scope only this one; null: any */
  private tell(options: Options, prepare: Prepare, scope: string | null): ReturnType<Relay> {
    let events: readonly NewEvent[] = [];
    const run = async (manager: EntityManager): ReturnType<Relay> => {
      const rows = await manager.query<NoteRow[]>(TAKE_NOTES, [options.limit, options.quietMs, scope]);
      if (rows.length === 0) return [];
      const prepared = prepare(rows.map(toNote));
      events = prepared.events;
      // At another revision it stores nothing, and the notes stay as they are.
      const [group] = await manager.query<{ current: boolean }[]>(STORE_GROUP, groupValues(prepared.revision, events));
      if (group?.current !== true) return 'stale';
      await manager.query(NOTES_TOLD, [rows.map(({ scope: told }) => told)]);
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
