import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { clusterIn, type DataFolder } from './data-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import type { Identity } from './identity.js';
import { runProgram } from './run-program.js';

/** Superuser and database of a new cluster. */
export const SUPERUSER = 'patchbay';
export const DATABASE = 'patchbay';

const WORKSPACE = 'new-';
const passwordFileIn = (home: string): string => join(home, 'password');

/**
 * Locale options of initdb: Linux has the locale C.UTF-8. On other systems, the options select PostgreSQL's built-in
 * locale C.UTF-8, which also sorts by code point.
 */
const LOCALE =
  process.platform === 'linux'
    ? ['--locale=C.UTF-8']
    : ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

async function initialise(binaries: Binaries, data: string, pwfile: string, identity: Identity | undefined) {
  const { code, output } = await runProgram(
    binaries.initdb,
    ['-D', data, '-U', SUPERUSER, `--pwfile=${pwfile}`, '--auth=scram-sha-256', '--encoding=UTF8', ...LOCALE],
    { identity },
  );
  if (code !== 0) throw new EmbeddedPostgresError(`initdb could not create the embedded database: ${output.trim()}`);
  // The npm package contains no psql. The single-user mode of the server needs no client, port or password.
  const made = await runProgram(binaries.postgres, ['--single', '-D', data, 'postgres'], {
    identity,
    input: `CREATE DATABASE ${DATABASE};\n`,
  });
  if (made.code !== 0 || /(ERROR|FATAL|PANIC):/.test(made.output)) {
    throw new EmbeddedPostgresError(`The database ${DATABASE} could not be created: ${made.output.trim()}`);
  }
}

async function create(binaries: Binaries, { home, identity }: DataFolder): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(WORKSPACE)) await rm(join(home, name), { recursive: true, force: true });
  }
  const workspace = await mkdtemp(join(home, WORKSPACE));
  const password = randomBytes(24).toString('base64url');
  const pwfile = join(workspace, 'password');
  await writeFile(pwfile, password, { flag: 'wx', mode: 0o600 });
  if (identity !== undefined) {
    await chown(pwfile, identity.uid, identity.gid);
    await chown(workspace, identity.uid, identity.gid);
  }
  const data = join(workspace, 'data');
  await initialise(binaries, data, pwfile, identity);
  // The cluster is created in a temporary directory and moved at the end, so that a crash leaves no partial cluster.
  await rm(passwordFileIn(home), { force: true });
  await writeFile(passwordFileIn(home), password, { flag: 'wx', mode: 0o600 });
  await rename(data, clusterIn(home));
  await rm(workspace, { recursive: true, force: true });
}

async function majorOf(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Creates the cluster if it does not exist: scram passwords only, UTF-8, sorted by code point, with the superuser and
 * the database `patchbay`. Must be called under the lock of the data folder.
 * @returns the superuser's password, stored in a file of mode 0600 beside the cluster
 */
export async function ensureCluster(binaries: Binaries, folder: DataFolder): Promise<string> {
  const cluster = clusterIn(folder.home);
  const found = await majorOf(cluster);
  if (found === undefined) {
    await create(binaries, folder);
  } else {
    const { output } = await runProgram(binaries.postgres, ['--version'], { identity: folder.identity });
    const ours = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
    if (ours !== found) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${cluster} was created by PostgreSQL ${found}, but this is ${ours ?? 'another version'}. ` +
          'Migrate its data with pg_dump of the old version, or delete the folder to start with an empty database.',
      );
    }
  }
  try {
    return (await readFile(passwordFileIn(folder.home), 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The password of the embedded database cannot be read from ${passwordFileIn(folder.home)}. ` +
        `Restore the file, or delete ${folder.home} to start with an empty database.`,
      { cause },
    );
  }
}
