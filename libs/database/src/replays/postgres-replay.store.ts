import { randomUUID } from 'node:crypto';
import {
  DELIVERY_STATES,
  NO_SKIPS,
  RETENTION_DAYS,
  timeOfUuidV7,
  type CandidatePage,
  type Clock,
  type NewReplay,
  type Page,
  type PageRequest,
  type Replay,
  type ReplayDelivery,
  type ReplayOutcomes,
  type ReplaySelection,
  type ReplayStep,
  type ReplayStore,
  type ClaimedReplay,
} from '@patchbay/core';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { ReplayEntity } from '../entities/replay.entity.js';
import type { PgPool } from '../query/pg-pool.js';
import { isUuid } from '../connections/uuid.js';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { pageById } from '../read/page-by-id.js';
import { pickCandidates, type ReplayPosition } from './pick-candidates.js';
import {
  CANCEL_WAITING,
  CLAIM,
  CREATE_DELIVERIES,
  LEFT_WAITING,
  LOCK_EVENTS,
  OUTCOMES,
  OVERLOADED_DESTINATIONS,
} from '../sql/replays.js';

/** Number of due deliveries of a destination at which replays stop creating deliveries for this destination. */
const OVERLOAD_THRESHOLD = 1_000;

/** Column values that end a lease. */
const NO_LEASE = { leaseToken: null, leaseUntil: null } as const;
const NOW = (): string => 'now()';

interface ClaimedRow {
  readonly id: string;
  readonly claimed_at: Date;
}

/** Replay store in PostgreSQL. */
export class PostgresReplayStore implements ReplayStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
    private readonly clock: Clock,
  ) {}

  async create(replay: NewReplay): Promise<void> {
    await this.dataSource.manager.insert(ReplayEntity, {
      ...replay,
      state: 'running',
      skipped: NO_SKIPS,
      nextAt: () => 'clock_timestamp()',
    });
  }

  async find(brandId: string, replayId: string): Promise<Replay | null> {
    if (!isUuid(replayId)) return null;
    const row = await this.dataSource.manager.findOneBy(ReplayEntity, { id: replayId, brandId });
    return row === null ? null : toReplay(row);
  }

  async list(brandId: string, page: PageRequest): Promise<Page<Replay>> {
    const query = this.dataSource
      .createQueryBuilder(ReplayEntity, 'replay')
      .where('replay.brandId = :brandId', { brandId });
    const { data, nextCursor } = await pageById(query, { kind: 'replays', brandId }, page);
    return { data: data.map(toReplay), nextCursor };
  }

  countRunning(): Promise<number> {
    return this.dataSource.manager.countBy(ReplayEntity, { state: In(['running', 'cancelling']) });
  }

  async outcomes(replay: Replay): Promise<ReplayOutcomes> {
    const rows = await this.dataSource.query<{ state: string; count: number }[]>(OUTCOMES, ownIds(replay));
    const counts = new Map(rows.map(({ state, count }) => [state, count]));
    return Object.fromEntries(
      DELIVERY_STATES.flatMap((state) => (counts.has(state) ? [[state, counts.get(state)]] : [])),
    );
  }

  async cancel(brandId: string, replayId: string): Promise<Replay | null> {
    if (!isUuid(replayId)) return null;
    // A worker that runs the replay loses its lease and cannot write the result of its step.
    await this.dataSource.manager.update(
      ReplayEntity,
      { id: replayId, brandId, state: 'running' },
      { ...NO_LEASE, state: 'cancelling', nextAt: NOW, updatedAt: NOW },
    );
    return this.find(brandId, replayId);
  }

  candidates(selection: ReplaySelection, position: ReplayPosition, limit: number): Promise<CandidatePage> {
    return pickCandidates(this.dataSource, this.clock, selection, position, limit);
  }

  async overloaded(destinationIds: readonly string[], now: number): Promise<readonly string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(OVERLOADED_DESTINATIONS, [
      destinationIds,
      now,
      OVERLOAD_THRESHOLD,
    ]);
    return rows.map(({ id }) => id);
  }

  async claim(leaseMs: number): Promise<ClaimedReplay | null> {
    const token = randomUUID();
    const [[claimed]] = await this.dataSource.query<[ClaimedRow[], number]>(CLAIM, [token, leaseMs]);
    if (claimed === undefined) return null;
    // The row is null if the replay was cancelled after the claim.
    const row = await this.dataSource.manager.findOneBy(ReplayEntity, { id: claimed.id, leaseToken: token });
    if (row === null) return null;
    const { cursor, nextAt } = row;
    return { ...toReplay(row), token, cursor, nextAt: nextAt.getTime(), claimedAt: claimed.claimed_at.getTime() };
  }

  async advance(replay: ClaimedReplay, step: ReplayStep): Promise<number | null> {
    return this.pool.retry(() => this.dataSource.transaction((manager) => write(manager, replay, step)));
  }

  async postpone({ id, token }: ClaimedReplay, nextAt: number): Promise<void> {
    const values = { ...NO_LEASE, nextAt: new Date(nextAt) };
    await this.dataSource.manager.update(ReplayEntity, { id, leaseToken: token }, values);
  }

  async cancelWaiting(replay: ClaimedReplay): Promise<{ readonly cancelled: number; readonly left: number }> {
    const cancelled = await this.pool.retry(
      () => this.dataSource.query<{ id: string }[]>(CANCEL_WAITING, ownIds(replay)),
      () => RETENTION_DAYS.map((retentionDays) => ({ id: replay.id, retentionDays })),
    );
    const [count] = await this.dataSource.query<{ left: number }[]>(LEFT_WAITING, ownIds(replay));
    return { cancelled: cancelled.length, left: count?.left ?? 0 };
  }

  async endCancelled({ id, token }: ClaimedReplay): Promise<void> {
    const values = { ...NO_LEASE, state: 'cancelled', updatedAt: NOW, endedAt: NOW } as const;
    await this.dataSource.manager.update(ReplayEntity, { id, leaseToken: token }, values);
  }
}

