import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, type Socket } from 'node:net';
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
  GroupCommit,
  fileFinder,
  IMPORT_ORIGINS,
  ImportRunner,
  ImportScanner,
  IngestAdmission,
  LiveConfiguration,
  type Clock,
  type ImportOrigin,
  type ImportStore,
  type OpenPlace,
  type ReplayStore,
} from '@patchbay/core';
import type { HubEnvironment } from '@patchbay/config';
import { createEgressPolicy } from '@patchbay/http';
import { BullWakeUps } from '@patchbay/queue';
import { placeOpener, readRows } from '@patchbay/sources';
import type { Logger } from 'pino';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { HUB_ENVIRONMENT, LOGGER } from '../context/hub-options.js';
import { CLOCK, DatabaseModule, IMPORT_STORE, REPLAY_STORE } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { IMPORTED_GROUP_COMMIT } from '../ingest/ingest.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';
import { watchImports } from './import-metric.js';

/** Number of imports that one process runs at the same time. */
const RUNNING = 2;
const POLL_INTERVAL_MS = 500;
/** Lease of an import. A killed process delays its imports by this time at most. */
const LEASE_MS = 15_000;
const TURN_MS = 60_000;
/** Time without a chunk after which an upload ends. */
const MAX_IDLE_MS = 7 * 24 * 3_600_000;
/** Time between two scans of a watched place. */
const SCAN_EVERY_MS = 30_000;
const LOOK_FOR_SCANS_EVERY_MS = 5_000;
const END_IDLE_EVERY_MS = 600_000;

/** Runs imports in this process. */
@Injectable()
class ImportWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly pollers: readonly Poller[];

  constructor(
    private readonly workers: Workers,
    private readonly runner: ImportRunner,
    scanner: ImportScanner,
    @Inject(IMPORT_STORE) store: ImportStore,
    @Inject(LOGGER) logger: Logger,
  ) {
    const running = Array.from(
      { length: RUNNING },
      () =>
        new Poller(
          () => runner.once(),
          POLL_INTERVAL_MS,
          (error) => logger.warn({ err: error }, 'import failed, will be continued'),
        ),
    );
    const ending = new Poller(
      () => store.endIdleUploads(MAX_IDLE_MS),
      END_IDLE_EVERY_MS,
      (error) => logger.warn({ err: error }, 'ending idle uploads failed, will be repeated'),
    );
    const scanning = new Poller(
      () => scanner.once(),
      LOOK_FOR_SCANS_EVERY_MS,
      (error) => logger.warn({ err: error }, 'looking for files failed, will be repeated'),
    );
    this.pollers = [...running, scanning, ending];
  }

  onApplicationBootstrap(): void {
    for (const poller of this.pollers) this.workers.add(poller);
  }

  async onApplicationShutdown(): Promise<void> {
    this.runner.stop();
    await Promise.all(this.pollers.map((poller) => poller.stop()));
  }
}

const OPEN_PLACE = Symbol('OpenPlace');

/** Opens watched places. Every connection passes the egress guard. */
const PLACES: FactoryProvider = {
  provide: OPEN_PLACE,
  inject: [HUB_ENVIRONMENT, CLOCK],
  useFactory: ({ importDirectory, egressAllow }: HubEnvironment, clock: Clock): OpenPlace => {
    const policy = createEgressPolicy(egressAllow.join(','));
    const { lookup } = policy;
    const checkLiteral = (host: string): void => policy.checkLiteral(host);
    const agents = { httpAgent: new HttpAgent({ lookup }), httpsAgent: new HttpsAgent({ lookup }) };
    const connectTcp = (host: string, port: number): Socket => connect({ host, port, lookup });
    return placeOpener({ importDirectory, agents, connectTcp, checkLiteral, clock });
  },
};

/** Returns the origins that a process can read. Only a process with an import directory can read folders. */
function readableOrigins({ importDirectory }: HubEnvironment): readonly ImportOrigin[] {
  return IMPORT_ORIGINS.filter((origin) => origin !== 'folder' || importDirectory !== undefined);
}

const SCANNER: FactoryProvider = {
  provide: ImportScanner,
  inject: [IMPORT_STORE, LiveConfiguration, OPEN_PLACE, CLOCK, LOGGER, HUB_ENVIRONMENT],
  useFactory: (
    store: ImportStore,
    configuration: LiveConfiguration,
    openPlace: OpenPlace,
    clock: Clock,
    logger: Logger,
    environment: HubEnvironment,
  ) =>
    new ImportScanner(
      {
        ...{ store, configuration, openPlace, clock },
        onProblem: (watched, error) => logger.warn({ err: error, ...watched }, 'listing the files of a source failed'),
      },
      readableOrigins(environment),
      SCAN_EVERY_MS,
    ),
};

const RUNNER: FactoryProvider = {
  provide: ImportRunner,
  inject: [
    ...[IMPORT_STORE, REPLAY_STORE, LiveConfiguration, IMPORTED_GROUP_COMMIT, GroupCommit, IngestAdmission],
    ...[BullWakeUps, CLOCK, HUB_ENVIRONMENT, OPEN_PLACE, HubMetrics],
  ],
  useFactory: (
    store: ImportStore,
    replays: ReplayStore,
    configuration: LiveConfiguration,
    groups: GroupCommit,
    live: GroupCommit,
    admission: IngestAdmission,
    wakeUps: BullWakeUps,
    clock: Clock,
    environment: HubEnvironment,
    openPlace: OpenPlace,
    metrics: HubMetrics,
  ) =>
    new ImportRunner(
      {
        ...{ store, configuration, readRows, groups, admission, wakeUps, clock },
        fileOf: fileFinder(store, openPlace),
        liveWaitMs: () => live.oldestWaitMs,
        overloaded: (ids, now) => replays.overloaded(ids, now),
        onRows: (brand, counts) => metrics.imported(brand, counts),
      },
      { leaseMs: LEASE_MS, turnMs: TURN_MS, origins: readableOrigins(environment) },
    ),
};

/** Imports files. The admin API takes uploads. Every process that delivers also runs imports. */
@Module({})
export class ImportsModule {
  /** Creates the module. @param ingest module whose group commits and budgets the imports use */
  static with(ingest: DynamicModule): DynamicModule {
    return {
      module: ImportsModule,
      imports: [DatabaseModule, ConfigurationModule, DeliveryModule, MetricsModule, ingest],
      providers: [PLACES, SCANNER, RUNNER, ImportWorker],
    };
  }

  constructor(metrics: HubMetrics, @Inject(IMPORT_STORE) store: ImportStore) {
    watchImports(metrics, store);
  }
}
