export { PostgresAuditLog } from './audit/postgres-audit.log.js';
export { DatabaseClock, type ClockNotices, type ClockSample } from './clock/database-clock.js';
export { openDatabase, type Database, type OpenDatabaseOptions } from './connections/database.js';
export { createDataSource, type DataSourceOptions } from './connections/data-source.js';
export { PgPool, type PgPoolOptions } from './query/pg-pool.js';
export { readConnectionUsage, type ConnectionUsage } from './connections/connection-usage.js';
export { readDatabaseFacts, type DatabaseFacts } from './connections/database-facts.js';
export { readHotConnection, type HotConnection } from './connections/hot-connection.js';
export { hotRoleStatements } from './connections/hot-settings.js';
export { contractSchema, readSchemaState, type SchemaState } from './connections/contract-schema.js';
export { migrate } from './connections/migrate.js';
export { missingMigrations } from './connections/missing-migrations.js';
export {
  incompatibility,
  readSchemaCompatibility,
  refuseIncompatible,
  SCHEMA_NUMBER,
} from './connections/schema-compatibility.js';
export { probeDatabase } from './connections/probe-database.js';
export { isConflict, isDatabaseUnavailable, isLockTimeout } from './query/sql-error.js';
export { OwnClaims } from './deliveries/open-claims.js';
export { PostgresDeliveryStore } from './deliveries/postgres-delivery.store.js';
export { PostgresSourceCountStore } from './events/postgres-source-count.store.js';
export { PostgresEventStore } from './events/postgres-event.store.js';
export { PostgresDestinationPauseStore } from './destinations/postgres-destination-pause.store.js';
export { PostgresLookupPauseStore } from './lookups/postgres-lookup-pause.store.js';
export { PostgresSuppressionStore } from './suppressions/postgres-suppression.store.js';
export { PostgresErasureStore } from './erasure/postgres-erasure.store.js';
export { PostgresMessagingStore } from './messaging/postgres-messaging.store.js';
export { PostgresKeyStore } from './keys/postgres-key.store.js';
export { PostgresOAuthStore } from './oauth/postgres-oauth.store.js';
export { PostgresPersonStore } from './people/postgres-person.store.js';
export { PostgresSessionStore } from './sessions/postgres-session.store.js';
export { PostgresWrappedKeyStore } from './keys/postgres-wrapped-key.store.js';
export { ChangeNotices } from './configuration/change-notices.js';
export {
  PostgresConfigurationStore,
  type ConfigurationStoreDependencies,
} from './configuration/postgres-configuration.store.js';
export { PostgresLocks } from './locks/postgres-locks.js';
export { StandingLease } from './locks/standing-lease.js';
export { PartitionMaintenance, type MaintenanceReport } from './partitions/partition-maintenance.js';
export { PostgresStatusUpdateStore } from './status-updates/postgres-status-update.store.js';
export { PostgresWorkerRegistry } from './workers/postgres-worker-registry.js';
export { PostgresMissingStatusStore } from './operations/postgres-missing-status.store.js';
export { PostgresRegistrationStore } from './capillary/postgres-registration.store.js';
export { PostgresLogCheckStore } from './capillary/postgres-log-check.store.js';
export { PostgresReconciliationStore } from './capillary/postgres-reconciliation.store.js';
export { PostgresOperationalOutbox } from './operations/postgres-operational-outbox.js';
export { PostgresLiveStore } from './read/postgres-live.store.js';
export { PostgresSeriesStore } from './series/postgres-series.store.js';
export { PostgresSubscriptionHistory } from './read/postgres-subscription-history.js';
export { ListReads, type ListRead, type ReadOutcome } from './replica/list-reads.js';
export { Replica, type ReplicaOptions } from './replica/replica.js';
export type { ReplicaStatus } from './replica/replica-status.js';
export { PostgresReadStore } from './read/postgres-read.store.js';
export { PostgresDeliveryInterventions } from './replays/postgres-delivery-interventions.js';
export { PostgresImportStore } from './imports/postgres-import.store.js';
export { PostgresReplayStore } from './replays/postgres-replay.store.js';
export { DataTransferError } from './transfer/data-transfer.error.js';
export type { DataManifest, ExportedRelation } from './transfer/data-manifest.js';
export { exportData, type ExportOptions } from './transfer/export-data.js';
export { importData, type ImportOptions } from './transfer/import-data.js';
export { checkCopy, type CopyCheckOptions, type CopyFinding } from './copy-check/check-copy.js';
