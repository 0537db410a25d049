import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import { MissingStatuses, type MissingStatusStore } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { Logger } from 'pino';
import { HUB_ENVIRONMENT, LOGGER } from '../context/hub-options.js';
import { MISSING_STATUS_STORE } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

const CHECK_EVERY_MS = 60_000;

/** Worker that finds messages whose vendor status never arrives. A hub without a public URL expects no statuses. */
@Injectable()
export class MissingStatusWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  constructor(
    private readonly workers: Workers,
    gateway: PluginGateway,
    @Inject(MISSING_STATUS_STORE) store: MissingStatusStore,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
    @Inject(LOGGER) logger: Logger,
  ) {
    const statuses = new MissingStatuses(store, gateway);
    this.poller = new Poller(
      () => statuses.once(),
      CHECK_EVERY_MS,
      (error) => logger.warn({ err: error }, 'checking for missing vendor statuses failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    if (this.environment.publicUrl !== undefined) this.workers.add(this.poller);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.poller.stop();
  }
}
