import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { LookupPauseStore } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { LOOKUP_PAUSE_STORE } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

const POLL_INTERVAL_MS = 1_000;

/** Makes the deliveries due that waited for a resumed lookup. Runs in every worker. */
@Injectable()
export class LookupReleases implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly polls: Poller;

  constructor(
    private readonly workers: Workers,
    private readonly wakeUps: BullWakeUps,
    @Inject(LOOKUP_PAUSE_STORE) private readonly store: Pick<LookupPauseStore, 'releaseHeld'>,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.polls = new Poller(
      () => this.once(),
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'releasing the deliveries of resumed lookups failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.polls);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.polls.stop();
  }

  /** Releases the deliveries that are held now, and wakes their destinations. */
  async once(): Promise<void> {
    for (const destinationId of await this.store.releaseHeld()) this.wakeUps.wake(destinationId);
  }
}
