import { join } from 'node:path';
import { EmbeddedPostgresError, USE_OWN_DATABASE } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import type { Identity } from './identity.js';
import { copyForUnprivilegedUser } from './private-copy.js';
import { runProgram } from './run-program.js';
import { hydrateSymlinks } from './symlinks.js';

/** The programs of one PostgreSQL, as full paths. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(native, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

/** Why the programs do not run for this user; undefined when they do. */
async function executionProblem(binaries: Binaries, identity: Identity | undefined): Promise<string | undefined> {
  for (const program of [binaries.postgres, binaries.initdb, binaries.pgCtl]) {
    try {
      const { code, output } = await runProgram(program, ['--version'], { identity, timeoutMs: 20_000 });
      if (code !== 0) return output.trim() || `${program} ended with ${String(code)}`;
    } catch (error) {
      return `${program}: ${errorCode(error) ?? String(error)}`;
    }
  }
  return undefined;
}

/**
 * The programs in `native`, ready to be run as `identity`. Where that user cannot reach them (root's home is
 * closed to others) or their links cannot be made (a read-only node_modules), a copy under the system's
 * temporary folder is used, made once.
 * @throws EmbeddedPostgresError when they do not run on this machine
 */
export async function usableBinaries(native: string, identity: Identity | undefined): Promise<Binaries> {
  const inPlace = binariesIn(native);
  if (await hydrateSymlinks(native)) {
    const problem = await executionProblem(inPlace, identity);
    if (problem === undefined) return inPlace;
    // Ourselves being unable to run it is no matter of folders: a copy would not run either.
    const problemForUs = identity === undefined ? problem : await executionProblem(inPlace, undefined);
    if (problemForUs !== undefined) throw doesNotRun(native, problemForUs);
  }
  const copied = binariesIn(await copyForUnprivilegedUser(native));
  const problem = await executionProblem(copied, identity);
  if (problem !== undefined) throw doesNotRun(native, problem);
  return copied;
}

function doesNotRun(native: string, problem: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The PostgreSQL in ${native} does not run on this machine: ${problem}. ` +
      `It needs glibc, so not Alpine, and a file system that allows programs to run. ${USE_OWN_DATABASE}`,
  );
}
