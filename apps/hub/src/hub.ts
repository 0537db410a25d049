import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadHubFile, type HubSettings } from '@patchbay/config';
import { ConfigurationError, IngestAdmission } from '@patchbay/core';
import { PluginReloader, type PluginLocations } from '@patchbay/plugin-host';
import { AppModule } from './app.module.js';
import { ADMIN_KEY } from './boot/admin-key.js';
import { nestLogger } from './boot/logger.js';
import { withStartupErrors } from './boot/startup-error.js';
import { admitCallbacks } from './callbacks/callback-hooks.js';
import { CalledDestinations } from './callbacks/called-destinations.js';
import type { HubOptions } from './context/hub-options.js';
import { HubDatabase } from './database/hub-database.js';
import { AdminAccess } from './http/admin-access.service.js';
import { admitAdminCalls } from './http/admin-hooks.js';
import { serveApiDocs } from './http/api-docs.js';
import { sendPositions } from './http/position-header.js';
import { createServer, prepareServer } from './http/http-server.js';
import { ProblemFilter } from './http/problem.filter.js';
import { admitIngestCalls } from './ingest/ingest.controller.js';
import { HubMetrics } from './metrics/hub-metrics.js';
import type { Tracing } from './tracing/hub-traces.js';
import { openTracing } from './tracing/open-tracing.js';
import { Workers } from './workers/workers.js';

/** A running hub. */
export interface Hub {
  /** URL of the hub: `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Bootstrap admin key. Null if none is set. */
  readonly adminKey: string | null;
  /** Loads plugins again; see {@link PluginReloader.reload}. */
  reloadPlugins(locations: PluginLocations): Promise<void>;
  /** Stops accepting work, finishes or releases deliveries in flight, and closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts a hub in this process. Resolves when it accepts events. Throws a PluginBootError if a plugin is invalid. Throws
 * a ConfigurationError if the configuration is invalid, or if the database or the port cannot be opened.
 */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { environment, logger } = options;
  const { settings, problems } = loadHubFile(join(environment.configDirectory, 'patchbay.yaml'));
  if (settings === undefined) throw new ConfigurationError(problems);
  const tracing = await openTracing(environment, logger);
  const app = await createApp(options, settings, tracing).catch(async (error: unknown) => {
    await tracing?.shutdown();
    throw error;
  });
  const close = async (): Promise<void> => {
    await app.close();
    await tracing?.shutdown();
  };
  try {
    // Runs the hooks that prepare the partitions, apply the brand files and load the configuration.
    await app.init();
    // From now on, this process listens for changes, so no other process contracts the schema that it uses.
    await app.get(HubDatabase).refuseIncompatible();
    // Listens before deliveries start, so that a hub that cannot use its port stops with nothing in flight.
    await withStartupErrors('listening', app.listen(environment.port, environment.host));
    if (environment.role !== 'api') await app.get(Workers).start();
  } catch (error) {
    await close();
    throw error;
  }
  const url = addressOf(app, environment.host);
  logger.info({ url, role: environment.role }, 'hub ready');
  return {
    url,
    adminKey: app.get<string | null>(ADMIN_KEY),
    reloadPlugins: (locations) => app.get(PluginReloader).reload(locations),
    close: async () => {
      await close();
      logger.info('hub stopped');
    },
  };
}

/** Opens the database and creates the application. The database is closed with the application, by a hook. */
async function createApp(
  options: HubOptions,
  settings: HubSettings,
  tracing: Tracing | null,
): Promise<NestFastifyApplication> {
  const database = await HubDatabase.open(options);
  try {
    const app = await NestFactory.create<NestFastifyApplication>(
      await AppModule.forRoot(options, settings, database, tracing),
      createServer(),
      { bodyParser: false, logger: nestLogger(options.logger), abortOnError: false },
    );
    app.useGlobalFilters(new ProblemFilter(options.logger, options.environment.configDirectory));
    await prepareServer(app, settings.ingest.bodyLimitBytes);
    const fastify = app.getHttpAdapter().getInstance();
    const metrics = app.get(HubMetrics);
    admitIngestCalls(fastify, app.get(IngestAdmission), () => metrics.refusedCall('busy'));
    admitAdminCalls(fastify, app.get(AdminAccess));
    // A process of role `worker` has no status callbacks.
    if (options.environment.role !== 'worker') admitCallbacks(fastify, app.get(CalledDestinations));
    const { replica } = database;
    if (replica !== null) sendPositions(fastify, () => replica.readPosition());
    serveApiDocs(app);
    return app;
  } catch (error) {
    // Nest runs no hooks of an application that it could not create.
    await database.close();
    throw error;
  }
}

function addressOf(app: NestFastifyApplication, host: string): string {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
