import type { NewEvent, OperationalOutbox, RelayLimits } from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import type { PgPool } from '../query/pg-pool.js';
import { groupParameters } from '../events/postgres-event.store.js';
import { STORE_GROUP, type GroupRow } from '../sql/store-events.js';
import { DUE_ENTRIES, MARK_PUBLISHED, POSTPONE_ENTRY, LOCK_ENTRIES } from '../sql/outbox.js';
import { toOutboxEntry, type OutboxRow } from './outbox-rows.js';

type Relay = OperationalOutbox['relay'];
type Options = Parameters<Relay>[0];
type Prepare = Parameters<Relay>[1];

interface DueEntry {
  readonly scope: string;
  readonly brand_id: string;
}

/** Outbox of operational events in PostgreSQL. */
export class PostgresOperationalOutbox implements OperationalOutbox {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
  ) {}

  async dueBrands({ limit, intervalMs }: RelayLimits): Promise<readonly string[]> {
    const due = await this.dataSource.query<DueEntry[]>(DUE_ENTRIES, [limit, intervalMs]);
    return [...new Set(due.map((entry) => entry.brand_id))];
  }

  async relay(...[options, prepare, onFault]: Parameters<Relay>): ReturnType<Relay> {
    try {
      return await this.publish(options, prepare, null);
    } catch {
      // Publish the entries one by one, to isolate the entries that fail.
      return this.publishEach(options, prepare, onFault);
    }
  }

  private async publishEach(...[options, prepare, onFault]: Parameters<Relay>): ReturnType<Relay> {
    const { limit, intervalMs, brandIds } = options;
    const due = await this.dataSource.query<DueEntry[]>(DUE_ENTRIES, [limit, intervalMs]);
    const events: NewEvent[] = [];
    let isStale = false;
    for (const { scope, brand_id: brandId } of due) {
      if (!brandIds.includes(brandId)) continue;
      try {
        const published = await this.publish(options, prepare, scope);
        events.push(...published.events);
        isStale ||= published.isStale;
      } catch (error) {
        await this.dataSource.query(POSTPONE_ENTRY, [scope]);
        onFault(error, scope);
      }
    }
    return { events, isStale };
  }

  /** Publishes due entries in one transaction. @param scope the only scope to publish. Null for all scopes. */
  private publish(options: Options, prepare: Prepare, scope: string | null): ReturnType<Relay> {
    let events: readonly NewEvent[] = [];
    const run = async (manager: EntityManager): ReturnType<Relay> => {
      const { limit, intervalMs, brandIds } = options;
      const rows = await manager.query<OutboxRow[]>(LOCK_ENTRIES, [limit, intervalMs, brandIds, scope]);
      if (rows.length === 0) return { events: [], isStale: false };
      events = prepare(rows.map(toOutboxEntry));
      const { text, values } = STORE_GROUP.ignoringConflicts.with(groupParameters(events));
      const [group] = await manager.query<Pick<GroupRow, 'stale'>[]>(text, values);
      // Nothing of a stale brand was stored, so its outbox entries stay unchanged.
      const stale = new Set(group?.stale);
      const published = rows.filter((row) => !stale.has(row.brand_id));
      await manager.query(MARK_PUBLISHED, [published.map((row) => row.scope)]);
      return { events: events.filter(({ brandId }) => !stale.has(brandId)), isStale: stale.size > 0 };
    };
    return this.pool.retry(
      () => this.dataSource.transaction(run),
      () => events,
    );
  }
}
