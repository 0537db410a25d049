import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** Returns true if this machine can run the program. The program from npm needs a recent glibc. */
function runs(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: 10_000 }, (error) => resolve(error === null));
  });
}

function* candidates(): Generator<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of ['redis-server', 'valkey-server']) for (const folder of folders) yield join(folder, name);
  try {
    const manifest = createRequire(import.meta.url).resolve('@falkordblite/linux-x64/package.json');
    yield join(dirname(manifest), 'bin', 'redis-server');
  } catch {
    // The npm package with Redis is optional, and it does not exist for most platforms.
  }
}

/**
 * Finds a Redis or Valkey server that runs on this machine: first on the PATH, then from npm (Linux x64, glibc 2.38).
 */
export async function findRedisProgram(): Promise<string | undefined> {
  for (const program of candidates()) if (await runs(program)) return program;
  return undefined;
}
