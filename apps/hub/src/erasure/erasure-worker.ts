import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CustomerLookups, ErasureRunner, type ErasureStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { ERASURE_STORE } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

const POLL_INTERVAL_MS = 250;
const READ_EVERY_MS = 1_000;

/**
 * Worker that runs erasures. Invalidates the cached customer lookups of a brand after any process has started or ended
 * an erasure for this brand.
 */
@Injectable()
export class ErasureWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly steps: Poller;
  private readonly recentReader: Poller;
  /**
   * Keys of the erasure notices that the last poll read. The store lists each notice for a minute, so only notices with
   * other keys are new.
   */
  private known: ReadonlySet<string> = new Set();

  constructor(
    private readonly workers: Workers,
    private readonly lookups: CustomerLookups,
    runner: ErasureRunner,
    @Inject(ERASURE_STORE) private readonly store: Pick<ErasureStore, 'recent'>,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.steps = new Poller(
      () => runner.once(),
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'step of an erasure failed, will be repeated'),
    );
    this.recentReader = new Poller(
      () => this.readRecent(),
      READ_EVERY_MS,
      (error) => logger.warn({ err: error }, 'reading recent erasures failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.steps);
    this.workers.add(this.recentReader);
  }

  /** Resolves when the current runs have ended. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.steps.stop(), this.recentReader.stop()]);
  }

  private async readRecent(): Promise<void> {
    const recent = await this.store.recent();
    const fresh = recent.filter(({ key }) => !this.known.has(key));
    this.known = new Set(recent.map(({ key }) => key));
    for (const brandId of new Set(fresh.map((notice) => notice.brandId))) this.lookups.invalidate(brandId);
  }
}
