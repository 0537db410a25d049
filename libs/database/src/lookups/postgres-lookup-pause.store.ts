import {
  HUB_ACTOR,
  lookupPausedReason,
  MAX_HELD_COUNT,
  type Actor,
  type FailedLookup,
  type HeldCount,
  type LookupPauseStore,
} from '@patchbay/core';
import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import type { AuditedChange } from '../configuration/audited-change.js';
import { lockBrand, publishChange } from '../configuration/revision.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { LookupPauseEntity } from '../entities/lookup-pause.entity.js';
import { appendLookupSwitch } from '../operations/append-lookup-switch.js';
import type { PgPool } from '../query/pg-pool.js';
import { DELETE_RESUMED, HELD_COUNTS, HELD_EVENTS, RELEASE_HELD, RESUMED_LOOKUPS } from '../sql/lookup-pauses.js';

const RELEASE_BATCH = 1_000;
/** Maximum number of batches per lookup and call, so that one lookup does not delay the others. */
const MAX_BATCHES = 50;

interface ResumedRow {
  readonly brand_id: string;
  readonly lookup: string;
  readonly is_over: boolean;
}

/** Pauses of lookups in PostgreSQL. The pause is stored, and the index of waiting deliveries finds the held deliveries. */
export class PostgresLookupPauseStore implements LookupPauseStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
  ) {}

  async pause(brandId: string, lookup: string, { reason, revision }: FailedLookup): Promise<boolean> {
    // Every delivery in flight may request the same pause. If the lookup is paused, return without taking the lock.
    const known = await this.dataSource.manager.findOneBy(LookupPauseEntity, { brandId, lookup, resumedAt: IsNull() });
    if (known !== null) return false;
    return this.change(brandId, async (manager, brand) => {
      if (brand.lookupsRevision > revision) return false;
      const paused = await manager.findOneBy(LookupPauseEntity, { brandId, lookup });
      if (paused?.resumedAt === null) return false;
      const pausedAt = new Date(await databaseTime(manager));
      await manager.save(
        Object.assign(new LookupPauseEntity(), { brandId, lookup, reason, pausedAt, resumedAt: null }),
      );
      const change = pauseChange(brand, 'pauseLookup', { lookup, paused: true, reason });
      const next = await publishChange(manager, brandId, HUB_ACTOR, change);
      await appendLookupSwitch(manager, { brandId, lookup, revision: next, by: 'hub', reason });
      return true;
    });
  }

  resume(brandId: string, lookup: string, actor: Actor): Promise<boolean> {
    return this.change(brandId, async (manager, brand) => {
      if (!(await isPaused(manager, brandId, lookup))) return false;
      const change = pauseChange(brand, 'resumeLookup', { lookup, paused: false, reason: null });
      const next = await publishChange(manager, brandId, actor, change);
      await resumeLookup(manager, { brandId, lookup, revision: next, by: 'person' });
      await manager.update(BrandEntity, { id: brandId }, { lookupsRevision: next });
      return true;
    });
  }

  async releaseHeld(): Promise<readonly string[]> {
    const released = new Set<string>();
    for (const { brand_id: brand, lookup, is_over: isOver } of await this.pool.query<ResumedRow & Row>(
      RESUMED_LOOKUPS.with({}),
    )) {
      const isEmpty = await this.release(brand, lookup, released);
      if (isEmpty && isOver) await this.pool.query(DELETE_RESUMED.with({ brand, lookup }));
    }
    return [...released];
  }

  async heldCounts(brandId: string): Promise<ReadonlyMap<string, HeldCount>> {
    const rows = await this.pool.query<{ lookup: string; count: number }>(HELD_COUNTS.with({ brand: brandId }));
    return new Map(
      rows.map(({ lookup, count }) => [
        lookup,
        { count: Math.min(count, MAX_HELD_COUNT), isExact: count <= MAX_HELD_COUNT },
      ]),
    );
  }

  async heldEvents(brandId: string, lookup: string, limit: number): Promise<readonly string[]> {
    const reason = lookupPausedReason(lookup);
    const rows = await this.pool.query<{ event_id: string }>(HELD_EVENTS.with({ brand: brandId, reason, limit }));
    return rows.map(({ event_id: id }) => id);
  }

  /** Releases the deliveries of one lookup. Returns true if no batch was full. */
  private async release(brand: string, lookup: string, released: Set<string>): Promise<boolean> {
    const statement = RELEASE_HELD.with({ brand, reason: lookupPausedReason(lookup), limit: RELEASE_BATCH });
    for (let batch = 0; batch < MAX_BATCHES; batch++) {
      const rows = await this.pool.query<{ destination_id: string }>(statement);
      for (const { destination_id: id } of rows) released.add(id);
      if (rows.length < RELEASE_BATCH) return true;
    }
    return false;
  }

  /**
   * Changes the pause of a lookup under the lock of its brand.
   * @returns false if the brand does not exist, or what `work` returns
   */
  private change(
    brandId: string,
    work: (manager: EntityManager, brand: BrandEntity) => Promise<boolean>,
  ): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const read = (): Promise<BrandEntity | null> =>
        manager.findOneBy(BrandEntity, { id: brandId, deletedAt: IsNull() });
      const known = await read();
      if (known === null) return false;
      await lockBrand(manager, known.name);
      const brand = await read();
      return brand !== null && (await work(manager, brand));
    });
  }
}

type Row = Record<string, unknown>;

/** Resumed lookup, and the actor that resumed it. */
interface ResumedLookup {
  readonly brandId: string;
  readonly lookup: string;
  /** Revision that the resumption publishes. */
  readonly revision: number;
  readonly by: 'person' | 'hub';
}

/**
 * Ends the pause of a lookup in the manager's transaction. The caller publishes the revision. Returns false if the lookup
 * is not paused.
 */
export async function resumeLookup(manager: EntityManager, resumed: ResumedLookup): Promise<boolean> {
  const { brandId, lookup } = resumed;
  const paused = await manager.findOneBy(LookupPauseEntity, { brandId, lookup, resumedAt: IsNull() });
  if (paused === null) return false;
  paused.resumedAt = new Date(await databaseTime(manager));
  await manager.save(paused);
  await appendLookupSwitch(manager, { ...resumed, reason: null });
  return true;
}

async function isPaused(manager: EntityManager, brandId: string, lookup: string): Promise<boolean> {
  return manager.existsBy(LookupPauseEntity, { brandId, lookup, resumedAt: IsNull() });
}

function pauseChange(
  { name }: BrandEntity,
  verb: string,
  after: { readonly lookup: string; readonly paused: boolean; readonly reason: string | null },
): AuditedChange {
  const { lookup, paused } = after;
  return {
    change: { action: 'update', kind: 'brand', name, fields: [lookup] },
    verb,
    before: { lookup, paused: !paused },
    after: { ...after },
  };
}
