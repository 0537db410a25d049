import { Module, type FactoryProvider } from '@nestjs/common';
import {
  ListReads,
  OwnClaims,
  PartitionMaintenance,
  PostgresAuditLog,
  PostgresDeliveryInterventions,
  PostgresDeliveryStore,
  PostgresDestinationPauseStore,
  PostgresErasureStore,
  PostgresEventStore,
  PostgresImportStore,
  PostgresKeyStore,
  PostgresLiveStore,
  PostgresLocks,
  PostgresLogCheckStore,
  PostgresLookupPauseStore,
  PostgresMessagingStore,
  PostgresMissingStatusStore,
  PostgresOAuthStore,
  PostgresOperationalOutbox,
  PostgresPersonStore,
  PostgresReadStore,
  PostgresReplayStore,
  PostgresSessionStore,
  PostgresSourceCountStore,
  PostgresSeriesStore,
  PostgresStatusUpdateStore,
  PostgresSubscriptionHistory,
  PostgresSuppressionStore,
  PostgresWorkerRegistry,
} from '@patchbay/database';
import type { HubEnvironment } from '@patchbay/config';
import { InProcessLocks, NestedLocks, type ReadStore, type SeriesStore, type Vault } from '@patchbay/core';
import type { Logger } from 'pino';
import { HUB_ENVIRONMENT, LOGGER } from '../context/hub-options.js';
import { VAULT } from '../vault/vault.module.js';
import { DatabaseLifecycle } from './database-lifecycle.js';
import { HubDatabase } from './hub-database.js';

// Injection tokens, one per port. To add a port, add its token and its provider to this file, and inject the token in
// the class that uses the port.
export const AUDIT_LOG = Symbol('AuditLog');
export const CLOCK = Symbol('Clock');
export const CLOCK_CHECK = Symbol('ClockCheck');
/** Provided by `ConfigurationStoreModule`, because the configuration store needs the plugins. */
export const CONFIGURATION_STORE = Symbol('ConfigurationStore');
export const DELIVERY_INTERVENTIONS = Symbol('DeliveryInterventions');
export const DELIVERY_STORE = Symbol('DeliveryStore');
export const DESTINATION_PAUSE_STORE = Symbol('DestinationPauseStore');
export const ERASURE_STORE = Symbol('ErasureStore');
export const EVENT_STORE = Symbol('EventStore');
export const IMPORT_STORE = Symbol('ImportStore');
export const KEY_STORE = Symbol('KeyStore');
export const LIVE_STORE = Symbol('LiveStore');
/** Locks within this process and between the processes of this hub. */
export const LOCKS = Symbol('Locks');
export const LOG_CHECK_STORE = Symbol('LogCheckStore');
export const LOOKUP_PAUSE_STORE = Symbol('LookupPauseStore');
export const MESSAGING_STORE = Symbol('MessagingStore');
export const MISSING_STATUS_STORE = Symbol('MissingStatusStore');
export const OAUTH_STORE = Symbol('OAuthStore');
export const OPERATIONAL_OUTBOX = Symbol('OperationalOutbox');
export const PERSON_STORE = Symbol('PersonStore');
export const READ_STORE = Symbol('ReadStore');
export const REPLAY_STORE = Symbol('ReplayStore');
export const SESSION_STORE = Symbol('SessionStore');
export const SOURCE_COUNT_STORE = Symbol('SourceCountStore');
export const SERIES_STORE = Symbol('SeriesStore');
export const STATUS_UPDATE_STORE = Symbol('StatusUpdateStore');
export const SUPPRESSION_STORE = Symbol('SuppressionStore');
export const SUBSCRIPTION_HISTORY = Symbol('SubscriptionHistory');
export const WORKER_REGISTRY = Symbol('WorkerRegistry');

/** Clock state of this process, for metrics and health. */
export interface ClockCheck {
  /** Clock of this host minus the clock of PostgreSQL, in milliseconds. */
  offsetMs(): number;
  /** Reason why this process deletes no data by age. Null if this process or another process deletes data. */
  retentionBlockedBy(): string | null;
}

/** Stores of lists and counts, which may read from the replica. */
export interface ListStores {
  readonly events: Pick<ReadStore, 'events' | 'deliveries' | 'deliveriesOfEvents' | 'seenEventTypes'>;
  readonly counts: Pick<ReadStore, 'failures' | 'subscriptionCounts'>;
  readonly series: Pick<SeriesStore, 'points' | 'countedUntil'>;
}

/** Provides an adapter that works on the open database. */
const onDatabase = (
  provide: FactoryProvider['provide'],
  useFactory: (database: HubDatabase) => unknown,
): FactoryProvider => ({ provide, inject: [HubDatabase], useFactory });

/** Claims of this process, which its stores share. */
const OWN_CLAIMS: FactoryProvider = { provide: OwnClaims, useFactory: () => new OwnClaims() };

