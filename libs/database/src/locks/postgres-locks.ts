import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Batcher } from '@patchbay/core';
import type { HotPool } from '../connections/hot-pool.js';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { DROP_LOCKS, RENEW_LOCKS, TAKE_LOCKS } from './locks.sql.js';

/** How long a lock outlives a process that died with it, in milliseconds. */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;
const SHORTEST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 250;

interface Lock {
  /** A hash: what a plugin locks by may be a customer's. */
  readonly key: string;
  /** Of this holder, so that nobody drops or renews what another has taken over. */
  readonly token: string;
}

/** How long locks hold, in milliseconds, and who hears where they do not. */
export interface PostgresLocksOptions {
  /** Told where a lock could not be kept or given back; it ends by itself then. */
  readonly onError: (error: Error) => void;
  /** For tests. */
  readonly leaseMs?: number;
  readonly renewEveryMs?: number;
}

/**
 * Locks between processes, as rows with a lease: nobody waits on a connection, and everything that wants, keeps or
 * gives back a lock at the same time shares one statement.
 *
 * Within a process one caller at a time may ask for a key; put it behind locks of the process.
 */
export class PostgresLocks {
  private readonly held = new Map<string, Lock>();
  private readonly takes: Batcher<Lock, boolean>;
  private readonly drops: Batcher<Lock, void>;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly pool: HotPool,
    private readonly options: PostgresLocksOptions,
  ) {
    this.takes = new Batcher((locks) => this.take(locks), { lingerMs: 1, maxBatch: 500, maxInFlight: 2 });
    this.drops = new Batcher((locks) => this.drop(locks), { lingerMs: 1, maxBatch: 500, maxInFlight: 2 });
  }

  /**
   * Waits for its turn, then runs `fn`. Rejects with the signal's reason where it fires while waiting, and with the
   * database's error where that could not be asked.
   */
  async run<T>(key: string, fn: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const lock = { key: lockKey(key), token: randomUUID() };
    await this.untilMine(lock, signal);
    this.keep(lock);
    try {
      return await fn();
    } finally {
      await this.giveBack(lock);
    }
  }

  private async untilMine(lock: Lock, signal: AbortSignal): Promise<void> {
    for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      const mine = await this.takes.add(lock);
      if (mine && !signal.aborted) return;
      if (mine) await this.giveBack(lock);
      // Spread, so that two processes do not ask in step for ever.
      await delay(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  private keep(lock: Lock): void {
    this.held.set(lock.token, lock);
    this.timer ??= setInterval(() => void this.renew(), this.options.renewEveryMs ?? RENEW_EVERY_MS).unref();
  }

  private async giveBack(lock: Lock): Promise<void> {
    this.held.delete(lock.token);
    if (this.held.size === 0 && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    }
    // What was done under the lock is done: that it stays taken for a while must not undo it.
    await this.drops.add(lock).catch((error: unknown) => this.tell(error));
  }

  private async renew(): Promise<void> {
    const locks = [...this.held.values()];
    try {
      const kept = new Set((await this.query('renew-locks', RENEW_LOCKS, locks)).map(({ token }) => token));
      const lost = locks.filter(({ token }) => !kept.has(token) && this.held.has(token));
      for (const { token } of lost) this.held.delete(token);
      if (lost.length > 0) this.tell(new Error(`${lost.length} locks ended before the work under them did.`));
    } catch (error) {
      this.tell(error);
    }
  }

  private async take(locks: readonly Lock[]): Promise<readonly boolean[]> {
    const taken = new Set((await this.query('take-locks', TAKE_LOCKS, locks)).map(({ token }) => token));
    return locks.map(({ token }) => taken.has(token));
  }

  private async drop(locks: readonly Lock[]): Promise<readonly undefined[]> {
    await this.query('drop-locks', DROP_LOCKS, locks);
    return locks.map(() => undefined);
  }

  private query(name: string, text: string, locks: readonly Lock[]): Promise<{ token: string }[]> {
    const sorted = locks.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const values: unknown[] = [sorted.map(({ key }) => key), sorted.map(({ token }) => token)];
    if (text !== DROP_LOCKS) values.push(this.options.leaseMs ?? LEASE_MS);
    return retryConflicts(() => this.pool.query<{ token: string }>({ name, text, values }));
  }

  private tell(error: unknown): void {
    this.options.onError(error instanceof Error ? error : new Error(String(error)));
  }
}

function lockKey(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
