export { PostgresAuditLog } from './audit/postgres-audit.log.js';
export { DatabaseClock, type ClockNotices, type ClockSample } from './clock/database-clock.js';
export { openDatabase, type Database, type OpenDatabaseOptions } from './connections/database.js';
export { createDataSource, type DataSourceOptions } from './connections/data-source.js';
export { PgPool, type PgPoolOptions } from './query/pg-pool.js';
export { readConnectionUsage, type ConnectionUsage } from './connections/connection-usage.js';
export { readHotConnection, type HotConnection } from './connections/hot-connection.js';
export { hotRoleStatements } from './connections/hot-settings.js';
export { migrate } from './connections/migrate.js';
export { probeDatabase } from './connections/probe-database.js';
export { isDatabaseUnavailable } from './query/sql-error.js';
export { PostgresDeliveryStore } from './deliveries/postgres-delivery.store.js';
export { PostgresSourceCountStore } from './events/postgres-source-count.store.js';
export { PostgresEventStore } from './events/postgres-event.store.js';
export { PostgresDestinationPauseStore } from './destinations/postgres-destination-pause.store.js';
export { PostgresLookupPauseStore } from './lookups/postgres-lookup-pause.store.js';
export { PostgresSuppressionStore } from './suppressions/postgres-suppression.store.js';
export { PostgresErasureStore } from './erasure/postgres-erasure.store.js';
export { PostgresMessagingStore } from './messaging/postgres-messaging.store.js';
export { PostgresKeyStore } from './keys/postgres-key.store.js';
export { PostgresSessionStore } from './sessions/postgres-session.store.js';
export { PostgresWrappedKeyStore } from './keys/postgres-wrapped-key.store.js';
export { ChangeNotices } from './configuration/change-notices.js';
export {
  PostgresConfigurationStore,
  type ConfigurationStoreDependencies,
} from './configuration/postgres-configuration.store.js';
export { PostgresLocks } from './locks/postgres-locks.js';
export { PartitionMaintenance, type MaintenanceReport } from './partitions/partition-maintenance.js';
export { PostgresStatusUpdateStore } from './status-updates/postgres-status-update.store.js';
export { PostgresWorkerRegistry } from './workers/postgres-worker-registry.js';
export { PostgresMissingStatusStore } from './operations/postgres-missing-status.store.js';
export { PostgresOperationalOutbox } from './operations/postgres-operational-outbox.js';
export { PostgresLiveStore } from './read/postgres-live.store.js';
export { PostgresSeriesStore } from './series/postgres-series.store.js';
export { PostgresSubscriptionHistory } from './read/postgres-subscription-history.js';
export { PostgresReadStore } from './read/postgres-read.store.js';
export { PostgresDeliveryInterventions } from './replays/postgres-delivery-interventions.js';
export { PostgresReplayStore } from './replays/postgres-replay.store.js';
