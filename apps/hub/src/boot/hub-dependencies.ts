import { join } from 'node:path';
import type { HubEnvironment, HubSettings } from '@patchbay/config';
import type {
  Clock,
  AuditLog,
  ConfigurationStore,
  DeliveryInterventions,
  StatusUpdateStore,
  MessagingStore,
  ErasureStore,
  KeyStore,
  OperationalOutbox,
  ReadStore,
  ReplayStore,
  Vault,
  WorkerRegistry,
} from '@patchbay/core';
import {
  ChangeNotices,
  migrate,
  MissingPartitions,
  openDatabase,
  PartitionMaintenance,
  PostgresAuditLog,
  PostgresConfigurationStore,
  PostgresDeliveryInterventions,
  PostgresDeliveryStore,
  PostgresStatusUpdateStore,
  PostgresEventStore,
  PostgresMessagingStore,
  PostgresErasureStore,
  PostgresKeyStore,
  PostgresLocks,
  PostgresOperationalOutbox,
  PostgresReadStore,
  PostgresReplayStore,
  PostgresWorkerRegistry,
  PostgresWrappedKeyStore,
  type Database,
} from '@patchbay/database';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import type { QueueBackendOptions } from '@patchbay/queue';
import type { MasterKeyRotation } from '@patchbay/vault';
import type { Logger } from 'pino';
import type { ClockCheck } from '../health/clock-check.js';
import type { PoolUsage } from '../metrics/hub-metrics.js';
import { loadOrCreateAdminKey } from './admin-key.js';
import { clockNotices } from './clock-notices.js';
import { withStartupErrors } from './startup-error.js';
import { openHubVault } from './open-vault.js';

/** Objects that a hub opens before Nest wires it, and closes at shutdown. */
export interface HubDependencies {
  readonly environment: HubEnvironment;
  readonly settings: HubSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly adminKey: string | null;
  readonly vault: Vault;
  readonly masterKeyRotation: MasterKeyRotation;
  readonly configurationStore: ConfigurationStore;
  readonly eventStore: PostgresEventStore;
  readonly deliveryStore: PostgresDeliveryStore;
  readonly readStore: ReadStore;
  readonly statusUpdateStore: StatusUpdateStore;
  readonly messagingStore: MessagingStore;
  readonly deliveryInterventions: DeliveryInterventions;
  readonly replayStore: ReplayStore;
  readonly erasureStore: ErasureStore;
  readonly operationalOutbox: OperationalOutbox;
  readonly keyStore: KeyStore;
  readonly auditLog: AuditLog;
  readonly partitions: PartitionMaintenance;
  readonly clockCheck: ClockCheck;
  /** Locks between the processes of this hub. */
  readonly locks: PostgresLocks;
  readonly workerRegistry: WorkerRegistry;
  readonly pgPoolUsage: () => PoolUsage;
  readonly queueBackend: QueueBackendOptions;
  /** Closes the database connections, then stops the database if it is embedded. */
  close(): Promise<void>;
}

/** Options of {@link openHubDependencies}. */
export interface HubDependenciesOptions {
  readonly environment: HubEnvironment;
  readonly settings: HubSettings;
  readonly logger: Logger;
  /** Directory of the database and keys of embedded mode. */
  readonly dataDirectory: string;
}

/** Opens the database and migrates its schema. Starts the embedded database if DATABASE_URL is not set. */
export async function openHubDependencies(options: HubDependenciesOptions): Promise<HubDependencies> {
  const { environment, settings, logger, dataDirectory } = options;
  const embedded = environment.databaseUrl === undefined;
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const url = environment.databaseUrl ?? (await startEmbedded(dataDirectory, logger, opened));
    // Errors of the embedded database have no variable to name.
    const opening = <T>(work: Promise<T>): Promise<T> => (embedded ? work : withStartupErrors('database', work));
    await opening(migrate(url));
    const onError = (error: Error): void => logger.warn({ err: error }, 'database connection failed');
    const database = await opening(openDatabase({ url, onError, clockNotices: clockNotices(logger) }));
    opened.push(() => database.close());
    database.clock.start();
    const wrappedKeys = new PostgresWrappedKeyStore(database.dataSource);
    const { vault, rotation } = await openHubVault(environment, dataDirectory, wrappedKeys);
    return {
      environment,
      settings,
      logger,
      clock: database.clock,
      adminKey: environment.adminKey ?? (embedded ? await loadOrCreateAdminKey(dataDirectory) : null),
      vault,
      masterKeyRotation: rotation,
      queueBackend: environment.redisUrl === undefined ? { postgresUrl: url } : { redisUrl: environment.redisUrl },
      pgPoolUsage: () => database.pgPool.usage,
      ...stores(database, vault, new ChangeNotices(url, onError)),
      workerRegistry: new PostgresWorkerRegistry(database.pgPool),
      locks: new PostgresLocks(database.pgPool, {
        onError: (error) => logger.error({ err: error }, 'renewing or releasing a lock between processes failed'),
      }),
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
  { dataSource, pgPool, clock }: Database,
  vault: Vault,
  notices: ChangeNotices,
): Pick<
  HubDependencies,
  | 'configurationStore'
  | 'eventStore'
  | 'deliveryStore'
  | 'readStore'
  | 'statusUpdateStore'
  | 'messagingStore'
  | 'deliveryInterventions'
  | 'replayStore'
  | 'erasureStore'
  | 'operationalOutbox'
  | 'keyStore'
  | 'auditLog'
  | 'partitions'
  | 'clockCheck'
> {
  const missing = new MissingPartitions(dataSource);
  const partitions = new PartitionMaintenance(dataSource);
  return {
    configurationStore: new PostgresConfigurationStore({ dataSource, pgPool, vault, notices }),
    eventStore: new PostgresEventStore(pgPool, missing),
    deliveryStore: new PostgresDeliveryStore(pgPool, missing),
    readStore: new PostgresReadStore(dataSource, clock),
    statusUpdateStore: new PostgresStatusUpdateStore({ dataSource, pgPool }, clock),
    messagingStore: new PostgresMessagingStore(pgPool, missing),
    deliveryInterventions: new PostgresDeliveryInterventions(dataSource, missing),
    replayStore: new PostgresReplayStore(dataSource, missing, clock),
    erasureStore: new PostgresErasureStore(dataSource, missing, clock),
    operationalOutbox: new PostgresOperationalOutbox(dataSource, missing),
    keyStore: new PostgresKeyStore(dataSource),
    auditLog: new PostgresAuditLog(dataSource),
    partitions,
    clockCheck: { offsetMs: () => clock.offsetMs, retentionBlockedBy: () => partitions.clockMismatch },
  };
}
