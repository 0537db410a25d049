import { Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  LiveConfiguration,
  ReplayPlanner,
  ReplayRunner,
  type ConfigurationStore,
  type ReplayStore,
} from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { LOGGER } from '../context/hub-options.js';
import { CONFIGURATION_STORE, DatabaseModule, REPLAY_STORE } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

const POLL_INTERVAL_MS = 250;

/** Runs replays in this process. */
@Injectable()
class ReplayWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  constructor(
    private readonly workers: Workers,
    planner: ReplayPlanner,
    configuration: LiveConfiguration,
    wakeUps: BullWakeUps,
    @Inject(REPLAY_STORE) store: ReplayStore,
    @Inject(LOGGER) logger: Logger,
  ) {
    const runner = new ReplayRunner(store, planner, configuration, wakeUps, { batch: 500, leaseMs: 60_000 });
    this.poller = new Poller(
      () => runner.once(),
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'step of a replay failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.poller);
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }
}

/** Replays events. The admin API plans and starts replays. Every process that delivers also runs replays. */
@Module({
  imports: [DatabaseModule, ConfigurationModule, DeliveryModule],
  providers: [
    {
      provide: ReplayPlanner,
      inject: [CONFIGURATION_STORE],
      useFactory: (store: ConfigurationStore) => new ReplayPlanner(store),
    },
    ReplayWorker,
  ],
  exports: [ReplayPlanner],
})
export class ReplayModule {}
