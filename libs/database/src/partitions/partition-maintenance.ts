import { DEDUPE_KEYS_KEPT_MS, RETENTION_DAYS, systemClock, timeOfUuidV7, type Clock } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import { TaskLease } from '../locks/task-lease.js';
import { clockMismatch } from './clock-mismatch.js';
import { dropPartition } from './drop-partition.js';
import { ensurePartitions } from './ensure-partitions.js';
import { findPartitions, type Partition } from './find-partitions.js';
import { DELETE_ENDED_BATCHES } from '../sql/batches.js';
import {
  DELETE_EXPIRED,
  EXPIRE_WAITING,
  CANCEL_FOR_DELETED_DESTINATIONS,
  ERASE_QUARANTINED,
  REPORT_LOST_LEASES,
  RETENTION_CLASSES_IN_USE,
} from '../sql/housekeeping.js';
import { DROP_FORMER_KEYS_INDEX, FORMER_KEYS_UNTIL } from '../sql/former-keys.js';
import { newestEventId } from './newest-event.js';
import { OldDedupeKeys } from './old-dedupe-keys.js';
import { runInBatches } from './run-in-batches.js';
import {
  dayStart,
  daysAhead,
  expiryOf,
  lowestIdAt,
  type PartitionDay,
  DAILY_TABLES,
  partitionTable,
} from './daily-partitions.js';

const HOUR_MS = 3_600_000;
const QUARANTINED_BODIES_KEPT_MS = 72 * HOUR_MS;

/** Result of one maintenance round. */
export interface MaintenanceReport {
  readonly created: readonly string[];
  readonly dropped: readonly string[];
  /** Number of waiting deliveries that were ended because the retention of their event ended. */
  readonly expiredDeliveries: number;
  /** Number of waiting deliveries that were cancelled because their destination was deleted. */
  readonly cancelledDeliveries: number;
  readonly deletedKeys: number;
  /** Number of unreadable bodies of `pii-less` brands that were erased, 72 hours after receipt. */
  readonly erasedBodies: number;
  /** Reason why no data was deleted by age. Null if the clocks can be trusted. */
  readonly clockMismatch: string | null;
}

/**
 * Maintenance of the daily partitions. Creates partitions ahead of time and deletes data past its retention, by
 * PostgreSQL's clock.
 */
export class PartitionMaintenance {
  private mismatch: string | null = null;
  private completed: number | null = null;
  private readonly oldKeys = new OldDedupeKeys();

  constructor(
    private readonly dataSource: DataSource,
    private readonly host: Clock = systemClock,
    private readonly readTime: typeof databaseTime = databaseTime,
  ) {}

  /**
   * Reason why the last maintenance round of this process deleted no data by age. Null if the round deleted data by age
   * or has not run yet.
   */
  get clockMismatch(): string | null {
    return this.mismatch;
  }

  /**
   * Time at which this process last completed a maintenance round, by PostgreSQL's clock, in milliseconds since the
   * epoch. Null if it completed none, or if another process did each round.
   */
  get completedAt(): number | null {
    return this.completed;
  }

  /**
   * Creates the partitions of the retention classes in use, from yesterday to a week ahead. Must be called before the
   * ingest endpoint listens. Idempotent.
   * @returns the names of the created partitions
   */
  async prepare(): Promise<readonly string[]> {
    return this.dataSource.transaction(async (manager) => {
      const rows: { retention_days: number }[] = await manager.query(RETENTION_CLASSES_IN_USE);
      const inUse = RETENTION_DAYS.filter((days) => rows.some(({ retention_days: used }) => used === days));
      return ensurePartitions(manager, daysAhead(await this.readTime(manager), inUse));
    });
  }

