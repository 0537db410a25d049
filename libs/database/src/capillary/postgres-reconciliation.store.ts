import {
  DAY_MS,
  startOfDay,
  type BrandGap,
  type Clock,
  type DayComparison,
  type ReconciliationStore,
  type RecordedDay,
  type RegisteredSource,
  type StoredCounts,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { TaskLease } from '../locks/task-lease.js';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import {
  APPEND_GAP,
  BRANDS_TO_COMPARE,
  COUNT_STORED,
  DELETE_OLD_DAYS,
  GAPS,
  LOCK_DAY,
  RECORD_DAY,
  RECORDED_DAYS,
} from '../sql/capillary-days.js';

/** Time by which the clocks of Capillary and of the hub may differ, in milliseconds. */
const CLOCK_TOLERANCE_MS = 3_600_000;

interface StoredRow extends StoredCounts {
  readonly day: string;
}

/** Comparisons of stored events with Capillary's counts in PostgreSQL. */
export class PostgresReconciliationStore implements ReconciliationStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async runAlone(work: (renew: () => Promise<void>) => Promise<void>): Promise<void> {
    const lease = await TaskLease.acquire(this.dataSource, 'capillary reconciliation');
    if (lease === null) return;
    try {
      await work(async () => {
        await lease.query('SELECT 1');
      });
    } finally {
      await lease.release();
    }
  }

  async storedByDay(
    { brandId, sourceId }: RegisteredSource,
    from: string,
    to: string,
  ): Promise<ReadonlyMap<string, StoredCounts>> {
    const counts = new Map<string, StoredCounts>();
    const end = this.clock.now() + CLOCK_TOLERANCE_MS;
    // An event may arrive days after its own time. Each statement reads the events of one day, so that it stays short.
    for (let start = startOfDay(from) - CLOCK_TOLERANCE_MS; start < end; start += DAY_MS) {
      const values = [brandId, sourceId, lowestIdAt(start), lowestIdAt(start + DAY_MS), from, to];
      for (const { day, accepted, quarantined } of await this.dataSource.query<StoredRow[]>(COUNT_STORED, values)) {
        const before = counts.get(day) ?? { accepted: 0, quarantined: 0 };
        counts.set(day, { accepted: before.accepted + accepted, quarantined: before.quarantined + quarantined });
      }
    }
    return counts;
  }

  async record({ brandId, sourceId, source }: RegisteredSource, comparison: DayComparison): Promise<boolean> {
    const { day, total, delivered, failed, retrying, pending, accepted, quarantined, missing } = comparison;
    return this.dataSource.transaction(async (manager) => {
      const [before] = await manager.query<{ missing: number }[]>(LOCK_DAY, [sourceId, day]);
      const counts = [total, delivered, failed, retrying, pending, accepted, quarantined, missing];
      await manager.query(RECORD_DAY, [sourceId, day, ...counts]);
      await manager.query(DELETE_OLD_DAYS, [sourceId]);
      if (missing <= (before?.missing ?? 0)) return false;
      const facts = {
        sourceId,
        source,
        day,
        expected: total - retrying - pending,
        stored: accepted + quarantined,
        missing,
      };
      await manager.query(APPEND_GAP, [brandId, `${sourceId}:${day}`, JSON.stringify(facts)]);
      return true;
    });
  }

  recorded(sourceId: string): Promise<readonly RecordedDay[]> {
    return this.dataSource.query<RecordedDay[]>(RECORDED_DAYS, [sourceId]);
  }

  gaps(): Promise<readonly BrandGap[]> {
    return this.dataSource.query<BrandGap[]>(GAPS);
  }

  async brandsToCompare(day: string): Promise<readonly string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(BRANDS_TO_COMPARE, [day]);
    return rows.map(({ id }) => id);
  }
}
