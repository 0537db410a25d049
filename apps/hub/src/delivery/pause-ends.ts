import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LiveConfiguration, type ConfigurationStore } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { CONFIGURATION_STORE } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

const POLL_INTERVAL_MS = 1_000;

/**
 * Ends the pauses of destinations at the time that a person set, by the database's clock. Runs in every worker. The
 * process that ends a pause publishes a revision, so that all processes send again.
 */
@Injectable()
export class PauseEnds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly polls: Poller;

  constructor(
    private readonly workers: Workers,
    private readonly configuration: LiveConfiguration,
    private readonly wakeUps: BullWakeUps,
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'endDuePauses'>,
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
    const ended = await this.store.endDuePauses();
    if (ended.length === 0) return;
    await this.configuration.refresh();
    for (const destinationId of ended) {
      this.logger.info({ destinationId }, 'pause of a destination ended');
      this.wakeUps.wake(destinationId);
    }
  }
}
