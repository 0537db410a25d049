import { join } from 'node:path';
import { ConfigurationError, type Actor } from '@patchbay/core';
import {
  contractSchema,
  incompatibility,
  migrate,
  missingMigrations,
  openDatabase,
  readConnectionUsage,
  readDatabaseFacts,
  readHotConnection,
  readSchemaCompatibility,
  readSchemaState,
  refuseIncompatible,
  Replica,
  SCHEMA_NUMBER,
  type ClockNotices,
  type ConnectionUsage,
  type Database,
  type ReplicaStatus,
  type SchemaState,
  type DatabaseFacts,
} from '@patchbay/database';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import type { Logger } from 'pino';
import { withStartupErrors } from '../boot/startup-error.js';
import type { HubOptions } from '../context/hub-options.js';
import { connectionBudget, type ConnectionBudget } from './connection-budget.js';
import { findAddresses, type DatabaseAddresses } from './database-addresses.js';
import { hotConnectionProblem } from './hot-connection-problem.js';

/** Connections of this process to the database, which runs in this process in embedded mode. */
export class HubDatabase {
  readonly dataSource: Database['dataSource'];
  readonly pgPool: Database['pgPool'];
  readonly clock: Database['clock'];

  private constructor(
    /** Address of PostgreSQL itself, without a connection pooler. */
    readonly url: string,
    { dataSource, pgPool, clock }: Database,
    readonly budget: ConnectionBudget,
    /** Read replica for lists. Null if none is configured, and in a worker. */
    readonly replica: Replica | null,
    private readonly opened: (() => Promise<void>)[],
  ) {
    this.dataSource = dataSource;
    this.pgPool = pgPool;
    this.clock = clock;
  }

