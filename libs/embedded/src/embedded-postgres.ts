import { join } from 'node:path';
import { usableBinaries } from './binaries.js';
import { ensureCluster, DATABASE, SUPERUSER } from './cluster.js';
import { clusterIn, createDataFolder, resolveDataFolder } from './data-folder.js';
import { withFileLock } from './file-lock.js';
import { releaseLease, takeLease } from './leases.js';
import { installedPostgres } from './platform-package.js';
import { findRunning } from './running-server.js';
import { startServer, stopServer, type Cluster } from './postgres-process.js';

/** Where the data goes, and what may be chosen besides. */
export interface EmbeddedPostgresOptions {
  /** Folder for the data, made if missing. Several processes may name the same one and share its server. */
  readonly dataDir: string;
  /** Folder with the `bin` of a PostgreSQL; unset: the one from npm for this platform. */
  readonly installation?: string;
  /** The port of 127.0.0.1 to listen on where the server has to be started; unset: a free one. */
  readonly port?: number;
  /** Told, in a line, what a person should know. Unset: nobody is. */
  readonly notice?: (line: string) => void;
}

/** A PostgreSQL that runs and accepts connections. */
export interface EmbeddedPostgres {
  /** Connection string of the superuser `patchbay` for the database `patchbay`, with the password. */
  readonly url: string;
  /** The folder the cluster is in: below the one asked for, unless PostgreSQL's user could not reach that. */
  readonly dataDir: string;
  /** Number of the server's process. */
  readonly pid: number;
  readonly port: number;
  /** Stops the server cleanly, unless another hub still uses it. More than one call is fine. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a free port of 127.0.0.1, making its cluster at the first start (about a second).
 * A server that a killed hub left running on the same folder is used again. Works as root too, by running
 * PostgreSQL as `postgres` or `nobody`; changes no users and no rights outside of the folder.
 *
 * @throws EmbeddedPostgresError saying what to do, when there is no PostgreSQL for this platform or it
 * cannot be started
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
