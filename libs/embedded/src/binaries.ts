import { join } from 'node:path';
import { EmbeddedPostgresError, USE_OWN_DATABASE } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import type { Identity } from './identity.js';
import { copyForUnprivilegedUser } from './private-copy.js';
import { runProgram } from './run-program.js';
import { hydrateSymlinks } from './symlinks.js';

/** Programs of one PostgreSQL installation, as full paths. */
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

/** Returns the reason why the programs do not run for this user. Undefined if they run. */
async function executionProblem(binaries: Binaries, identity: Identity | undefined): Promise<string | undefined> {
  for (const program of [binaries.postgres, binaries.initdb, binaries.pgCtl]) {
    try {
      const { code, output } = await runProgram(program, ['--version'], { identity, timeoutMs: 20_000 });
      if (code !== 0) return output.trim() || `${program} exited with code ${String(code)}`;
    } catch (error) {
      return `${program}: ${errorCode(error) ?? String(error)}`;
    }
  }
  return undefined;
}

/**
 * Finds programs that `identity` can run: the programs in `native`, or a copy of them. The copy is made once, under the
 * system's temporary directory. A copy is needed if the user cannot reach `native` (for example in root's private
 * home). It is also needed if the links in `native` cannot be created (in a read-only node_modules).
 * @throws EmbeddedPostgresError if the programs do not run on this machine
 */
export async function usableBinaries(native: string, identity: Identity | undefined): Promise<Binaries> {
  const inPlace = binariesIn(native);
  if (await hydrateSymlinks(native)) {
    const problem = await executionProblem(inPlace, identity);
    if (problem === undefined) return inPlace;
    // If the current user cannot run the programs either, permissions are not the cause, and a copy would not help.
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
