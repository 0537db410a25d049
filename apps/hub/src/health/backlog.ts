import { Inject, Injectable } from '@nestjs/common';
import type { Clock, ReadStore, Stats } from '@patchbay/core';
import { CLOCK, READ_STORE } from '../database/database.module.js';

/** Time for which a backlog is reused after it was read, in milliseconds. */
const CACHE_MS = 10_000;

/** Backlog of all brands. */
@Injectable()
export class Backlog {
  private last: { readonly at: number; readonly totals: Promise<Stats['totals']> } | null = null;

  constructor(
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'stats'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Reads the backlog, at most every 10 seconds, because probes ask often and need no key. */
  async read(): Promise<{ readonly due: number; readonly oldestDueSeconds: number | null }> {
    const now = this.clock.now();
    if (this.last === null || now - this.last.at > CACHE_MS) {
      const totals = this.store.stats(now).then((stats) => stats.totals);
      this.last = { at: now, totals };
      totals.catch(() => (this.last = null));
    }
    const { due, oldestDueAt } = await this.last.totals;
    return { due, oldestDueSeconds: oldestDueAt === null ? null : Math.max(0, now - oldestDueAt) / 1_000 };
  }
}
