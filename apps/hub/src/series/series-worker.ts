import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { SeriesStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { SERIES_STORE } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

const COUNT_EVERY_MS = 10_000;

/** Worker that counts the minutes that are due. Every process that delivers has it; one at a time counts. */
@Injectable()
export class SeriesWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly counter: Poller;

  constructor(
    private readonly workers: Workers,
    @Inject(SERIES_STORE) store: SeriesStore,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.counter = new Poller(
      () => store.count(),
      COUNT_EVERY_MS,
      (error) => logger.warn({ err: error }, 'counting events and deliveries failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.counter);
  }

  /** Resolves when the current count has ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.counter.stop();
  }
}
