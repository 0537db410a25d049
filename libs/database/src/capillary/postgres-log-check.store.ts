import { randomUUID } from 'node:crypto';
import {
  dedupeKeyRange,
  LOG_START,
  type ClaimedLogCheck,
  type LogCheck,
  type LogCheckStore,
  type LoggedEvent,
  type LogProgress,
  type MissingByType,
  type MissingEvent,
  type NewLogCheck,
  type RegisteredSource,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isUuid } from '../connections/uuid.js';
import {
  ADVANCE_CHECK,
  CANCEL_CHECK,
  CLAIM_CHECK,
  CREATE_CHECK,
  DELETE_OLD_CHECKS,
  END_CHECK,
  FIND_CHECK,
  LIST_CHECKS,
  MISSING_BY_TYPE,
  MISSING_EVENTS,
  RELEASE_CHECK,
  RENEW_CHECK,
  RUNNING_CHECK,
  STORED_EVENTS,
} from '../sql/capillary-log-checks.js';

/** Checks of Capillary's logs in PostgreSQL. */
export class PostgresLogCheckStore implements LogCheckStore {
  constructor(private readonly dataSource: DataSource) {}

  async create(created: NewLogCheck): Promise<LogCheck> {
    const { id, brandId, sourceId, consumerGroup, from, to, requestedBy } = created;
    const values = [id, brandId, sourceId, consumerGroup, from, to, requestedBy, JSON.stringify(LOG_START)];
    await this.dataSource.query(CREATE_CHECK, values);
    await this.dataSource.query(DELETE_OLD_CHECKS, [sourceId]);
    const [running] = await this.dataSource.query<LogCheck[]>(RUNNING_CHECK, [sourceId]);
    const check = running ?? (await this.find(brandId, id));
    if (check !== null) return check;
    throw new Error('The log check of another request ended at this moment. Repeat the request.');
  }

  async find(brandId: string, id: string): Promise<LogCheck | null> {
    if (!isUuid(id)) return null;
    const [row] = await this.dataSource.query<LogCheck[]>(FIND_CHECK, [brandId, id]);
    return row ?? null;
  }

  list(sourceId: string): Promise<readonly LogCheck[]> {
    return this.dataSource.query<LogCheck[]>(LIST_CHECKS, [sourceId]);
  }

  missingByType(id: string): Promise<readonly MissingByType[]> {
    return this.dataSource.query<MissingByType[]>(MISSING_BY_TYPE, [id]);
  }

  missingEvents(id: string, limit: number): Promise<readonly MissingEvent[]> {
    return this.dataSource.query<MissingEvent[]>(MISSING_EVENTS, [id, limit]);
  }

  async cancel(brandId: string, id: string): Promise<LogCheck | null> {
    if (!isUuid(id)) return null;
    // The process that runs the check loses its lease and records no further page.
    await this.dataSource.query(CANCEL_CHECK, [brandId, id]);
    return this.find(brandId, id);
  }

  async stored({ brandId, sourceId }: RegisteredSource, events: readonly LoggedEvent[]): Promise<readonly boolean[]> {
    const ranges = events.map(({ eventId }) => dedupeKeyRange(sourceId, eventId));
    const rows = await this.dataSource.query<{ number: number }[]>(STORED_EVENTS, [
      brandId,
      ranges.map(([lowest]) => lowest),
      ranges.map(([, highest]) => highest),
      events.map(({ type }) => type),
      events.map(({ eventId }) => eventId),
    ]);
    const numbers = new Set(rows.map(({ number }) => number));
    return events.map((_event, index) => numbers.has(index + 1));
  }

  async claim(leaseMs: number): Promise<ClaimedLogCheck | null> {
    const token = randomUUID();
    const [[row]] = await this.dataSource.query<[LogCheck[], number]>(CLAIM_CHECK, [token, leaseMs]);
    return row === undefined ? null : { ...row, token };
  }

  async renew({ id, token }: ClaimedLogCheck, leaseMs: number): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(RENEW_CHECK, [id, token, leaseMs]);
    return rows.length > 0;
  }

  async advance({ id, token }: ClaimedLogCheck, progress: LogProgress, leaseMs: number): Promise<boolean> {
    const { position, entries, unreadable, types, missing } = progress;
    const [rows] = await this.dataSource.query<[unknown[], number]>(ADVANCE_CHECK, [
      ...[id, token, leaseMs, JSON.stringify(position), entries, unreadable, JSON.stringify(types)],
      missing.map(({ type }) => type),
      missing.map(({ eventId }) => eventId),
      missing.map(({ occurredAt }) => occurredAt),
      missing.map(({ status }) => status),
      missing.map(({ recovered }) => recovered),
    ]);
    return rows.length > 0;
  }

  async release({ id, token }: ClaimedLogCheck, delayMs: number, reason: string | null): Promise<void> {
    await this.dataSource.query(RELEASE_CHECK, [id, token, delayMs, reason]);
  }

  async end({ id, token }: ClaimedLogCheck, reason: string | null): Promise<void> {
    await this.dataSource.query(END_CHECK, [id, token, reason === null ? 'done' : 'failed', reason]);
  }
}
