import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Batcher } from '@patchbay/core';
import type { PgPool } from '../query/pg-pool.js';
import { RELEASE_LOCKS, RENEW_LOCKS, ACQUIRE_LOCKS } from '../sql/locks.js';

/** Lease of a lock, in milliseconds. After the holder of a lock dies, the lock remains for at most this time. */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;
const MIN_PAUSE_MS = 15;
const MAX_PAUSE_MS = 250;

interface Lock {
  /**
   * Hash of the lock's name. The name itself is not stored, because a plugin may put personal data into the name of a
   * lock.
   */
  readonly key: string;
  /**
   * Token of the holder. The token prevents a holder whose lock has expired from releasing or renewing the lock of the
   * next holder.
   */
  readonly token: string;
}

/** Options of the locks; times are in milliseconds. */
export interface PostgresLocksOptions {
  /** Called if a lock could not be renewed or released. The lock then ends when its lease expires. */
  readonly onError: (error: Error) => void;
  /** Lease of a lock; set only by tests. */
  readonly leaseMs?: number;
  readonly renewEveryMs?: number;
}

/**
 * Locks between processes, stored as rows with a lease. A waiting caller occupies no connection. Callers that acquire,
 * renew or release locks at the same time share one statement.
 *
 * Within a process, only one caller at a time may request a key. Use locks within the process to ensure this.
 */
export class PostgresLocks {
  private readonly held = new Map<string, Lock>();
  private readonly acquisitions: Batcher<Lock, boolean>;
  private readonly releases: Batcher<Lock, void>;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly pool: PgPool,
    private readonly options: PostgresLocksOptions,
  ) {
    this.acquisitions = new Batcher((locks) => this.acquireBatch(locks), {
      lingerMs: 1,
      maxBatch: 500,
      maxInFlight: 2,
    });
    this.releases = new Batcher((locks) => this.releaseBatch(locks), { lingerMs: 1, maxBatch: 500, maxInFlight: 2 });
  }

  /**
   * Acquires the lock, runs `fn` and releases the lock. Rejects with the signal's reason if the signal aborts the wait,
   * and with the database's error if a query fails.
   */
  async run<T>(key: string, fn: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const lock = { key: lockKey(key), token: randomUUID() };
    await this.acquire(lock, signal);
    this.startRenewal(lock);
    try {
      return await fn();
    } finally {
      await this.release(lock);
    }
  }

  private async acquire(lock: Lock, signal: AbortSignal): Promise<void> {
    for (let pause = MIN_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      signal.throwIfAborted();
      const acquired = await this.acquisitions.add(lock);
      if (acquired && !signal.aborted) return;
      if (acquired) await this.release(lock);
      // Random jitter keeps processes from retrying at the same moments.
      await delay(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  private startRenewal(lock: Lock): void {
    this.held.set(lock.token, lock);
    this.timer ??= setInterval(() => void this.renew(), this.options.renewEveryMs ?? RENEW_EVERY_MS).unref();
  }

  private async release(lock: Lock): Promise<void> {
    this.held.delete(lock.token);
    if (this.held.size === 0 && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    }
    // The work under the lock is done, so the failure is only reported. The lock remains until its lease expires.
    await this.releases.add(lock).catch((error: unknown) => this.reportError(error));
  }

  private async renew(): Promise<void> {
    const locks = [...this.held.values()];
    try {
      const kept = new Set(
        (
          await this.pool.query<{ token: string }>(
            RENEW_LOCKS.with({ locks: byKey(locks), leaseMs: this.options.leaseMs ?? LEASE_MS }),
          )
        ).map(({ token }) => token),
      );
      const lost = locks.filter(({ token }) => !kept.has(token) && this.held.has(token));
      for (const { token } of lost) this.held.delete(token);
      if (lost.length > 0)
        this.reportError(
          new Error(
            `${lost.length} locks were lost while their work still ran, because their leases expired. The hub ` +
              'retries the work.',
          ),
        );
    } catch (error) {
      this.reportError(error);
    }
  }

  private async acquireBatch(locks: readonly Lock[]): Promise<readonly boolean[]> {
    const taken = new Set(
      (
        await this.pool.query<{ token: string }>(
          ACQUIRE_LOCKS.with({ locks: byKey(locks), leaseMs: this.options.leaseMs ?? LEASE_MS }),
        )
      ).map(({ token }) => token),
    );
    return locks.map(({ token }) => taken.has(token));
  }

  private async releaseBatch(locks: readonly Lock[]): Promise<readonly undefined[]> {
    await this.pool.query(RELEASE_LOCKS.with({ locks: byKey(locks) }));
    return locks.map(() => undefined);
  }

  private reportError(error: unknown): void {
    this.options.onError(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Sorts locks, so that concurrent statements cannot deadlock. */
function byKey(locks: readonly Lock[]): readonly Lock[] {
  return locks.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function lockKey(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
