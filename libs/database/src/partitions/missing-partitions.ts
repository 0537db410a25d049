import type { DataSource } from 'typeorm';
import { isMissingPartition } from '../query/sql-error.js';
import { ensurePartitions } from './ensure-partitions.js';
import { type PartitionDay, partitionTable } from './daily-partitions.js';

const MAX_ATTEMPTS = 3;

/**
 * Creates a partition on demand when a row has none, so that a wrong clock or a missed maintenance round loses no data.
 */
export class MissingPartitions {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs a statement. If a partition is missing, creates the partitions of `days` and runs the statement again, at most
   * three times in all.
   */
  async retrying<T>(run: () => Promise<T>, days: () => readonly PartitionDay[]): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isMissingPartition(error)) throw error;
      }
      await this.create(days());
    }
  }

  private async create(days: readonly PartitionDay[]): Promise<void> {
    const distinct = new Map(days.map((day) => [partitionTable('events', day), day]));
    await this.dataSource.transaction((manager) => ensurePartitions(manager, [...distinct.values()]));
  }
}