const ports: readonly FactoryProvider[] = [
  onDatabase(AUDIT_LOG, ({ dataSource }) => new PostgresAuditLog(dataSource)),
  onDatabase(CLOCK, ({ clock }) => clock),
  onDatabase(DELIVERY_INTERVENTIONS, (db) => new PostgresDeliveryInterventions(db.dataSource, db.pgPool)),
  onDatabase(DESTINATION_PAUSE_STORE, (db) => new PostgresDestinationPauseStore(db.dataSource, db.pgPool)),
  onDatabase(ERASURE_STORE, (db) => new PostgresErasureStore(db.dataSource, db.pgPool, db.clock)),
  onDatabase(IMPORT_STORE, ({ dataSource }) => new PostgresImportStore(dataSource)),
  onDatabase(LOG_CHECK_STORE, ({ dataSource }) => new PostgresLogCheckStore(dataSource)),
  onDatabase(KEY_STORE, ({ dataSource }) => new PostgresKeyStore(dataSource)),
  onDatabase(LIVE_STORE, ({ dataSource }) => new PostgresLiveStore(dataSource)),
  onDatabase(LOOKUP_PAUSE_STORE, (db) => new PostgresLookupPauseStore(db.dataSource, db.pgPool)),
  onDatabase(MESSAGING_STORE, (db) => new PostgresMessagingStore(db.pgPool)),
  onDatabase(MISSING_STATUS_STORE, (db) => new PostgresMissingStatusStore(db.dataSource, db.clock)),
  onDatabase(OPERATIONAL_OUTBOX, (db) => new PostgresOperationalOutbox(db.dataSource, db.pgPool)),
  onDatabase(PERSON_STORE, ({ dataSource }) => new PostgresPersonStore(dataSource)),
  onDatabase(READ_STORE, ({ dataSource, clock }) => new PostgresReadStore(dataSource, clock)),
  onDatabase(REPLAY_STORE, (db) => new PostgresReplayStore(db.dataSource, db.pgPool, db.clock)),
  onDatabase(SESSION_STORE, ({ dataSource }) => new PostgresSessionStore(dataSource)),
  onDatabase(SOURCE_COUNT_STORE, (db) => new PostgresSourceCountStore(db.pgPool)),
  onDatabase(SERIES_STORE, ({ dataSource }) => new PostgresSeriesStore(dataSource)),
  onDatabase(STATUS_UPDATE_STORE, (db) => new PostgresStatusUpdateStore(db, db.clock)),
  onDatabase(SUPPRESSION_STORE, (db) => new PostgresSuppressionStore(db.dataSource, db.pgPool)),
  onDatabase(SUBSCRIPTION_HISTORY, ({ dataSource }) => new PostgresSubscriptionHistory(dataSource)),
  onDatabase(WORKER_REGISTRY, ({ pgPool }) => new PostgresWorkerRegistry(pgPool)),
  onDatabase(PartitionMaintenance, ({ dataSource }) => new PartitionMaintenance(dataSource)),
  {
    provide: DELIVERY_STORE,
    inject: [HubDatabase, OwnClaims, HUB_ENVIRONMENT],
    useFactory: ({ pgPool }: HubDatabase, claims: OwnClaims, { tracing }: HubEnvironment) =>
      new PostgresDeliveryStore(pgPool, claims, { withTraces: tracing !== undefined }),
  },
  {
    provide: EVENT_STORE,
    inject: [HubDatabase, OwnClaims],
    useFactory: ({ pgPool }: HubDatabase, claims: OwnClaims) => new PostgresEventStore(pgPool, claims),
  },
  {
    provide: OAUTH_STORE,
    inject: [HubDatabase, VAULT],
    useFactory: ({ dataSource, pgPool }: HubDatabase, vault: Vault) =>
      new PostgresOAuthStore(dataSource, pgPool, vault),
  },
  onDatabase(ListReads, ({ dataSource, replica, clock }) => {
    const create = (connections: HubDatabase['dataSource']): ListStores => {
      const store = new PostgresReadStore(connections, clock, dataSource);
      return { events: store, counts: store, series: new PostgresSeriesStore(connections) };
    };
    return new ListReads(create(dataSource), replica, create);
  }),
  {
    provide: CLOCK_CHECK,
    inject: [HubDatabase, PartitionMaintenance],
    useFactory: ({ clock }: HubDatabase, partitions: PartitionMaintenance): ClockCheck => ({
      offsetMs: () => clock.offsetMs,
      retentionBlockedBy: () => partitions.clockMismatch,
    }),
  },
  {
    provide: LOCKS,
    inject: [HubDatabase, LOGGER],
    useFactory: ({ pgPool }: HubDatabase, logger: Logger) => {
      const onError = (error: Error): void =>
        logger.error({ err: error }, 'renewing or releasing a lock between processes failed');
      return new NestedLocks(new InProcessLocks(), new PostgresLocks(pgPool, { onError }));
    },
  },
];

/**
 * Provides every store under the token of its port. Nest starts this module before the modules that import it, and
 * stops it after them. Partitions are therefore prepared first, and the database is closed last.
 */
@Module({ providers: [...ports, OWN_CLAIMS, DatabaseLifecycle], exports: ports.map(({ provide }) => provide) })
export class DatabaseModule {}
