import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, unprivilegedIdentity } from '@patchbay/embedded';
import { recordServer, until } from '@patchbay/testing/services';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';
const SUPPORTED = /^1[5-7]$/;
const PASSWORD = 'invented-administrator-password';
const STARTS_WITHIN_MS = 60_000;

/** PostgreSQL server of a reader. */
export interface DebianPostgres {
  /** URL of the administrator. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of Debian that asks for passwords, without any role and database except the administrator's.
 * @param folder new folder for the data
 */
export async function startDebianPostgres(folder: string): Promise<DebianPostgres> {
  const version = readdirSync(DEBIAN).find(
    (name) => SUPPORTED.test(name) && existsSync(join(DEBIAN, name, 'bin/initdb')),
  );
  if (version === undefined)
    throw new Error(`No PostgreSQL 15 to 17 is installed in ${DEBIAN}: apt-get install postgresql`);
  const bin = join(DEBIAN, version, 'bin');
  const identity = await unprivilegedIdentity(); // PostgreSQL refuses to run as root.
  mkdirSync(folder);
  const password = join(folder, 'password');
  writeFileSync(password, PASSWORD);
  if (identity !== undefined) for (const path of [folder, password]) chownSync(path, identity.uid, identity.gid);
  const data = join(folder, 'data');
  const options = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--pwfile', password];
  await promisify(execFile)(join(bin, 'initdb'), options, { cwd: folder, ...identity });
  const port = await freePort();
  const settings = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
  const child = spawn(join(bin, 'postgres'), settings, { cwd: folder, detached: true, stdio: 'ignore', ...identity });
  const ended = once(child, 'exit');
  if (child.pid !== undefined) await recordServer(`docs-postgres-${String(port)}`, child.pid);
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${String(port)}/postgres`;
  await until(() => accepts(url), { what: 'PostgreSQL to accept connections', timeoutMs: STARTS_WITHIN_MS });
  return {
    url,
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
