import type { CustomerLookups, ErasureRunner, ErasureStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { Poller } from './poller.js';
import { DrainingPoller } from './draining-poller.js';

const READ_EVERY_MS = 1_000;

/** Runs erasures. Invalidates cached customer lookups of brands for which any process started or ended an erasure. */
export class ErasureWorker {
  private readonly steps: DrainingPoller;
  private readonly recentReader: Poller;
  /** Keys of the last notices. The store lists each notice for a minute. */
  private known: ReadonlySet<string> = new Set();

  constructor(
    runner: ErasureRunner,
    private readonly store: Pick<ErasureStore, 'recent'>,
    private readonly lookups: Pick<CustomerLookups, 'invalidate'>,
    logger: Logger,
  ) {
    this.steps = new DrainingPoller(runner, 'an erasure', logger);
    this.recentReader = new Poller(
      () => this.readRecent(),
      READ_EVERY_MS,
      (error) => logger.warn({ err: error }, 'reading recent erasures failed, will be repeated'),
    );
  }

  start(): void {
    this.steps.start();
    this.recentReader.start();
  }

  /** Resolves when the current runs have ended. */
  async stop(): Promise<void> {
    await Promise.all([this.steps.stop(), this.recentReader.stop()]);
  }

  private async readRecent(): Promise<void> {
    const recent = await this.store.recent();
    const fresh = recent.filter(({ key }) => !this.known.has(key));
    this.known = new Set(recent.map(({ key }) => key));
    for (const brandId of new Set(fresh.map((notice) => notice.brandId))) this.lookups.invalidate(brandId);
  }
}
