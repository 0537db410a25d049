import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import { killProcess } from './kill-process.js';
import { recordServer, runFolder } from './run-folder.js';

/** PostgreSQL server of one test, for tests that make the database unavailable. */
export interface OwnPostgres {
  /** URL of the server; a restart does not change the URL. */
  readonly url: string;
  /** Directory of the cluster. */
  readonly cluster: string;
  /** Process id of the server's main process; a {@link restart} changes the id. */
  readonly pid: number;
  /** Kills the main process, whose end also ends the server's other processes, and waits for its end. */
  kill(): Promise<void>;
  /** Starts the server if it is stopped, with the same data and URL, and waits until it accepts connections. */
  restart(): Promise<void>;
}

/** Options of {@link ownPostgres}. */
export interface OwnPostgresOptions {
  /**
   * Data folder, created if missing. If no folder is given, the server uses a folder that is removed at the end of the
   * run.
   */
  readonly dataDir?: string;
  /** Folder with the `bin` of a PostgreSQL installation; by default the embedded PostgreSQL. */
  readonly installation?: string;
}

/** Starts an embedded PostgreSQL for one test. The server stops at the end of the run if the test does not stop it. */
export async function ownPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const name = `postgres-${randomUUID().slice(0, 8)}`;
  const dataDir = options.dataDir ?? join(runFolder(), name);
  const installation = options.installation === undefined ? {} : { installation: options.installation };
  const start = async (port?: number) => {
    const started = await startEmbeddedPostgres({ dataDir, ...installation, ...(port === undefined ? {} : { port }) });
    await recordServer(name, started.pid);
    return started;
  };
  let server = await start();
  return {
    url: server.url,
    cluster: server.dataDir,
    get pid() {
      return server.pid;
    },
    kill: () => killProcess(server.pid),
    restart: async () => {
      server = await start(server.port);
    },
  };
}
