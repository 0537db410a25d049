import type { CustomerLookups, ErasureRunner, ErasureStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { Poller } from './poller.js';
import { DrainingPoller } from './draining-poller.js';

const READ_EVERY_MS = 1_000;

/** Runs erasures, and drops cached answers about customers whose erasure any process began or ended. */
export class ErasureWorker {
  private readonly steps: DrainingPoller;
  private readonly recentReader: Poller;
  /** Keys of the notices read last; the store lists each for a minute. */
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
      (error) => logger.warn({ err: error }, 'recent erasures could not be read, retrying'),
    );
  }

  start(): void {
    this.steps.start();
    this.recentReader.start();
  }

  /** Resolves when what runs has ended. */
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
