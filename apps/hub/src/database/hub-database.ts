import { join } from 'node:path';
import { migrate, openDatabase, type ClockNotices, type Database } from '@patchbay/database';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import type { Logger } from 'pino';
import { withStartupErrors } from '../boot/startup-error.js';
import type { HubOptions } from '../context/hub-options.js';

/** Connections of this process to the database, which runs in this process in embedded mode. */
export class HubDatabase {
  readonly dataSource: Database['dataSource'];
  readonly pgPool: Database['pgPool'];
  readonly clock: Database['clock'];

  private constructor(
    readonly url: string,
    { dataSource, pgPool, clock }: Database,
    private readonly opened: (() => Promise<void>)[],
  ) {
    this.dataSource = dataSource;
    this.pgPool = pgPool;
    this.clock = clock;
  }

  /** Opens the database and migrates its schema. Starts the embedded database if DATABASE_URL is not set. */
  static async open({ environment, logger, dataDirectory }: HubOptions): Promise<HubDatabase> {
    const { databaseUrl } = environment;
    const opened: (() => Promise<void>)[] = [];
    try {
      const url = databaseUrl ?? (await startEmbedded(dataDirectory, logger, opened));
      const opening = open(url, logger);
      // No environment variable can fix an error of the embedded database, so such an error is not explained by a
      // variable.
      const database = await (databaseUrl === undefined ? opening : withStartupErrors('database', opening));
      opened.push(() => database.close());
      database.clock.start();
      return new HubDatabase(url, database, opened);
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
  }

  /** Closes the connections, then stops the database if it is embedded. May be called repeatedly. */
  close(): Promise<void> {
    return closeAll(this.opened);
  }
}

async function open(url: string, logger: Logger): Promise<Database> {
  await migrate(url, {
    onLockTimeout: () => logger.warn('a migration waited too long for a lock that another session holds, trying again'),
  });
  return openDatabase({
    url,
    onError: (error) => logger.warn({ err: error }, 'database connection failed'),
    clockNotices: clockNotices(logger),
  });
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
