import { randomUUID } from 'node:crypto';
import { Stopwatch } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { HOLD_LEASE, RELEASE_LEASE } from '../sql/leases.js';

/**
 * Lease of a role that one process at a time has, and keeps for as long as it renews the lease. In contrast to a
 * `TaskLease`, the role does not end with a task.
 */
export class StandingLease {
  private readonly holder = randomUUID();
  /** Time since the last renewal. Null if this process does not have the lease. */
  private sinceRenewal: Stopwatch | null = null;

  /** @param leaseMs time without a renewal after which another process may acquire the lease, in milliseconds */
  constructor(
    private readonly dataSource: DataSource,
    private readonly role: string,
    private readonly leaseMs: number,
  ) {}

  /** True if this process has the lease, so that no other process can have it. */
  get isHeld(): boolean {
    return this.sinceRenewal !== null && this.sinceRenewal.elapsedMs < this.leaseMs;
  }

  /** Acquires or renews the lease, unless another process has it. Rejects if the database is unavailable. */
  async hold(): Promise<void> {
    // Started before the statement, so that this process never assumes a lease that has expired.
    const sinceRenewal = new Stopwatch();
    const rows = await this.dataSource.query<unknown[]>(HOLD_LEASE, [this.role, this.holder, this.leaseMs]);
    this.sinceRenewal = rows.length > 0 ? sinceRenewal : null;
  }

  /** Releases the lease. Does nothing if another process has it. */
  async release(): Promise<void> {
    this.sinceRenewal = null;
    await this.dataSource.query(RELEASE_LEASE, [this.role, this.holder]);
  }
}