/**
 * Creates the deliveries of a step, records the progress and releases the lease. Returns null if the lease was lost.
 */
async function write(manager: EntityManager, replay: ClaimedReplay, step: ReplayStep): Promise<number | null> {
  const { id, brandId, token } = replay;
  const row = await manager.findOne(ReplayEntity, {
    where: { id, leaseToken: token, state: 'running' },
    lock: { mode: 'pessimistic_write' },
  });
  if (row === null) return null;
  const deliveries = await withLockedEvents(manager, brandId, step.deliveries);
  const statement = CREATE_DELIVERIES.with({ brand: brandId, deliveries: deliveries.map(deliveryRow) });
  const created = await manager.query<unknown[]>(statement.text, statement.values);
  const { skipped, cursor, nextAt } = step;
  const progress = { scanned: row.scanned + step.scanned, created: row.created + created.length, skipped, cursor };
  const values = { ...NO_LEASE, ...progress, nextAt: new Date(nextAt), updatedAt: NOW };
  await manager.update(ReplayEntity, { id }, cursor === null ? { ...values, state: 'done', endedAt: NOW } : values);
  return created.length;
}

/**
 * Locks the events of deliveries. Drops deliveries whose event was erased after the event was picked. Returns the other
 * deliveries sorted by id, so that concurrent statements cannot deadlock.
 */
async function withLockedEvents(
  manager: EntityManager,
  brandId: string,
  deliveries: readonly ReplayDelivery[],
): Promise<readonly ReplayDelivery[]> {
  const ids = [...new Set(deliveries.map(({ event }) => event.id))].sort();
  if (ids.length === 0) return deliveries;
  const locked = await manager.query<{ id: string }[]>(LOCK_EVENTS, [brandId, ids, ids[0], ids.at(-1)]);
  const present = new Set(locked.map(({ id }) => id));
  return deliveries.filter(({ event }) => present.has(event.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function deliveryRow({ event, order, ...delivery }: ReplayDelivery) {
  return {
    ...delivery,
    eventId: event.id,
    retentionDays: event.retentionDays,
    eventType: event.type,
    customerId: event.customerKey,
    orderKey: order?.key,
    orderAt: order?.occurredAt,
    orderPolicy: order?.policy,
    messaging: delivery.messaging,
  };
}

/**
 * Returns the brand and the id range of a replay's deliveries. The deliveries' ids have the millisecond of the replay's
 * id.
 */
function ownIds({ id, brandId }: Replay): [brandId: string, from: string, before: string] {
  const at = timeOfUuidV7(id);
  return [brandId, lowestIdAt(at), lowestIdAt(at + 1)];
}

function toReplay(row: ReplayEntity): Replay {
  const { id, brandId, state, mapping, filter, includeSucceeded, ratePerSecond, requestedBy } = row;
  const { expected, expectedIsExact } = row;
  return {
    ...{ id, brandId, state, mapping, filter, includeSucceeded, ratePerSecond, requestedBy, expected, expectedIsExact },
    scanned: row.scanned,
    created: row.created,
    skipped: { ...NO_SKIPS, ...row.skipped },
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
  };
}
