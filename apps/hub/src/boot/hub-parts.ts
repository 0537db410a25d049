import { join } from 'node:path';
import type { HubEnvironment, HubSettings } from '@patchbay/config';
import {
  systemClock,
  type Clock,
  type ConfigurationStore,
  type ReadStore,
  type Vault,
  type WakeUps,
} from '@patchbay/core';
import {
  ChangeNotices,
  createPartitionKeeper,
  migrate,
  MissingPartitions,
  openDatabase,
  PostgresConfigurationStore,
  PostgresDeliveryStore,
  PostgresEventStore,
  PostgresReadStore,
  type Database,
  type PartitionKeeper,
} from '@patchbay/database';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import { createWakeUps } from '@patchbay/queue';
import { createVault, loadOrCreateMasterKey, parseMasterKey } from '@patchbay/vault';
import type { Logger } from 'pino';
import { loadOrCreateAdminKey } from './admin-key.js';

/** What a hub is made of before Nest puts it together: everything that has to be opened, and closed again. */
export interface HubParts {
  readonly environment: HubEnvironment;
  readonly settings: HubSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly adminKey: string | null;
  readonly vault: Vault;
  readonly configurationStore: ConfigurationStore;
  readonly eventStore: PostgresEventStore;
  readonly deliveryStore: PostgresDeliveryStore;
  readonly readStore: ReadStore;
  readonly partitions: PartitionKeeper;
  readonly wakeUps: WakeUps;
  /** Closes the database, then stops it where it is the embedded one. */
  close(): Promise<void>;
}

export interface HubPartsOptions {
  readonly environment: HubEnvironment;
  readonly settings: HubSettings;
  readonly logger: Logger;
  /** Where embedded mode keeps its database and keys. */
  readonly dataDirectory: string;
}

/** Opens the database (starting the embedded one where none is given), brings its schema up to date, opens the queue. */
export async function openHubParts(options: HubPartsOptions): Promise<HubParts> {
  const { environment, settings, logger, dataDirectory } = options;
  const embedded = environment.databaseUrl === undefined;
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const url = environment.databaseUrl ?? (await startEmbedded(dataDirectory, logger, opened));
    await migrate(url);
    const masterKey =
      environment.masterKey === undefined
        ? await loadOrCreateMasterKey(dataDirectory)
        : parseMasterKey(environment.masterKey);
    const vault = createVault(masterKey);
    const onError = (error: Error): void => logger.warn({ err: error }, 'a database connection broke');
    const database = await openDatabase({ url, onError });
    opened.push(() => database.close());
    const wakeUps = createWakeUps({
      ...(environment.redisUrl === undefined ? { postgresUrl: url } : { redisUrl: environment.redisUrl }),
      onError: (error) => logger.warn({ err: error }, 'the queue is disturbed; deliveries go on by the sweep'),
    });
    return {
      environment,
      settings,
      logger,
      clock: systemClock,
      adminKey: environment.adminKey ?? (embedded ? await loadOrCreateAdminKey(dataDirectory) : null),
      vault,
      wakeUps,
      ...stores(database, vault, new ChangeNotices(url, onError)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startEmbedded(dataDirectory: string, logger: Logger, opened: (() => Promise<void>)[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(dataDirectory, 'postgres'),
    notice: (line) => logger.info(line),
  });
  opened.push(() => postgres.stop());
  return postgres.url;
}

function stores(
  { dataSource, hot }: Database,
  vault: Vault,
  notices: ChangeNotices,
): Pick<HubParts, 'configurationStore' | 'eventStore' | 'deliveryStore' | 'readStore' | 'partitions'> {
  const missing = new MissingPartitions(dataSource);
  return {
    configurationStore: new PostgresConfigurationStore({ dataSource, hot, vault, notices }),
    eventStore: new PostgresEventStore(hot, missing),
    deliveryStore: new PostgresDeliveryStore(hot, missing),
    readStore: new PostgresReadStore(dataSource),
    partitions: createPartitionKeeper(dataSource),
  };
}
