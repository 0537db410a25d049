import { EmbeddedPostgresError, USE_OWN_DATABASE } from './embedded-postgres.error.js';
import type { Identity } from './identity.js';
import { runProgram } from './run-program.js';

/**
 * Returns true if this process runs as root. PostgreSQL refuses to run as root. Always false on systems without uids.
 */
export const isRoot = (): boolean => process.getuid?.() === 0;

async function idOf(option: '-u' | '-g', name: string): Promise<number | undefined> {
  const { code, output } = await runProgram('id', [option, name]);
  const id = Number.parseInt(output.trim(), 10);
  return code === 0 && Number.isInteger(id) && id > 0 ? id : undefined;
}

async function lookUp(name: string): Promise<Identity | undefined> {
  const uid = await idOf('-u', name);
  const gid = await idOf('-g', name);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/**
 * Returns the user that PostgreSQL runs as. Undefined (the current user) unless this process runs as root. For root,
 * returns the first user of the list that exists. Never creates a user, because that would change the machine.
 * @throws EmbeddedPostgresError if this process runs as root and no user of the list exists
 */
export async function unprivilegedIdentity(
  names: readonly string[] = ['postgres', 'nobody'],
): Promise<Identity | undefined> {
  if (!isRoot()) return undefined;
  for (const name of names) {
    const identity = await lookUp(name);
    if (identity !== undefined) return identity;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the system has no user ${names.join(' or ')} to run it as. ` +
      `Start the hub as a normal user. ${USE_OWN_DATABASE}`,
  );
}

/**
 * Returns true if a user may enter a folder. Tries to enter the folder as this user, because mode bits do not show ACLs
 * and mount options.
 */
export async function canEnter(folder: string, identity: Identity | undefined): Promise<boolean> {
  if (identity === undefined) return true;
  const { code } = await runProgram('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { identity });
  return code === 0;
}
