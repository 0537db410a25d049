import { nextCountAt, SERIES_STEP_MS, type SeriesPoint, type SeriesQuery, type SeriesStore } from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from '../connections/advisory-locks.js';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import {
  ADD_MINUTES,
  COUNT_MINUTE,
  COUNTED_UNTIL,
  DUE_MINUTES,
  HAS_WAITING,
  READ_SERIES,
  RECORD_COUNT,
  SUM_HOUR,
} from '../sql/series.js';

/** Maximum number of minutes that one step counts, so that its transaction stays short. */
const MINUTES_PER_STEP = 20;

interface DueMinute {
  readonly at: number;
  readonly now: number;
}

interface SeriesRow extends Omit<SeriesPoint, 'notSent'> {
  readonly not_sent: number;
}

/** Counts of events and deliveries in PostgreSQL. */
export class PostgresSeriesStore implements SeriesStore {
  constructor(private readonly dataSource: DataSource) {}

  async points({ brandId, destinationId, step, from, to }: SeriesQuery): Promise<readonly SeriesPoint[]> {
    const rows = await this.dataSource.query<SeriesRow[]>(READ_SERIES, [brandId, step, from, to, destinationId]);
    return rows.map(({ not_sent: notSent, ...counts }) => ({ ...counts, notSent }));
  }

  async countedUntil(): Promise<number | null> {
    const [row] = await this.dataSource.query<{ at: number }[]>(COUNTED_UNTIL);
    return row?.at ?? null;
  }

  async count(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // If a process stops, its transaction ends, so its minutes stay due and another process counts them.
      const [lock] = await manager.query<{ free: boolean }[]>(
        `SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCKS.series}) AS free`,
      );
      if (lock?.free !== true) return;
      await manager.query(ADD_MINUTES);
      const due = await manager.query<DueMinute[]>(DUE_MINUTES, [MINUTES_PER_STEP]);
      for (const minute of due) await countMinute(manager, minute);
      for (const hour of new Set(due.map(({ at }) => at - (at % SERIES_STEP_MS.hour)))) {
        await manager.query(SUM_HOUR, [hour]);
      }
    });
  }
}

async function countMinute(manager: EntityManager, { at, now }: DueMinute): Promise<void> {
  const end = at + SERIES_STEP_MS.minute;
  await manager.query(COUNT_MINUTE, [lowestIdAt(at), lowestIdAt(end), at]);
  const [found] = await manager.query<{ waiting: boolean }[]>(HAS_WAITING, [at]);
  await manager.query(RECORD_COUNT, [at, nextCountAt(at, now, found?.waiting === true)]);
}
