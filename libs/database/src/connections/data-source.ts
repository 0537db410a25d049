import 'reflect-metadata';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../entities/entities.js';
import { CONTRACTING_MIGRATIONS } from '../migrations/contracting/index.js';
import { InitialSchema1795500000000 } from '../migrations/1795500000000-initial-schema.js';
import { BrandAppliedBy1795610000000 } from '../migrations/1795610000000-brand-applied-by.js';
import { BrandLookups1795600000000 } from '../migrations/1795600000000-brand-lookups.js';
import { Leases1796810000000 } from '../migrations/1796810000000-leases.js';
import { Locks1795700000000 } from '../migrations/1795700000000-locks.js';
import { Ordering1795710000000 } from '../migrations/1795710000000-ordering.js';
import { WorkersAndGates1795720000000 } from '../migrations/1795720000000-workers-and-gates.js';
import { PendingDeliveries1795730000000 } from '../migrations/1795730000000-pending-deliveries.js';
import { EarlyNews1795740000000 } from '../migrations/1795740000000-early-news.js';
import { KeysAndAudit1795800000000 } from '../migrations/1795800000000-keys-and-audit.js';
import { Replays1795820000000 } from '../migrations/1795820000000-replays.js';
import { PausedBy1795830000000 } from '../migrations/1795830000000-paused-by.js';
import { MessagingFlows1795840000000 } from '../migrations/1795840000000-messaging-flows.js';
import { OperationalEvents1795841300000 } from '../migrations/1795841300000-operational-events.js';
import { Forgetting1795850000000 } from '../migrations/1795850000000-forgetting.js';
import { AttemptRequests1795860000000 } from '../migrations/1795860000000-attempt-requests.js';
import { FewerIndexEntries1795870000000 } from '../migrations/1795870000000-fewer-index-entries.js';
import { ClaimsInPlace1795880000000 } from '../migrations/1795880000000-claims-in-place.js';
import { SourceLimits1795920000001 } from '../migrations/1795920000001-source-limits.js';
import { UnconfirmedBrands1795930000000 } from '../migrations/1795930000000-unconfirmed-brands.js';
import { CallbackRotation1795950000000 } from '../migrations/1795950000000-callback-rotation.js';
import { PlainNames1796000000000 } from '../migrations/1796000000000-plain-names.js';
import { Sessions1796100000000 } from '../migrations/1796100000000-sessions.js';
import { VendorCodeIndex1796111000000 } from '../migrations/1796111000000-vendor-code-index.js';
import { DedupeKeyRanges1796112000000 } from '../migrations/1796112000000-dedupe-key-ranges.js';
import { Operations1796121000000 } from '../migrations/1796121000000-operations.js';
import { VendorCodes1796120000000 } from '../migrations/1796120000000-vendor-codes.js';
import { Suppressions1796200000000 } from '../migrations/1796200000000-suppressions.js';
import { CustomerKeys1796300000000 } from '../migrations/1796300000000-customer-keys.js';
import { DestinationMessaging1796500000000 } from '../migrations/1796500000000-destination-messaging.js';
import { LookupPauses1796500000001 } from '../migrations/1796500000001-lookup-pauses.js';
import { ReplaySucceeded1796600000000 } from '../migrations/1796600000000-replay-succeeded.js';
import { UndeliveredDeliveries1796600000001 } from '../migrations/1796600000001-undelivered-deliveries.js';
import { StatusChecks1796600000002 } from '../migrations/1796600000002-status-checks.js';
import { SuppressionTimes1796700000000 } from '../migrations/1796700000000-suppression-times.js';
import { BrandRevisions1796800000000 } from '../migrations/1796800000000-brand-revisions.js';
import { DeletedSourcesIndex1796800000001 } from '../migrations/1796800000001-deleted-sources-index.js';
import { HeldByLookup1796710000000 } from '../migrations/1796710000000-held-by-lookup.js';
import { DestinationStates1796820000000 } from '../migrations/1796820000000-destination-states.js';
import { FirstAttempts1796840000000 } from '../migrations/1796840000000-first-attempts.js';
import { DirectAttempts1796850000000 } from '../migrations/1796850000000-direct-attempts.js';
import { MoreChannels1796870000000 } from '../migrations/1796870000000-more-channels.js';
import { SettingsVersion1796870000001 } from '../migrations/1796870000001-settings-version.js';
import { InMemoryDeliveries1796890000002 } from '../migrations/1796890000002-in-memory-deliveries.js';
import { FirstCustomers1796890000001 } from '../migrations/1796890000001-first-customers.js';
import { Batches1796880000000 } from '../migrations/1796880000000-batches.js';
import { KeysWithoutEventIndex1796890000000 } from '../migrations/1796890000000-keys-without-event-index.js';
import { Routes1796400000000 } from '../migrations/1796400000000-routes.js';
import { OAuth1796900000000 } from '../migrations/1796900000000-oauth.js';
import { FilePlaces1796960000001 } from '../migrations/1796960000001-file-places.js';
import { PlaceOrigins1796960000002 } from '../migrations/1796960000002-place-origins.js';
import { MessageOutbox1796970000000 } from '../migrations/1796970000000-message-outbox.js';
import { Imports1796960000000 } from '../migrations/1796960000000-imports.js';
import { Series1796130000000 } from '../migrations/1796130000000-series.js';
import { CapillaryLogChecks1797000000000 } from '../migrations/1797000000000-capillary-log-checks.js';
import { Traces1797000000500 } from '../migrations/1797000000500-traces.js';
import { CapillaryDays1796990000000 } from '../migrations/1796990000000-capillary-days.js';
import { People1797000000600 } from '../migrations/1797000000600-people.js';
import { PersonSessions1797000000601 } from '../migrations/1797000000601-person-sessions.js';
import { RemovedPeople1797000001000 } from '../migrations/1797000001000-removed-people.js';
import { CapillaryRegistrations1796950000000 } from '../migrations/1796950000000-capillary-registrations.js';
import { SchemaCompatibility1797000000400 } from '../migrations/1797000000400-schema-compatibility.js';
import { watchForFailover } from './failover-watch.js';

