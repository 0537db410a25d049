import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadHubFile, type HubEnvironment } from '@patchbay/config';
import {
  ConfigurationError,
  GroupCommit,
  IngestAdmission,
  LiveConfiguration,
  type SourceAdapters,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { applyBrandFiles } from './boot/apply-brand-files.js';
import { MaintenanceTasks } from './boot/maintenance-tasks.js';
import { brandChecks } from './boot/hub-brand-checks.js';
import { ConfigurationHealth } from './boot/configuration-health.js';
import { openHubDependencies, type HubDependencies } from './boot/hub-dependencies.js';
import { withStartupErrors } from './boot/startup-error.js';
import { nestLogger } from './boot/nest-logger.js';
import { DeliveryWorker } from './delivery/delivery-worker.js';
import { OperationalWorker } from './delivery/operational-worker.js';
import { ErasureWorker } from './delivery/erasure-worker.js';
import { ReplayWorker } from './delivery/replay-worker.js';
import { AdminAccess } from './http/admin-access.service.js';
import { admitAdminCalls } from './http/admin-hooks.js';
import { ProblemFilter } from './http/problem.filter.js';
import { createServer, prepareServer } from './http/http-server.js';
import { serveApiDocs } from './http/api-docs.js';
import { admitIngestCalls } from './ingest/ingest-hooks.js';
import { HubMetrics } from './metrics/hub-metrics.js';
import { SOURCE_ADAPTERS } from './tokens.js';

/** Options of {@link startHub}. The hub reads nothing else from its environment. */
export interface HubOptions {
  readonly environment: HubEnvironment;
  /** Directory of the database and keys of embedded mode: `.patchbay`. */
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Values of `${env:…}` references in brand files. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A running hub. */
export interface Hub {
  /** URL of the hub: `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Bootstrap admin key. Null if none is set. */
  readonly adminKey: string | null;
  /** Stops accepting work, finishes or releases deliveries in flight, and closes all connections. */
  close(): Promise<void>;
}

/** Time to finish deliveries in flight at shutdown, in milliseconds. */
const SHUTDOWN_GRACE_MS = 10_000;

/**
 * Starts a hub in this process. Resolves when it accepts events. Throws a PluginBootError if a plugin is invalid. Throws
 * a ConfigurationError if the configuration is invalid, or if the database or the port cannot be opened.
 */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { environment, logger } = options;
  const { settings, problems } = loadHubFile(join(environment.configDirectory, 'patchbay.yaml'));
  if (settings === undefined) throw new ConfigurationError(problems);
  const dependencies = await openHubDependencies({
    environment,
    settings,
    logger,
    dataDirectory: options.dataDirectory,
  });
  try {
    return await start(dependencies, options);
  } catch (error) {
    await dependencies.close();
    throw error;
  }
}

async function start(dependencies: HubDependencies, { environment, logger, env }: HubOptions): Promise<Hub> {
  const app = await NestFactory.create<NestFastifyApplication>(
    await AppModule.forRoot(dependencies),
    createServer(dependencies.settings.ingest.bodyLimitBytes),
    { bodyParser: false, logger: nestLogger(logger), abortOnError: false },
  );
  app.useGlobalFilters(new ProblemFilter(logger, environment.configDirectory));
  await prepareServer(app);
  const metrics = app.get(HubMetrics);
  admitIngestCalls(app.getHttpAdapter().getInstance(), app.get(IngestAdmission), (brand, answer) =>
    metrics.ingest(brand, answer),
  );
  admitAdminCalls(app.getHttpAdapter().getInstance(), app.get(AdminAccess));
  serveApiDocs(app);
  await app.init();

  await dependencies.partitions.prepare();
  if (environment.role !== 'worker') await applyFiles(app, dependencies, environment, env);
  const configuration = app.get(LiveConfiguration);
  await configuration.refresh();
  const background = new MaintenanceTasks(dependencies, configuration, logger);
  await background.start();
  const worker = app.get(DeliveryWorker);
  const replays = app.get(ReplayWorker);
  const erasures = app.get(ErasureWorker);
  const operational = app.get(OperationalWorker);
  // Listens before deliveries start, so that a hub that cannot use its port stops with nothing in flight.
  await withStartupErrors('listening', app.listen(environment.port, environment.host));
  if (environment.role !== 'api') {
    await worker.start();
    replays.start();
    erasures.start();
    operational.start();
  }

  const url = addressOf(app, environment.host);
  logger.info({ url, role: environment.role }, 'hub ready');
  return {
    url,
    adminKey: dependencies.adminKey,
    close: async () => {
      await app.close();
      await app.get(GroupCommit).drained();
      await replays.stop();
      await erasures.stop();
      await operational.stop();
      await app.get(BullWakeUps).close();
      if (environment.role !== 'api') await worker.stop(SHUTDOWN_GRACE_MS);
      await background.stop();
      await dependencies.close();
      logger.info('hub stopped');
    },
  };
}

function applyFiles(
  app: NestFastifyApplication,
  dependencies: HubDependencies,
  { configDirectory, secretsDirectory }: HubEnvironment,
  env: HubOptions['env'],
): Promise<void> {
  return applyBrandFiles(
    { configDirectory, env, ...(secretsDirectory === undefined ? {} : { secretsDirectory }) },
    {
      checks: brandChecks(app.get(PluginGateway), app.get<SourceAdapters>(SOURCE_ADAPTERS)),
      store: dependencies.configurationStore,
      vault: dependencies.vault,
      logger: dependencies.logger,
      health: app.get(ConfigurationHealth),
    },
  );
}

function addressOf(app: NestFastifyApplication, host: string): string {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
