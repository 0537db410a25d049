import type { CustomerLookups, ErasureRunner, ErasureStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { Poller } from './poller.js';
import { DrainingPoller } from './draining-poller.js';

const LOOK_EVERY_MS = 1_000;

/** Keeps the erasures of a process going, and has its own memory forget what any process began or ended to. */
export class ErasureWorker {
  private readonly steps: DrainingPoller;
  private readonly looks: Poller;
  /** Of those that the store told last: each is told for a minute. */
  private known: ReadonlySet<string> = new Set();

  constructor(
    runner: ErasureRunner,
    private readonly store: Pick<ErasureStore, 'recent'>,
    private readonly lookups: Pick<CustomerLookups, 'forget'>,
    logger: Logger,
  ) {
    this.steps = new DrainingPoller(runner, 'an erasure', logger);
    this.looks = new Poller(
      () => this.look(),
      LOOK_EVERY_MS,
      (error) => logger.warn({ err: error }, 'what was forgotten could not be looked up; the next look tries again'),
    );
  }

  start(): void {
    this.steps.start();
    this.looks.start();
  }

  /** Resolves when what runs has ended. */
  async stop(): Promise<void> {
    await Promise.all([this.steps.stop(), this.looks.stop()]);
  }

  private async look(): Promise<void> {
    const recent = await this.store.recent();
    const fresh = recent.filter(({ key }) => !this.known.has(key));
    this.known = new Set(recent.map(({ key }) => key));
    for (const brandId of new Set(fresh.map((notice) => notice.brandId))) this.lookups.forget(brandId);
  }
}
