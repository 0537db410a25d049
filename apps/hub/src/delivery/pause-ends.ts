import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { DestinationPauseStore } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { DESTINATION_PAUSE_STORE } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

const POLL_INTERVAL_MS = 1_000;

/** Ends the pauses of destinations at the time that a person set, by the database's clock. Runs in every worker. */
@Injectable()
export class PauseEnds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly polls: Poller;

  constructor(
    private readonly workers: Workers,
    private readonly wakeUps: BullWakeUps,
    @Inject(DESTINATION_PAUSE_STORE) private readonly pauses: Pick<DestinationPauseStore, 'endDue'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.polls = new Poller(
      () => this.endDue(),
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'ending the pauses of destinations failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.polls);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.polls.stop();
  }

  private async endDue(): Promise<void> {
    for (const destinationId of await this.pauses.endDue()) {
      this.logger.info({ destinationId }, 'pause of a destination ended');
      this.wakeUps.wake(destinationId);
    }
  }
}
