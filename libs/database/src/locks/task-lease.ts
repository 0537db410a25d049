import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { SqlRunner } from '../connections/sql-runner.js';
import { ACQUIRE_LEASE, RELEASE_LEASE, RENEW_LEASE } from '../sql/leases.js';

/**
 * Duration of a lease, in milliseconds. Longer than a statement may take, because the lease is renewed before each
 * statement and not during a statement.
 */
const LEASE_MS = 120_000;

/**
 * Lease of a task that one process at a time runs, stored as a row. In contrast to an advisory lock of a session, a
 * lease needs no connection between two statements, and ends by itself after its holder died.
 */
export class TaskLease implements SqlRunner {
  private readonly holder = randomUUID();

  private constructor(
    private readonly dataSource: DataSource,
    private readonly task: string,
    private readonly leaseMs: number,
  ) {}

  /**
   * Acquires the lease of a task. Returns null if another holder has the lease.
   * @param leaseMs duration in milliseconds; set only by tests
   */
  static async acquire(dataSource: DataSource, task: string, leaseMs = LEASE_MS): Promise<TaskLease | null> {
    const lease = new TaskLease(dataSource, task, leaseMs);
    const acquired = await dataSource.query<unknown[]>(ACQUIRE_LEASE, [task, lease.holder, leaseMs]);
    return acquired.length === 0 ? null : lease;
  }

  /**
   * Renews the lease, then runs a statement.
   * @throws Error without running the statement if another process has acquired the lease
   */
  async query<Rows extends readonly unknown[]>(text: string, values?: unknown[]): Promise<Rows> {
    await this.renew(this.dataSource);
    return this.dataSource.query<Rows>(text, values);
  }

  /**
   * Runs a transaction during which no other process can acquire the lease, even if this process is suspended.
   * @throws Error without running `work` if another process has acquired the lease
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await this.renew(manager);
      return work(manager);
    });
  }

  /** Releases the lease. Does nothing if another process has acquired the lease. */
  async release(): Promise<void> {
    await this.dataSource.query(RELEASE_LEASE, [this.task, this.holder]);
  }

  private async renew(runner: SqlRunner): Promise<void> {
    const renewed = await runner.query<unknown[]>(RENEW_LEASE, [this.task, this.holder, this.leaseMs]);
    if (renewed.length > 0) return;
    throw new Error(
      `This process lost the lease of the task "${this.task}", because it did not renew the lease within ` +
        `${this.leaseMs / 1_000} s. Another process continues the task. If this repeats, check whether this host is suspended.`,
    );
  }
}
