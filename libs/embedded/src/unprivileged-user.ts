import { EmbeddedPostgresError, USE_OWN_DATABASE } from './embedded-postgres.error.js';
import type { Identity } from './identity.js';
import { runProgram } from './run-program.js';

/** Whether this process is root, as whom PostgreSQL refuses to run. False where there is no such thing. */
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
 * The user to run PostgreSQL as: undefined (ourselves) unless we are root; then the first of these users
 * that the system knows. None is ever created: that would change the machine.
 * @throws EmbeddedPostgresError when root finds none of them.
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

/** Whether a user may enter a folder, tried as that user: no guess from mode bits knows about ACLs and mounts. */
export async function canEnter(folder: string, identity: Identity | undefined): Promise<boolean> {
  if (identity === undefined) return true;
  const { code } = await runProgram('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { identity });
  return code === 0;
}
