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
import type { DataSource, EntityManager } from 'typeorm';
import { retryConflicts } from '../query/retry-conflicts.js';
import { isUuid } from '../connections/uuid.js';
import type { MissingPartitions } from '../partitions/missing-partitions.js';
import { lowestIdAt, partitionDayOf } from '../partitions/daily-partitions.js';
import { decodeCursor, encodeCursor, type List } from '../read/cursor.js';
import { deliveryValues } from './delivery-values.js';
import { pickCandidates, type ReplayPosition } from './pick-candidates.js';
import { toReplay, toClaimedReplay, type ReplayRow, type ClaimedRow } from './replay-rows.js';
import {
  CANCEL_WAITING,
  CREATE,
  OVERLOADED_DESTINATIONS,
  END_CANCELLED,
  FIND,
  LOCK,
  LOCK_EVENTS,
  LEFT_WAITING,
  LIST,
  CREATE_DELIVERIES,
  OUTCOMES,
  POSTPONE,
  REQUEST_CANCEL,
  STEP,
  CLAIM,
} from '../sql/replays.js';

/** Replays stop creating deliveries while a destination has this many due. */
const OVERLOAD_THRESHOLD = 1_000;
const MAX_PAGE = 1_000;

/** Replay store in PostgreSQL. */
export class PostgresReplayStore implements ReplayStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly partitions: MissingPartitions,
    private readonly clock: Clock,
  ) {}

  async create(replay: NewReplay): Promise<void> {
    await this.dataSource.query(CREATE, [
      replay.id,
      replay.brandId,
      replay.mapping,
      JSON.stringify(replay.filter),
      replay.ratePerSecond,
      replay.requestedBy,
      replay.expected,
      replay.expectedIsExact,
      JSON.stringify(NO_SKIPS),
    ]);
  }

  async find(brandId: string, replayId: string): Promise<Replay | null> {
    if (!isUuid(replayId)) return null;
    const [row] = await this.dataSource.query<ReplayRow[]>(FIND, [replayId, brandId]);
    return row === undefined ? null : toReplay(row);
  }

  async list(brandId: string, { limit, cursor }: PageRequest): Promise<Page<Replay>> {
    const list: List = { kind: 'replays', brandId };
    const length = Math.min(Math.max(Math.trunc(limit), 1), MAX_PAGE);
    const below = cursor === null ? null : decodeCursor(list, cursor);
    const rows = await this.dataSource.query<ReplayRow[]>(LIST, [brandId, below, length + 1]);
    const data = rows.slice(0, length).map(toReplay);
    const last = data.at(-1);
    return { data, nextCursor: last === undefined || rows.length === data.length ? null : encodeCursor(list, last.id) };
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
    await this.dataSource.query(REQUEST_CANCEL, [replayId, brandId]);
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
    const [row] = returned<ClaimedRow>(await this.dataSource.query(CLAIM, [token, leaseMs]));
    return row === undefined ? null : toClaimedReplay(row, token);
  }

  async advance(replay: ClaimedReplay, step: ReplayStep): Promise<number | null> {
    return retryConflicts(() => this.dataSource.transaction((manager) => write(manager, replay, step)));
  }

  async postpone(replay: ClaimedReplay, nextAt: number): Promise<void> {
    await this.dataSource.query(POSTPONE, [replay.id, replay.token, nextAt]);
  }

  async cancelWaiting(replay: ClaimedReplay): Promise<{ readonly cancelled: number; readonly left: number }> {
    const cancelled = await retryConflicts(() =>
      this.partitions.retrying(
        () => this.dataSource.query<{ id: string }[]>(CANCEL_WAITING, ownIds(replay)),
        () => RETENTION_DAYS.map((days) => partitionDayOf(replay.id, days)),
      ),
    );
    const [count] = await this.dataSource.query<{ left: number }[]>(LEFT_WAITING, ownIds(replay));
    return { cancelled: cancelled.length, left: count?.left ?? 0 };
  }

  async endCancelled(replay: ClaimedReplay): Promise<void> {
    await this.dataSource.query(END_CANCELLED, [replay.id, replay.token]);
  }
}

async function write(manager: EntityManager, replay: ClaimedReplay, step: ReplayStep): Promise<number | null> {
  const locked = await manager.query<unknown[]>(LOCK, [replay.id, replay.token]);
  if (locked.length === 0) return null;
  const deliveries = await withLockedEvents(manager, replay.brandId, step.deliveries);
  const created = await manager.query<unknown[]>(CREATE_DELIVERIES, deliveryValues(replay.brandId, deliveries));
  const { scanned, skipped, cursor, nextAt } = step;
  await manager.query(STEP, [replay.id, scanned, created.length, JSON.stringify(skipped), cursor, nextAt]);
  return created.length;
}

/** Locks the events of deliveries. Drops deliveries whose event was erased after it was picked. */
async function withLockedEvents(
  manager: EntityManager,
  brandId: string,
  deliveries: readonly ReplayDelivery[],
): Promise<readonly ReplayDelivery[]> {
  const ids = [...new Set(deliveries.map(({ event }) => event.id))].sort();
  if (ids.length === 0) return deliveries;
  const locked = await manager.query<{ id: string }[]>(LOCK_EVENTS, [brandId, ids, ids[0], ids.at(-1)]);
  const present = new Set(locked.map(({ id }) => id));
  return deliveries.filter(({ event }) => present.has(event.id));
}

/** Returns the brand and id range of a replay's deliveries. Their ids have the millisecond of the replay's id. */
function ownIds({ id, brandId }: Replay): [brandId: string, from: string, before: string] {
  const at = timeOfUuidV7(id);
  return [brandId, lowestIdAt(at), lowestIdAt(at + 1)];
}

/** Returns the rows of an UPDATE. TypeORM returns them together with their count. */
function returned<Row>(result: [Row[], number]): Row[] {
  return result[0];
}