/** Migrations that a data source runs: all, all except the contracting ones, or the ones with these names. */
export type MigrationSet = 'all' | 'expanding' | readonly string[];

/** Address and limits of TypeORM's connections. */
export interface DataSourceOptions {
  /** Address of PostgreSQL itself. A connection pooler would refuse or drop the settings of the connections. */
  readonly url: string;
  /** Maximum number of connections in the pool; default 4. */
  readonly max?: number;
  /** Longest time that a statement may take, in milliseconds; default one minute, 0 for no limit. */
  readonly statementTimeoutMs?: number;
  /** Longest time that a statement waits for a lock, in milliseconds; by default as long as the statement may take. */
  readonly lockTimeoutMs?: number;
  /** Migrations that the data source knows; default all. */
  readonly migrations?: MigrationSet;
  /** Called for every connection that broke. */
  readonly onError: (error: Error) => void;
}

const UNREACHABLE_GRACE_MS = 5_000;
/** Time after which an unused connection is closed, in milliseconds. */
const IDLE_TIMEOUT_MS = 10_000;
/**
 * Time in milliseconds after which the server ends an idle transaction, so that a stopped process does not keep its
 * locks.
 */
const IDLE_IN_TRANSACTION_MS = 30_000;

/**
 * Options of TypeORM's connections. Sorting is off, so that lists use the order of their index. With sorting,
 * PostgreSQL would read and sort all matching rows whenever it expects few rows, as it always does for a filter without
 * statistics. JIT is off, because compiling a plan costs more time than it saves. Warnings are on, because PostgreSQL
 * reports a commit that was not replicated by a warning.
 */
const OPTIONS = '-c enable_sort=off -c jit=off -c client_min_messages=warning';

/** Creates TypeORM's connections, which serve everything except the hot paths. The caller must initialise them. */
export function createDataSource({
  url,
  max = 4,
  statementTimeoutMs = 60_000,
  lockTimeoutMs = 0,
  migrations = 'all',
  onError,
}: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'patchbay',
    poolErrorHandler: onError,
    // Other loggers write to standard output, among the log lines of the hub. The logger `debug` writes only if
    // DEBUG=typeorm:* is set.
    logger: 'debug',
    entities: [...ENTITIES],
    migrations: [
      InitialSchema1795500000000,
      BrandLookups1795600000000,
      BrandAppliedBy1795610000000,
      Locks1795700000000,
      Ordering1795710000000,
      WorkersAndGates1795720000000,
      PendingDeliveries1795730000000,
      EarlyNews1795740000000,
      KeysAndAudit1795800000000,
      Replays1795820000000,
      PausedBy1795830000000,
      MessagingFlows1795840000000,
      OperationalEvents1795841300000,
      Forgetting1795850000000,
      AttemptRequests1795860000000,
      FewerIndexEntries1795870000000,
      ClaimsInPlace1795880000000,
      SourceLimits1795920000001,
      UnconfirmedBrands1795930000000,
      CallbackRotation1795950000000,
      PlainNames1796000000000,
      Sessions1796100000000,
      VendorCodeIndex1796111000000,
      DedupeKeyRanges1796112000000,
      VendorCodes1796120000000,
      Operations1796121000000,
      Series1796130000000,
      Suppressions1796200000000,
      CustomerKeys1796300000000,
      Routes1796400000000,
      DestinationMessaging1796500000000,
      LookupPauses1796500000001,
      ReplaySucceeded1796600000000,
      UndeliveredDeliveries1796600000001,
      StatusChecks1796600000002,
      SuppressionTimes1796700000000,
      HeldByLookup1796710000000,
      BrandRevisions1796800000000,
      DeletedSourcesIndex1796800000001,
      Leases1796810000000,
      DestinationStates1796820000000,
      FirstAttempts1796840000000,
      DirectAttempts1796850000000,
      MoreChannels1796870000000,
      SettingsVersion1796870000001,
      Batches1796880000000,
      KeysWithoutEventIndex1796890000000,
      FirstCustomers1796890000001,
      InMemoryDeliveries1796890000002,
      OAuth1796900000000,
      CapillaryRegistrations1796950000000,
      Imports1796960000000,
      FilePlaces1796960000001,
      PlaceOrigins1796960000002,
      MessageOutbox1796970000000,
      CapillaryDays1796990000000,
      CapillaryLogChecks1797000000000,
      Traces1797000000500,
      SchemaCompatibility1797000000400,
      People1797000000600,
      PersonSessions1797000000601,
      RemovedPeople1797000001000,
      ...(migrations === 'expanding' ? [] : CONTRACTING_MIGRATIONS),
    ].filter(({ name }) => typeof migrations === 'string' || migrations.includes(name)),
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    extra: {
      max,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      keepAlive: true,
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: Math.min(statementTimeoutMs, IDLE_IN_TRANSACTION_MS),
      // The server ends slow statements. The limit on the client's side applies if the server is unreachable.
      query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + UNREACHABLE_GRACE_MS,
      options: OPTIONS,
      // TypeORM adds its error handler shortly after it gets the connection. Without the handler below, a connection
      // that breaks earlier would end the process.
      onConnect: (client: Client) => {
        client.on('error', () => undefined);
        watchForFailover(client);
      },
    },
  });
}
