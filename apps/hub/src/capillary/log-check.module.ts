import {
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  CapillaryReconciliation,
  GroupCommit,
  IngestAdmission,
  LiveConfiguration,
  LogCheckRunner,
  type Clock,
  type CompiledBrand,
  type LogCheck,
  type LogCheckStore,
  type ReplayStore,
} from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import { CapillaryClients, HttpCapillaryLogApi } from '@patchbay/recipients';
import type { Logger } from 'pino';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { LOGGER } from '../context/hub-options.js';
import { CLOCK, DatabaseModule, LOG_CHECK_STORE, REPLAY_STORE } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { IMPORTED_GROUP_COMMIT } from '../ingest/ingest.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';
import { CapillaryClientsModule } from './capillary-clients.module.js';
import { CapillaryModule } from './capillary.module.js';

const POLL_INTERVAL_MS = 1_000;
/** Lease of a check. A killed process delays its check by this time at most. */
const LEASE_MS = 15_000;
const TURN_MS = 60_000;

/** Runs checks of Capillary's logs in this process, one at a time. */
@Injectable()
class LogCheckWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  constructor(
    private readonly workers: Workers,
    private readonly runner: LogCheckRunner,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.poller = new Poller(
      () => runner.once(),
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'checking a log of Capillary failed, will be continued'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.poller);
  }

  async onApplicationShutdown(): Promise<void> {
    this.runner.stop();
    await this.poller.stop();
  }
}

const RUNNER: FactoryProvider = {
  provide: LogCheckRunner,
  inject: [
    ...[LOG_CHECK_STORE, REPLAY_STORE, LiveConfiguration, IMPORTED_GROUP_COMMIT, GroupCommit, IngestAdmission],
    ...[BullWakeUps, CLOCK, CapillaryClients, CapillaryReconciliation, LOGGER],
  ],
  useFactory: (
    store: LogCheckStore,
    replays: ReplayStore,
    configuration: LiveConfiguration,
    groups: GroupCommit,
    live: GroupCommit,
    admission: IngestAdmission,
    wakeUps: BullWakeUps,
    clock: Clock,
    clients: CapillaryClients,
    reconciliation: CapillaryReconciliation,
    logger: Logger,
  ) =>
    new LogCheckRunner(
      {
        ...{ store, configuration, groups, admission, wakeUps, clock },
        logs: new HttpCapillaryLogApi(clients),
        liveWaitMs: () => live.oldestWaitMs,
        overloaded: (ids, now) => replays.overloaded(ids, now),
        onRecovered: async (brand: CompiledBrand, { from, to, consumerGroup }: LogCheck) => {
          await reconciliation.run(brand, { from, to, consumerGroup }).catch((error: unknown) => {
            logger.warn({ err: error, brand: brand.brand.name }, 'counting events after their recovery failed');
          });
        },
      },
      { leaseMs: LEASE_MS, turnMs: TURN_MS },
    ),
};

/** Checks of Capillary's logs. Every process that delivers also runs checks. */
@Module({})
export class LogCheckModule {
  /** Creates the module. @param ingest module whose group commits and budgets the recovered events use */
  static with(ingest: DynamicModule): DynamicModule {
    return {
      module: LogCheckModule,
      imports: [DatabaseModule, ConfigurationModule, DeliveryModule, CapillaryClientsModule, CapillaryModule, ingest],
      providers: [RUNNER, LogCheckWorker],
    };
  }
}
