import { join } from 'node:path';
import { createSecretResolver, definitionHash, loadBrandDirectory, type BrandChecks } from '@patchbay/config';
import {
  BOOT_ACTOR,
  ConfigurationError,
  formatProblem,
  type ApplyOptions,
  type ApplyResult,
  type BrandFile,
  type ConfigurationProblem,
  type ConfigurationStore,
  type Vault,
} from '@patchbay/core';
import type { Logger } from 'pino';

/** Where the brand files are, and where what they refer to is looked up. */
export interface BrandFilesOptions {
  readonly configDirectory: string;
  readonly secretsDirectory?: string;
  /** Where `${env:…}` is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Applies the brand files at boot. Skipped where they are what was applied last; a wrong file is told and stops nothing:
 * what it named goes on as it was.
 */
export async function applyBrandFiles(
  options: BrandFilesOptions,
  checks: BrandChecks,
  store: ConfigurationStore,
  vault: Vault,
  logger: Logger,
): Promise<void> {
  const { files, problems } = loadBrandDirectory(join(options.configDirectory, 'brands'), {
    resolveSecret: createSecretResolver(options.env, options.secretsDirectory),
    checks,
  });
  tellProblems(problems, logger);
  // With a wrong file among them these are not all there are: nothing may be disabled for being absent.
  const complete = problems.length === 0;
  const hash = definitionHash(files, (purpose, value) => vault.keyedHash(purpose, value));
  if (complete && (await store.appliedHash()) === hash) return;
  const { revision, changes } = await applyWhatFits(files, complete ? { complete, hash } : { complete }, store, logger);
  const changed = changes.filter(({ action }) => action !== 'unchanged');
  logger.info({ revision, changes: changed.length, brands: files.length }, 'brand files applied');
}

/** A file that collides with what the API made is wrong too: it is told, and keeps no other from being applied. */
async function applyWhatFits(
  files: readonly BrandFile[],
  options: Pick<ApplyOptions, 'complete' | 'hash'>,
  store: ConfigurationStore,
  logger: Logger,
): Promise<ApplyResult> {
  try {
    return await store.apply(files, { prune: false, dryRun: false, actor: BOOT_ACTOR, ...options });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const wrong = new Set(error.problems.map(({ file }) => file));
    const others = files.filter(({ file }) => !wrong.has(file));
    if (others.length === files.length) throw error;
    tellProblems(error.problems, logger);
    return applyWhatFits(others, { complete: false }, store, logger);
  }
}

/** One line a file, so that the log of a start can be read. */
function tellProblems(problems: readonly ConfigurationProblem[], logger: Logger): void {
  for (const file of new Set(problems.map((problem) => problem.file))) {
    const its = problems.filter((problem) => problem.file === file);
    logger.error(
      { problems: its.map(formatProblem) },
      `${file ?? 'a brand file'} was not applied; what it named goes on as it was`,
    );
  }
}
