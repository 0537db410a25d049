import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';

/** Folder in which a hub without DATABASE_URL keeps its database. */
const EMBEDDED = join('.patchbay', 'postgres');

/**
 * Runs work with the address of the database: DATABASE_DIRECT_URL or DATABASE_URL, or the embedded database of the current
 * folder, which is started meanwhile.
 */
export async function withDatabase<T>(env: CliContext['env'], work: (url: string) => Promise<T>): Promise<T> {
  const url = [env.DATABASE_DIRECT_URL, env.DATABASE_URL].find((text) => (text?.trim() ?? '') !== '')?.trim();
  if (url !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
      throw new CliError(
        'DATABASE_URL is not valid.',
        'Set it to a URL like postgres://user:password@host:5432/database.',
      );
    return work(url);
  }
  // Other commands start faster without the embedded database.
  const { startEmbeddedPostgres } = await import('@patchbay/embedded');
  const postgres = await startEmbeddedPostgres({ dataDir: EMBEDDED });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}
