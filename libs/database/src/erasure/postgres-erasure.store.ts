import { randomUUID } from 'node:crypto';
import {
  capKeysOf,
  contactKey,
  HUB_ACTOR,
  type Actor,
  type Clock,
  type Erasure,
  type ErasureNotice,
  type ErasureStep,
  type ErasureStore,
  type NewErasure,
  type Page,
  type PageRequest,
  uuidV7,
  type ClaimedErasure,
  type CustomerHasherOf,
} from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import type { PartitionedRow, PgPool } from '../query/pg-pool.js';
import { isUuid } from '../connections/uuid.js';
import { retentionClass } from '../sql/load-events.js';
import { decodeCursor, encodeCursor, type List } from '../read/cursor.js';
import { DROP_LINKS, LINKED_IDS } from '../sql/customer-links.js';
import { DESTINATIONS_OF_BRAND, DROP_CAPS } from '../sql/erase.js';
import { eraseBatch, type WaitingId } from './erase-batch.js';
import { toErasure, type ErasureRow, type LockedErasure } from './erasure-rows.js';
import {
  BEGIN,
  WRITE_TOMBSTONE,
  CREATE,
  CREATE_LINKED,
  END,
  FIND,
  ERASE_FROM_REPLAYS,
  LOCK,
  LIST,
  RECENT,
  POSTPONE,
  SETTLE,
  STEP,
  CLAIM,
} from '../sql/erasures.js';

const MAX_PAGE = 1_000;

/** Text that replaces an erased customer in the filter of a replay. */
const ERASED_CUSTOMER = '(erased)';

