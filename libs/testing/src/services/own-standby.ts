import { randomUUID } from 'node:crypto';
import { chown, copyFile, lstat, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import pg from 'pg';
import { ownPostgres, type OwnPostgres } from './own-postgres.js';
import { runFolder } from './run-folder.js';

/** Options of {@link ownStandby}. */
export interface OwnStandbyOptions {
  /**
   * Name of the standby, which `synchronous_standby_names` and `pg_stat_replication` of the primary use: `a-z0-9_`. By
   * default a random name.
   */
  readonly name?: string;
  /** Folder with the `bin` of the primary's PostgreSQL installation; by default the embedded PostgreSQL. */
  readonly installation?: string;
}

/** Folders of the cluster whose contents a base backup leaves out. */
const EMPTY_FOLDERS: ReadonlySet<string> = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_notify',
]);
/** Files of the cluster that belong to the running server. */
const LEFT_OUT: ReadonlySet<string> = new Set(['postmaster.pid', 'postmaster.opts', 'server.log']);

/**
 * Starts a streaming hot standby of a server, from a base backup that is taken while the primary runs. The standby reads
 * from a replication slot, so that the primary keeps the WAL that a stopped standby needs. To promote the standby, run
 * `SELECT pg_promote()` on it. To let it fall behind, run `SELECT pg_wal_replay_pause()`. The standby stops at the end of
 * the run if the test does not stop it.
 */
export async function ownStandby(primary: OwnPostgres, options: OwnStandbyOptions = {}): Promise<OwnPostgres> {
  const { name = `standby_${randomUUID().slice(0, 8)}`, installation } = options;
  const dataDir = join(runFolder(), `postgres-${name}-${randomUUID().slice(0, 8)}`);
  const cluster = join(dataDir, basename(primary.cluster));
  await mkdir(dataDir, { mode: 0o711 });
  await copyAs(join(dirname(primary.cluster), 'password'), join(dataDir, 'password'));
  await backUp(primary, cluster, name);
  return ownPostgres({ dataDir, ...(installation === undefined ? {} : { installation }) });
}

/** Copies the cluster of a running primary, and configures the copy as its standby. */
async function backUp(primary: OwnPostgres, target: string, name: string): Promise<void> {
  const { hostname, port, username, password } = new URL(primary.url);
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  try {
    await client.query('SELECT pg_create_physical_replication_slot($1, true)', [name]);
    await client.query('SELECT pg_backup_start($1, true)', [name]);
    await copyCluster(primary.cluster, target);
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await writeAs(primary.cluster, join(target, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  const connection = `host=${hostname} port=${port} user=${username} password=${password} application_name=${name}`;
  const settings = [`primary_conninfo = '${connection}'`, `primary_slot_name = '${name}'`, ''].join('\n');
  await writeAs(primary.cluster, join(target, 'postgresql.auto.conf'), settings);
  await writeAs(primary.cluster, join(target, 'standby.signal'), '');
}

async function copyCluster(source: string, target: string): Promise<void> {
  await makeFolderAs(source, target);
  for (const entry of await readdir(source, { withFileTypes: true, recursive: true })) {
    const path = relative(source, join(entry.parentPath, entry.name));
    const [top = ''] = path.split(/[/\\]/);
    if (LEFT_OUT.has(path) || (path !== top && EMPTY_FOLDERS.has(top))) continue;
    if (entry.isDirectory()) await makeFolderAs(join(source, path), join(target, path));
    else await copyAs(join(source, path), join(target, path));
  }
}

async function makeFolderAs(source: string, target: string): Promise<void> {
  const { mode, uid, gid } = await stat(source);
  await mkdir(target, { mode });
  await chown(target, uid, gid);
}

/** Copies a file with its owner. The server may remove files during the copy. Its WAL removes them from the copy, too. */
async function copyAs(source: string, target: string): Promise<void> {
  const found = await lstat(source).catch(() => undefined);
  if (found === undefined) return;
  await copyFile(source, target);
  await chown(target, found.uid, found.gid);
}

/** Writes a file with the owner of the primary's cluster. */
async function writeAs(primaryCluster: string, target: string, text: string): Promise<void> {
  const { uid, gid } = await stat(primaryCluster);
  await writeFile(target, text, { mode: 0o600 });
  await chown(target, uid, gid);
}
