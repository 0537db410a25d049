import { join } from 'node:path';
import { usableBinaries } from './binaries.js';
import { ensureCluster, DATABASE, SUPERUSER } from './cluster.js';
import { clusterIn, createDataFolder, resolveDataFolder } from './data-folder.js';
import { withFileLock } from './file-lock.js';
import { releaseLease, takeLease } from './leases.js';
import { installedPostgres } from './platform-package.js';
import { findRunning } from './running-server.js';
import { startServer, stopServer, type Cluster } from './postgres-process.js';

/** Data folder and settings of the embedded PostgreSQL. */
export interface EmbeddedPostgresOptions {
  /**
   * Folder for the data, created if it does not exist. Several processes may use the same folder and share its server.
   */
  readonly dataDir: string;
  /**
   * Folder with the `bin` of a PostgreSQL installation. If undefined, the package from npm for this platform is used.
   */
  readonly installation?: string;
  /** Port on 127.0.0.1 for a server that has to be started. If undefined, a free port is used. */
  readonly port?: number;
  /** Called with each line for the operator. If undefined, the lines are dropped. */
  readonly notice?: (line: string) => void;
}

/** Running PostgreSQL that accepts connections. */
export interface EmbeddedPostgres {
  /** Connection string of the superuser `patchbay` for the database `patchbay`, with the password. */
  readonly url: string;
  /** Directory of the cluster. It is below the requested folder, unless PostgreSQL's user cannot reach that folder. */
  readonly dataDir: string;
  /** Process id of the server. */
  readonly pid: number;
  readonly port: number;
  /** Stops the server cleanly, unless another hub still uses it. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a free port of 127.0.0.1. The first start creates the cluster, which takes about a second. If a
 * killed hub left a server running on the same folder, that server is reused. If the hub runs as root, PostgreSQL runs
 * as `postgres` or `nobody`. Changes no users, and no permissions outside the folder.
 *
 * @throws EmbeddedPostgresError with a hint if this platform has no PostgreSQL or the server cannot be started
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const native = options.installation ?? installedPostgres();
  const requested = await createDataFolder(options.dataDir);
  const lock = join(requested, 'lock');
  return withFileLock(lock, async () => {
    const folder = await resolveDataFolder(requested, options.notice ?? (() => undefined));
    const binaries = await usableBinaries(native, folder.identity);
    const password = await ensureCluster(binaries, folder);
    const cluster: Cluster = { path: clusterIn(folder.home), binaries, identity: folder.identity };
    const leases = join(requested, 'users');
    const lease = await takeLease(leases);
    try {
      const running =
        (await findRunning(cluster.path, binaries, folder.identity)) ?? (await startServer(cluster, options.port));
      let stopped: Promise<void> | undefined;
      return {
        url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${running.port}/${DATABASE}`,
        dataDir: cluster.path,
        pid: running.pid,
        port: running.port,
        stop: () =>
          (stopped ??= withFileLock(lock, async () => {
            if (!(await releaseLease(leases, lease))) await stopServer(cluster);
          })),
      };
    } catch (error) {
      await releaseLease(leases, lease);
      throw error;
    }
  });
}