  /**
   * Runs one maintenance round: creates partitions, ends deliveries, drops partitions and erases data past its
   * retention. Only one process at a time does more than create partitions. Stops between batches when `signal` is
   * aborted.
   */
  async run(signal?: AbortSignal): Promise<MaintenanceReport> {
    const created = await this.prepare();
    const lease = await TaskLease.acquire(this.dataSource, 'partition maintenance');
    if (lease === null) return { ...NOTHING_DONE, created };
    try {
      const report = await this.removeExpired(lease, signal);
      this.completed = await this.readTime(lease);
      return { ...report, created };
    } finally {
      await lease.release();
    }
  }

  private async removeExpired(lease: TaskLease, signal?: AbortSignal): Promise<Omit<MaintenanceReport, 'created'>> {
    const now = await this.readTime(lease);
    const batches = (text: string, ...values: unknown[]): Promise<number> =>
      runInBatches(lease, { text, values }, signal);
    const cancelledDeliveries = await batches(CANCEL_FOR_DELETED_DESTINATIONS);
    await batches(REPORT_LOST_LEASES);
    const partitions = await findPartitions(lease);
    const newest = await newestEventId(lease, partitions);
    const mismatch = clockMismatch({
      database: now,
      host: this.host.now(),
      newestEvent: newest === null ? null : timeOfUuidV7(newest),
    });
    this.mismatch = mismatch;
    if (mismatch !== null) return { ...NOTHING_DONE, cancelledDeliveries, clockMismatch: mismatch };
    const done = {
      cancelledDeliveries,
      erasedBodies: await batches(ERASE_QUARANTINED, lowestIdAt(now - QUARANTINED_BODIES_KEPT_MS)),
      deletedKeys: await this.oldKeys.delete(lease, lowestIdAt(now - DEDUPE_KEYS_KEPT_MS), signal),
      clockMismatch: null,
    };
    await dropFormerKeysIndex(lease, now);
    for (const text of [...DELETE_EXPIRED, DELETE_ENDED_BATCHES]) await batches(text);
    const dropped: string[] = [];
    let expiredDeliveries = 0;
    // Drop detached partitions first. An interrupted run may have left a detached partition, which blocks the creation
    // of a partition with its name.
    for (const partition of partitions.filter(({ state }) => state !== 'attached'))
      dropped.push(await dropPartition(lease, partition));
    for (const day of expiredDays(partitions, now)) {
      await this.dataSource.transaction((manager) => ensurePartitions(manager, [day]));
      const [from, to] = [lowestIdAt(dayStart(day.day)), lowestIdAt(dayStart(day.day + 1))];
      expiredDeliveries += await batches(EXPIRE_WAITING, from, to, day.retentionDays);
      for (const { table } of DAILY_TABLES) {
        if (signal?.aborted === true) return { ...done, dropped, expiredDeliveries };
        dropped.push(
          await dropPartition(lease, { ...day, table, name: partitionTable(table, day), state: 'attached' }),
        );
      }
    }
    return { ...done, dropped, expiredDeliveries };
  }
}

const NOTHING_DONE: Omit<MaintenanceReport, 'created'> = {
  dropped: [],
  expiredDeliveries: 0,
  cancelledDeliveries: 0,
  deletedKeys: 0,
  erasedBodies: 0,
  clockMismatch: null,
};

/** Drops the index of former dedupe keys once it is no longer needed. Each stored event costs an entry of the index. */
async function dropFormerKeysIndex(lease: TaskLease, now: number): Promise<void> {
  const [index] = await lease.query<{ until: number | null }[]>(FORMER_KEYS_UNTIL);
  if (typeof index?.until === 'number' && index.until <= now) await lease.query(DROP_FORMER_KEYS_INDEX);
}

/** Returns each day past its retention that still has an attached partition, without duplicates. */
function expiredDays(partitions: readonly Partition[], now: number): readonly PartitionDay[] {
  const days = partitions.filter((partition) => partition.state === 'attached' && expiryOf(partition) <= now);
  const distinct = new Map(days.map(({ retentionDays, day }) => [`${retentionDays}/${day}`, { retentionDays, day }]));
  return [...distinct.values()];
}
