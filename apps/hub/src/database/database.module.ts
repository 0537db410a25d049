import { Module, type FactoryProvider } from '@nestjs/common';
import {
  OwnClaims,
  PartitionMaintenance,
  PostgresAuditLog,
  PostgresDeliveryInterventions,
  PostgresDeliveryStore,
  PostgresDestinationPauseStore,
  PostgresErasureStore,
  PostgresEventStore,
  PostgresKeyStore,
  PostgresLiveStore,
  PostgresLocks,
  PostgresLookupPauseStore,
  PostgresMessagingStore,
  PostgresMissingStatusStore,
  PostgresOperationalOutbox,
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
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
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
export const KEY_STORE = Symbol('KeyStore');
export const LIVE_STORE = Symbol('LiveStore');
/** Locks between the processes of this hub. */
export const LOCKS = Symbol('Locks');
export const LOOKUP_PAUSE_STORE = Symbol('LookupPauseStore');
export const MESSAGING_STORE = Symbol('MessagingStore');
export const MISSING_STATUS_STORE = Symbol('MissingStatusStore');
export const OPERATIONAL_OUTBOX = Symbol('OperationalOutbox');
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
  onDatabase(KEY_STORE, ({ dataSource }) => new PostgresKeyStore(dataSource)),
  onDatabase(LIVE_STORE, ({ dataSource }) => new PostgresLiveStore(dataSource)),
  onDatabase(LOOKUP_PAUSE_STORE, (db) => new PostgresLookupPauseStore(db.dataSource, db.pgPool)),
  onDatabase(MESSAGING_STORE, (db) => new PostgresMessagingStore(db.pgPool)),
  onDatabase(MISSING_STATUS_STORE, (db) => new PostgresMissingStatusStore(db.dataSource, db.clock)),
  onDatabase(OPERATIONAL_OUTBOX, (db) => new PostgresOperationalOutbox(db.dataSource, db.pgPool)),
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
    inject: [HubDatabase, OwnClaims],
    useFactory: ({ pgPool }: HubDatabase, claims: OwnClaims) => new PostgresDeliveryStore(pgPool, claims),
  },
  {
    provide: EVENT_STORE,
    inject: [HubDatabase, OwnClaims],
    useFactory: ({ pgPool }: HubDatabase, claims: OwnClaims) => new PostgresEventStore(pgPool, claims),
  },
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
    useFactory: ({ pgPool }: HubDatabase, logger: Logger) =>
      new PostgresLocks(pgPool, {
        onError: (error) => logger.error({ err: error }, 'renewing or releasing a lock between processes failed'),
      }),
  },
];

/**
 * Provides every store under the token of its port. Nest starts this module before the modules that import it, and
 * stops it after them. Partitions are therefore prepared first, and the database is closed last.
 */
@Module({ providers: [...ports, OWN_CLAIMS, DatabaseLifecycle], exports: ports.map(({ provide }) => provide) })
export class DatabaseModule {}
