import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import { killProcess } from './kill-process.js';
import { recordServer, runFolder } from './run-folder.js';

/** A PostgreSQL server of the test's own, for what happens when the database goes away. */
export interface OwnPostgres {
  /** The same for all its life. */
  readonly url: string;
  /** Of the server's first process; another one after a {@link restart}. */
  readonly pid: number;
  /** Ends its first process at once, upon which the others end, and returns when that one is gone. */
  kill(): Promise<void>;
  /** Starts it where it does not run, on the same data and at the same URL, and returns when it takes connections. */
  restart(): Promise<void>;
}

/** Where {@link ownPostgres} keeps its data. */
export interface OwnPostgresOptions {
  /** Made if missing; unset: in the folder of the run, and gone with it. */
  readonly dataDir?: string;
}

/** Starts an embedded PostgreSQL that no other test uses. It ends with the run if the test does not end it. */
export async function ownPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const name = `postgres-${randomUUID().slice(0, 8)}`;
  const dataDir = options.dataDir ?? join(runFolder(), name);
  const start = async (port?: number) => {
    const started = await startEmbeddedPostgres({ dataDir, ...(port === undefined ? {} : { port }) });
    await recordServer(name, started.pid);
    return started;
  };
  let server = await start();
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    kill: () => killProcess(server.pid),
    restart: async () => {
      server = await start(server.port);
    },
  };
}
