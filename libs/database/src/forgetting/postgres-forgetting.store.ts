import { randomUUID } from 'node:crypto';
import {
  capKeysOf,
  HUB_ACTOR,
  type Actor,
  type Clock,
  type Forgetting,
  type ForgettingNotice,
  type ForgettingStep,
  type ForgettingStore,
  type NewForgetting,
  type Page,
  type PageRequest,
  type TakenForgetting,
} from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { appendNotes } from '../audit/append-notes.js';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { isUuid } from '../connections/uuid.js';
import { retentionClass } from '../deliveries/event-loader.js';
import type { MissingPartitions } from '../partitions/missing-partitions.js';
import { partitionDayOf, type PartitionDay } from '../partitions/partition-day.js';
import { fromCursor, toCursor, type List } from '../read/cursor.js';
import { DROP_CAPS } from './erase.sql.js';
import { eraseBatch, type WaitingId } from './erase-batch.js';
import { toForgetting, type ForgettingRow, type HeldForgetting } from './forgetting-rows.js';
import {
  BEGIN,
  BURY,
  CREATE,
  END,
  FIND,
  HIDE_IN_REPLAYS,
  HOLD,
  LIST,
  RECENT,
  REST,
  SETTLE,
  STEP,
  TAKE,
} from './forgetting.sql.js';

const LONGEST_PAGE = 1_000;

/** What a replay's filter names in the place of a customer who was forgotten. */
const NOBODY = '(forgotten)';

/** Forgettings and tombstones in PostgreSQL. */
export class PostgresForgettingStore implements ForgettingStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly partitions: MissingPartitions,
    private readonly clock: Clock,
  ) {}

  async create({ id, brandId, customerId, customerHash, until }: NewForgetting, actor: Actor): Promise<void> {
    const hash = Buffer.from(customerHash, 'hex');
    await this.inTransaction(async (manager) => {
      await manager.query(CREATE, [id, brandId, customerId, hash, until, actor.name]);
      const held = { brand_id: brandId, customer_id: customerId, customer_hash: hash, event_id: null };
      await begin(manager, id, { ...held, forgotten_until: new Date(until), began_at: null, cursor: null }, actor);
    });
  }

  async find(brandId: string, id: string): Promise<Forgetting | null> {
    if (!isUuid(id)) return null;
    const [row] = await this.dataSource.query<ForgettingRow[]>(FIND, [id, brandId]);
    return row === undefined ? null : toForgetting(row);
  }

  async list(brandId: string, { limit, cursor }: PageRequest): Promise<Page<Forgetting>> {
    const list: List = { kind: 'forgettings', brandId };
    const length = Math.min(Math.max(Math.trunc(limit), 1), LONGEST_PAGE);
    const below = cursor === null ? null : fromCursor(list, cursor);
    const rows = await this.dataSource.query<ForgettingRow[]>(LIST, [brandId, below, length + 1]);
    const data = rows.slice(0, length).map(toForgetting);
    const last = data.at(-1);
    return { data, nextCursor: last === undefined || rows.length === data.length ? null : toCursor(list, last.id) };
  }

  async take(leaseMs: number, id?: string): Promise<TakenForgetting | null> {
    const token = randomUUID();
    const [rows] = await this.dataSource.query<[{ id: string; began_at: Date | null; passes: number }[], number]>(
      TAKE,
      [token, leaseMs, id ?? null],
    );
    const [row] = rows;
    return row === undefined ? null : { id: row.id, token, hasBegun: row.began_at !== null, passes: row.passes };
  }

  begin(taken: TakenForgetting): Promise<void> {
    return this.inTransaction(async (manager) => {
      const held = await hold(manager, taken);
      if (held?.began_at === null) await begin(manager, taken.id, held, HUB_ACTOR);
    });
  }

  step(taken: TakenForgetting, limit: number): Promise<ForgettingStep | null> {
    let days: readonly PartitionDay[] = [];
    const aboutToCancel = (waiting: readonly WaitingId[]): void => {
      days = waiting.map(({ id, retention_days: retention }) => partitionDayOf(id, retentionClass(retention)));
    };
    const work = async (manager: EntityManager): Promise<ForgettingStep | null> => {
      const held = await hold(manager, taken);
      if (held === null) return null;
      if (held.cursor === null) await manager.query(SETTLE, [taken.id]);
      const batch = { limit, now: this.clock.now(), aboutToCancel };
      const { events, deliveries, attempts, left, cursor } = await eraseBatch(manager, held, batch);
      const counts = [events, deliveries, attempts, left, cursor];
      const [[row]] = await manager.query<[{ left: number; settled: boolean }[], number]>(STEP, [taken.id, ...counts]);
      return { passed: cursor === null, left: row?.left ?? 0, settled: row?.settled ?? false };
    };
    return this.partitions.retrying(
      () => this.inTransaction(work),
      () => days,
    );
  }

  async rest({ id, token }: TakenForgetting, milliseconds: number): Promise<void> {
    await this.dataSource.query(REST, [id, token, milliseconds]);
  }

  end(taken: TakenForgetting): Promise<void> {
    return this.inTransaction(async (manager) => {
      const held = await hold(manager, taken);
      if (held === null) return;
      const { brand_id: brandId, customer_id: customerId } = held;
      await manager.query(HIDE_IN_REPLAYS, [brandId, inFilter(customerId), inFilter(NOBODY)]);
      await manager.query(DROP_CAPS, [capKeysOf(brandId, customerId)]);
      await manager.query(END, [taken.id, taken.token]);
    });
  }

  async recent(): Promise<readonly ForgettingNotice[]> {
    const rows = await this.dataSource.query<{ key: string; brand_id: string }[]>(RECENT);
    return rows.map(({ key, brand_id: brandId }) => ({ key, brandId }));
  }

  private inTransaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.dataSource.transaction(work));
  }
}

async function hold(manager: EntityManager, { id, token }: TakenForgetting): Promise<HeldForgetting | null> {
  const [row] = await manager.query<HeldForgetting[]>(HOLD, [id, token]);
  return row ?? null;
}

async function begin(manager: EntityManager, id: string, forgetting: HeldForgetting, actor: Actor): Promise<void> {
  const { brand_id: brandId, customer_hash: hash, event_id: event } = forgetting;
  await manager.query(BURY, [hash, brandId, forgetting.forgotten_until]);
  await manager.query(BEGIN, [id]);
  const after = { forgetting: id, ...(event !== null && { event }) };
  const target = hash.toString('hex');
  await appendNotes(manager, [{ actor, action: 'customer.forget', brandId, target, before: null, after }]);
}

/** As a replay's filter is stored. */
function inFilter(customer: string): string {
  return `"customer":${JSON.stringify(customer)}`;
}
