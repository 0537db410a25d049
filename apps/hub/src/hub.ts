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

/** What a hub is started with; nothing else is read from its environment. */
export interface HubOptions {
  readonly environment: HubEnvironment;
  /** Where embedded mode keeps its database and keys: `.patchbay`. */
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Where `${env:…}` in brand files is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A running hub. */
export interface Hub {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** The bootstrap admin key; null where none is set. */
  readonly adminKey: string | null;
  /** Takes nothing new, finishes or releases what is in flight, closes everything it opened. */
  close(): Promise<void>;
}

/** What is in flight gets this long at shutdown, in milliseconds. */
const SHUTDOWN_GRACE_MS = 10_000;

/**
 * Starts a hub in this process. Resolves when it takes events in.
 * Throws a ConfigurationError or a PluginBootError where it would be half-wired, and a ConfigurationError where the
 * database cannot be opened or the port cannot be had.
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
  // Before anything is sent: one that cannot have its port ends here, with nothing in flight.
  await withStartupErrors('listening', app.listen(environment.port, environment.host));
  if (environment.role !== 'api') {
    await worker.start();
    replays.start();
    erasures.start();
    operational.start();
  }

  const url = addressOf(app, environment.host);
  logger.info({ url, role: environment.role }, 'the hub is ready');
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
      logger.info('the hub has stopped');
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