/** Store of erasures and tombstones in PostgreSQL. */
export class PostgresErasureStore implements ErasureStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
    private readonly clock: Clock,
  ) {}

  async create({ id, brandId, customerId, customerHash, until }: NewErasure, actor: Actor): Promise<void> {
    const hash = Buffer.from(customerHash, 'hex');
    await this.inTransaction(async (manager) => {
      await manager.query(CREATE, [id, brandId, customerId, hash, until, actor.name]);
      const locked = { brand_id: brandId, customer_id: customerId, customer_hash: hash, event_id: null, linked: true };
      await begin(manager, id, { ...locked, erased_until: new Date(until), began_at: null, cursor: null }, actor);
    });
  }

  async find(brandId: string, id: string): Promise<Erasure | null> {
    if (!isUuid(id)) return null;
    const [row] = await this.dataSource.query<ErasureRow[]>(FIND, [id, brandId]);
    return row === undefined ? null : toErasure(row);
  }

  async list(brandId: string, { limit, cursor }: PageRequest): Promise<Page<Erasure>> {
    const list: List = { kind: 'erasures', brandId };
    const length = Math.min(Math.max(Math.trunc(limit), 1), MAX_PAGE);
    const below = cursor === null ? null : decodeCursor(list, cursor);
    const rows = await this.dataSource.query<ErasureRow[]>(LIST, [brandId, below, length + 1]);
    const data = rows.slice(0, length).map(toErasure);
    const last = data.at(-1);
    return { data, nextCursor: last === undefined || rows.length === data.length ? null : encodeCursor(list, last.id) };
  }

  async claim(leaseMs: number, id?: string): Promise<ClaimedErasure | null> {
    const token = randomUUID();
    const [rows] = await this.dataSource.query<[{ id: string; began_at: Date | null; passes: number }[], number]>(
      CLAIM,
      [token, leaseMs, id ?? null],
    );
    const [row] = rows;
    return row === undefined ? null : { id: row.id, token, hasBegun: row.began_at !== null, passes: row.passes };
  }

  begin(claimed: ClaimedErasure, hasherOf: CustomerHasherOf): Promise<void> {
    return this.inTransaction(async (manager) => {
      const locked = await lock(manager, claimed);
      if (locked?.began_at !== null) return;
      await begin(manager, claimed.id, locked, HUB_ACTOR);
      if (!locked.linked) await this.createLinked(manager, claimed.id, locked, hasherOf);
    });
  }

  /** Creates the erasures of the ids that are linked to the customer, before the links are deleted. */
  private async createLinked(
    manager: EntityManager,
    id: string,
    { brand_id: brandId, customer_id: customerId }: LockedErasure,
    hasherOf: CustomerHasherOf,
  ): Promise<void> {
    const linked = await manager.query<{ linked_id: string }[]>(LINKED_IDS, [brandId, customerId]);
    const hash = linked.length === 0 ? null : await hasherOf(brandId);
    if (hash === null) return;
    for (const { linked_id: other } of linked) {
      await manager.query(CREATE_LINKED, [uuidV7(this.clock.now()), other, Buffer.from(hash(other), 'hex'), id]);
    }
  }

  step(claimed: ClaimedErasure, limit: number): Promise<ErasureStep | null> {
    let ended: readonly PartitionedRow[] = [];
    const beforeCancel = (waiting: readonly WaitingId[]): void => {
      ended = waiting.map(({ id, retention_days: days }) => ({ id, retentionDays: retentionClass(days) }));
    };
    const work = async (manager: EntityManager): Promise<ErasureStep | null> => {
      const locked = await lock(manager, claimed);
      if (locked === null) return null;
      if (locked.cursor === null) await manager.query(SETTLE, [claimed.id]);
      const batch = { limit, now: this.clock.now(), beforeCancel };
      const { events, deliveries, attempts, remaining, cursor } = await eraseBatch(manager, locked, batch);
      const counts = [events, deliveries, attempts, remaining, cursor];
      const [[row]] = await manager.query<[{ remaining: number; settled: boolean }[], number]>(STEP, [
        claimed.id,
        ...counts,
      ]);
      return { passComplete: cursor === null, remaining: row?.remaining ?? 0, settled: row?.settled ?? false };
    };
    return this.inTransaction(work, () => ended);
  }

  async postpone({ id, token }: ClaimedErasure, milliseconds: number): Promise<void> {
    await this.dataSource.query(POSTPONE, [id, token, milliseconds]);
  }

  end(claimed: ClaimedErasure): Promise<void> {
    return this.inTransaction(async (manager) => {
      const locked = await lock(manager, claimed);
      if (locked === null) return;
      const { brand_id: brandId, customer_id: customerId } = locked;
      await manager.query(ERASE_FROM_REPLAYS, [brandId, inFilter(customerId), inFilter(ERASED_CUSTOMER)]);
      await manager.query(DROP_LINKS, [brandId, customerId]);
      await manager.query(DROP_CAPS, [[...capKeysOf(brandId, customerId), ...(await contactKeys(manager, locked))]]);
      await manager.query(END, [claimed.id, claimed.token]);
    });
  }

  async recent(): Promise<readonly ErasureNotice[]> {
    const rows = await this.dataSource.query<{ key: string; brand_id: string }[]>(RECENT);
    return rows.map(({ key, brand_id: brandId }) => ({ key, brandId }));
  }

  private inTransaction<T>(
    work: (manager: EntityManager) => Promise<T>,
    partitioned?: () => readonly PartitionedRow[],
  ): Promise<T> {
    return this.pool.retry(() => this.dataSource.transaction(work), partitioned);
  }
}

async function lock(manager: EntityManager, { id, token }: ClaimedErasure): Promise<LockedErasure | null> {
  const [row] = await manager.query<LockedErasure[]>(LOCK, [id, token]);
  return row ?? null;
}

async function begin(manager: EntityManager, id: string, erasure: LockedErasure, actor: Actor): Promise<void> {
  const { brand_id: brandId, customer_hash: hash, event_id: event } = erasure;
  await manager.query(WRITE_TOMBSTONE, [hash, brandId, erasure.erased_until]);
  await manager.query(BEGIN, [id]);
  const after = { erasure: id, ...(event !== null && { event }) };
  const target = hash.toString('hex');
  await appendAuditEntries(manager, [{ actor, action: 'customer.forget', brandId, target, before: null, after }]);
}

/** Returns the text by which a customer appears in a stored replay filter. */
function inFilter(customer: string): string {
  return `"customer":${JSON.stringify(customer)}`;
}

/** Returns the keys under which the messages of each destination to the customer are counted. */
async function contactKeys(
  manager: EntityManager,
  { brand_id: brandId, customer_id: customerId }: LockedErasure,
): Promise<readonly string[]> {
  const destinations = await manager.query<{ id: string }[]>(DESTINATIONS_OF_BRAND, [brandId]);
  return destinations.map(({ id }) => contactKey(id, customerId));
}