  /** Opens the database and migrates its schema. Starts the embedded database if DATABASE_URL is not set. */
  static async open(options: HubOptions): Promise<HubDatabase> {
    const { environment, logger, dataDirectory } = options;
    const { databaseUrl } = environment;
    const opened: (() => Promise<void>)[] = [];
    try {
      const addresses =
        databaseUrl === undefined
          ? embeddedAddresses(await startEmbedded(dataDirectory, logger, opened))
          : await findAddresses(databaseUrl, environment);
      const opening = open(addresses, options);
      // No environment variable can fix an error of the embedded database, so such an error is not explained by a
      // variable.
      const database = await (databaseUrl === undefined
        ? opening
        : withStartupErrors('database', opening, addresses.variable));
      opened.push(() => database.close());
      await checkHotConnection(database, addresses.isPooled);
      database.clock.start();
      const replica = startReplica(database, options);
      if (replica !== null) opened.push(() => replica.close());
      const budget = connectionBudget(environment, addresses.isPooled);
      const hub = new HubDatabase(addresses.url, database, budget, replica, opened);
      hub.logBudget(await hub.connectionUsage(), addresses.isPooled, logger);
      return hub;
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
  }

  /** Reads how many connections the PostgreSQL server has and allows. */
  connectionUsage(): Promise<ConnectionUsage> {
    return readConnectionUsage(this.dataSource);
  }

  /** Reads the version of PostgreSQL and the number of live workers. */
  facts(): Promise<DatabaseFacts> {
    return readDatabaseFacts(this.dataSource);
  }

  /**
   * Returns the names of the migrations that this process needs and the database lacks. Uses a connection of the hot
   * paths, so that slow lists do not delay it.
   */
  missingMigrations(): Promise<readonly string[]> {
    return missingMigrations(this.dataSource, this.pgPool);
  }

  /**
   * Describes why this process cannot use the schema, such as after a newer version contracted it. Null if it can. Uses a
   * connection of the hot paths.
   */
  async incompatibility(): Promise<string | null> {
    const compatibility = await readSchemaCompatibility((text) => this.pgPool.query({ text, values: [] }));
    return incompatibility(compatibility, SCHEMA_NUMBER);
  }

  /** @throws ConfigurationError if this process cannot use the schema */
  async refuseIncompatible(): Promise<void> {
    refuseIncompatible(await readSchemaCompatibility((text) => this.dataSource.query(text)), SCHEMA_NUMBER);
  }

  /** Reads the state of the schema, and the processes of older versions. */
  schemaState(): Promise<SchemaState> {
    return readSchemaState(this.dataSource);
  }

  /** Removes from the schema what only older versions need, unless one of them is running. */
  contract(actor: Actor): Promise<SchemaState> {
    return contractSchema(this.url, actor);
  }

  /** Closes the connections, then stops the database if it is embedded. May be called repeatedly. */
  close(): Promise<void> {
    return closeAll(this.opened);
  }

  private logBudget({ used, available }: ConnectionUsage, isPooled: boolean, logger: Logger): void {
    const fields = { maxConnections: this.budget, isPooled, serverConnections: { used, available } };
    if (used + this.budget.direct <= available) logger.info(fields, 'database opened');
    else
      logger.warn(
        fields,
        'database opened, but PostgreSQL may run out of connections: lower PATCHBAY_DB_HOT and PATCHBAY_DB_GENERAL, ' +
          'raise max_connections, or use PgBouncer',
      );
  }
}

function embeddedAddresses(url: string): DatabaseAddresses {
  return { url, variable: 'DATABASE_URL', hotUrl: url, isPooled: false };
}

async function open(
  { url, hotUrl, isPooled }: DatabaseAddresses,
  { environment, logger }: HubOptions,
): Promise<Database> {
  await migrate(url, {
    onLockTimeout: () => logger.warn('a migration waited too long for a lock that another session holds, trying again'),
    onLockHeld: (holder) => logger.warn({ holder }, 'another session held the lock for migrations, still waiting'),
  });
  return openDatabase({
    url,
    hotUrl,
    isPooled,
    pools: environment.databasePools,
    onError: (error) => logger.warn({ err: error }, 'database connection failed'),
    clockNotices: clockNotices(logger),
  });
}

/** Starts to measure the read replica. The hub starts even if the replica is unavailable. */
function startReplica({ pgPool }: Database, { environment, logger }: HubOptions): Replica | null {
  const { databaseReplica, databasePools, role } = environment;
  if (databaseReplica === undefined || role === 'worker') return null;
  const replica = new Replica({
    ...databaseReplica,
    primary: pgPool,
    max: databasePools.general,
    onChange: (status, error) => logReplica(status, error, logger),
  });
  replica.start();
  return replica;
}

function logReplica({ state, lagMs, reason }: ReplicaStatus, error: unknown, logger: Logger): void {
  if (state === 'in_use') logger.info({ lagMs: Math.round(lagMs) }, 'lists are read from the replica');
  else logger.warn({ state, reason, err: error }, 'lists are read from the primary, replica cannot be used');
}

/** @throws ConfigurationError if the settings of the hot paths did not take effect on a new connection */
async function checkHotConnection({ pgPool }: Database, isPooled: boolean): Promise<void> {
  const message = hotConnectionProblem(await readHotConnection(pgPool), isPooled);
  if (message !== null) throw new ConfigurationError([{ field: 'DATABASE_URL', message }]);
}

async function startEmbedded(dataDirectory: string, logger: Logger, opened: (() => Promise<void>)[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(dataDirectory, 'postgres'),
    notice: (line) => logger.info(line),
  });
  opened.push(() => postgres.stop());
  return postgres.url;
}

/** Calls the close functions in reverse order. Empties the list, so that no function is called twice. */
async function closeAll(opened: (() => Promise<void>)[]): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

/** Logs clock changes that an operator should know about. */
function clockNotices(logger: Logger): ClockNotices {
  return {
    offsetChanged: (offsetMs) =>
      logger.warn(
        { offsetMs },
        'host clock differs from the PostgreSQL clock, which the hub uses: synchronise both by NTP',
      ),
    stepped: (stepMs) =>
      logger.warn(
        { stepMs },
        'PostgreSQL clock jumped against monotonic time, because it was set or this host was suspended',
      ),
  };
}
