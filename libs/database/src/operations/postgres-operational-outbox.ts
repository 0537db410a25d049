import type { NewEvent, OperationalOutbox, RelayLimits, StoredOutcome } from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import type { PgPool, PgRunner } from '../query/pg-pool.js';
import { storeEvents } from '../events/postgres-event.store.js';
import {
  DELETE_MESSAGES,
  DUE_MESSAGES,
  LOCK_MESSAGES,
  MESSAGE_SCOPE,
  POSTPONE_MESSAGE,
} from '../sql/message-outbox.js';
import { DUE_ENTRIES, MARK_PUBLISHED, POSTPONE_ENTRY, LOCK_ENTRIES } from '../sql/outbox.js';
import { toMessageEntry, toOutboxEntry, type MessageRow, type OutboxRow } from './outbox-rows.js';

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

  async dueBrands(limits: RelayLimits): Promise<readonly string[]> {
    const due = await this.dueEntries(limits);
    return [...new Set(due.map((entry) => entry.brand_id))];
  }

  /** Returns entries that are due. Alerts come before entries about single messages. */
  private async dueEntries({ limit, intervalMs }: RelayLimits): Promise<readonly DueEntry[]> {
    const alerts = await this.dataSource.query<DueEntry[]>(DUE_ENTRIES, [limit, intervalMs]);
    const rest = limit - alerts.length;
    if (rest <= 0) return alerts;
    return [...alerts, ...(await this.dataSource.query<DueEntry[]>(DUE_MESSAGES, [rest]))];
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
    const { intervalMs, brandIds } = options;
    const due = await this.dueEntries(options);
    const events: NewEvent[] = [];
    let isStale = false;
    for (const { scope, brand_id: brandId } of due) {
      if (!brandIds.includes(brandId)) continue;
      try {
        const published = await this.publish(options, prepare, scope);
        events.push(...published.events);
        isStale ||= published.isStale;
      } catch (error) {
        if (scope.startsWith(MESSAGE_SCOPE)) await this.dataSource.query(POSTPONE_MESSAGE, [scope, intervalMs]);
        else await this.dataSource.query(POSTPONE_ENTRY, [scope]);
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
      const messages = await manager.query<MessageRow[]>(LOCK_MESSAGES, [limit - rows.length, brandIds, scope]);
      if (rows.length + messages.length === 0) return { events: [], isStale: false };
      events = prepare([...rows.map(toOutboxEntry), ...messages.map(toMessageEntry)]);
      const outcomes = new Map<string, StoredOutcome>();
      if (events.length > 0) await storeEvents(runnerOf(manager), events, outcomes);
      // Nothing of a stale brand was stored, so its outbox entries stay unchanged.
      const stale = new Set<string>();
      for (const { id, brandId } of events) if (outcomes.get(id)?.kind === 'stale') stale.add(brandId);
      const isCurrent = (row: { readonly brand_id: string }): boolean => !stale.has(row.brand_id);
      await manager.query(MARK_PUBLISHED, [rows.filter(isCurrent).map((row) => row.scope)]);
      await manager.query(DELETE_MESSAGES, [messages.filter(isCurrent).map(({ id }) => id)]);
      return { events: events.filter(({ brandId }) => !stale.has(brandId)), isStale: stale.size > 0 };
    };
    return this.pool.retry(
      () => this.dataSource.transaction(run),
      () => events,
    );
  }
}

/** Returns a runner of statements in the transaction of an entity manager. */
function runnerOf(manager: EntityManager): PgRunner {
  return { query: ({ text, values }) => manager.query(text, [...values]) };
}
