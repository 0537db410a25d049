import { basename, join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import {
  createSecretResolver,
  definitionHash,
  loadBrandDirectory,
  MAX_BRAND_FILES,
  type BrandChecks,
  type EmptyFolder,
} from '@patchbay/config';
import {
  affectedTotal,
  BOOT_ACTOR,
  ConfigurationError,
  describeAffected,
  describePrivacy,
  formatProblem,
  unconfirmedBrands,
  UnconfirmedChangeError,
  type ApplyOptions,
  type ApplyResult,
  type BrandFile,
  type ConfigurationProblem,
  type ConfigurationStore,
  type NeedsConfirmation,
  type SourceAdapters,
  type Vault,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { Logger } from 'pino';
import { HUB_OPTIONS, type HubOptions } from '../context/hub-options.js';
import { CONFIGURATION_STORE } from '../database/database.module.js';
import { VAULT } from '../vault/vault.module.js';
import { brandChecks, SOURCE_ADAPTERS } from './brand-checks.js';
import { ConfigurationHealth } from './configuration-health.js';

/** Collaborators of {@link applyBrandFiles}. */
interface BrandFilesDependencies {
  readonly checks: BrandChecks;
  readonly store: ConfigurationStore;
  readonly vault: Vault;
  readonly logger: Logger;
  readonly health: ConfigurationHealth;
}

/** Brand files of this hub. */
@Injectable()
export class BrandFiles {
  constructor(
    private readonly gateway: PluginGateway,
    @Inject(SOURCE_ADAPTERS) private readonly adapters: SourceAdapters,
    @Inject(CONFIGURATION_STORE) private readonly store: ConfigurationStore,
    @Inject(VAULT) private readonly vault: Vault,
    private readonly health: ConfigurationHealth,
    @Inject(HUB_OPTIONS) private readonly options: HubOptions,
  ) {}

  /** Applies the files. Rejects if the database is unavailable. */
  apply(): Promise<void> {
    const { store, vault, health } = this;
    const { logger } = this.options;
    const checks = brandChecks(this.gateway, this.adapters, this.options.environment);
    return applyBrandFiles(this.options, { checks, store, vault, logger, health });
  }
}

const FOLDER_PROBLEMS: Readonly<Record<EmptyFolder, string>> = {
  missing: 'The brands folder is missing. Mount it, or correct PATCHBAY_CONFIG.',
  empty: 'The brands folder holds no brand file. To remove the last brand, leave its file with the brand name alone.',
  unreadable: 'The brands folder cannot be read. Correct its permissions.',
  oversized: `The brands folder holds more than ${MAX_BRAND_FILES} brand files. Move some to another hub.`,
};

/**
 * Applies the brand files at boot, unless they are unchanged. If a file is invalid or needs a confirmation, the hub
 * logs this, leaves its brand unchanged and applies the other files. A missing, empty, unreadable or oversized folder
 * changes nothing.
 */
async function applyBrandFiles({ environment, env }: HubOptions, dependencies: BrandFilesDependencies): Promise<void> {
  const { checks, store, vault, logger } = dependencies;
  const directory = join(environment.configDirectory, 'brands');
  const { files, problems, warnings, folder } = loadBrandDirectory(directory, {
    resolveSecret: createSecretResolver(env, environment.secretsDirectory),
    checks,
  });
  if (folder !== undefined) {
    await reportFolder(folder, directory, dependencies);
    return;
  }
  logWarnings(warnings, logger);
  const skipped = await skipUnset(problems, dependencies);
  const refused = problems.filter(({ file }) => file === undefined || !skipped.has(file));
  reportRefused(refused, dependencies);
  // If a file is invalid or skipped, the set of files is incomplete. Then no brand may be disabled for having no file.
  const complete = problems.length === 0;
  const hash = definitionHash(files, (purpose, value) => vault.keyedHash(purpose, value));
  if (complete && (await store.appliedHash()) === hash) return;
  const { revision, changes } = await applyValid(files, complete ? { complete, hash } : { complete }, dependencies);
  const changed = changes.filter(({ action }) => action !== 'unchanged');
  logger.info({ revision, changes: changed.length, brands: files.length }, 'brand files applied');
}

/** Maximum number of warnings that are logged per file. */
const MAX_LOGGED = 20;

/** Logs one line per file with warnings. */
function logWarnings(warnings: readonly ConfigurationProblem[], logger: Logger): void {
  for (const file of new Set(warnings.map((warning) => warning.file))) {
    const own = warnings.filter((warning) => warning.file === file).slice(0, MAX_LOGGED);
    logger.warn({ file, warnings: own.map(formatProblem) }, 'brand file has warnings');
  }
}

/**
 * Returns the files to skip because their environment variables are not set, such as the file of the demo. A file that
 * manages a stored brand is never skipped. The comparison with stored brands uses only the names of the files, because
 * the folder may have moved.
 */
async function skipUnset(
  problems: readonly ConfigurationProblem[],
  { store, logger }: BrandFilesDependencies,
): Promise<ReadonlySet<string>> {
  const files = new Set(problems.flatMap(({ file }) => (file === undefined ? [] : [file])));
  const unset = [...files].filter((file) =>
    problems.every((problem) => problem.file !== file || problem.unsetVariable !== undefined),
  );
  if (unset.length === 0) return new Set();
  const managed = new Set((await store.brandFiles()).map((file) => basename(file)));
  const skipped = unset.filter((file) => !managed.has(basename(file)));
  for (const file of skipped) {
    const own = problems.filter((problem) => problem.file === file);
    logger.warn(
      { file, problems: own.map(formatProblem) },
      'brand file skipped, its environment variables are not set',
    );
  }
  return new Set(skipped);
}

/**
 * Reports a folder without usable brand files. A missing or empty folder is a problem only if it once contained the
 * files of stored brands.
 */
async function reportFolder(
  folder: EmptyFolder,
  directory: string,
  dependencies: BrandFilesDependencies,
): Promise<void> {
  if (folder === 'missing' || folder === 'empty') {
    const all = { prune: false, dryRun: true, complete: true, actor: BOOT_ACTOR };
    const { changes } = await dependencies.store.apply([], all);
    if (changes.length === 0) return;
  }
  dependencies.logger.error({ directory }, `${FOLDER_PROBLEMS[folder]} No brand was changed.`);
  dependencies.health.addProblem(`${FOLDER_PROBLEMS[folder]} No brand was changed.`);
}

/**
 * Applies the files. Skips files that collide with API-managed objects, and brands whose changes need a confirmation.
 */
async function applyValid(
  files: readonly BrandFile[],
  options: Pick<ApplyOptions, 'complete' | 'hash' | 'untouched'>,
  dependencies: BrandFilesDependencies,
): Promise<ApplyResult> {
  const { complete, untouched = new Set<string>() } = options;
  try {
    return await dependencies.store.apply(files, { prune: false, dryRun: false, actor: BOOT_ACTOR, ...options });
  } catch (error) {
    if (error instanceof UnconfirmedChangeError) {
      await dependencies.store.markUnconfirmed(error.needs);
      logUnconfirmed(error.needs, files, dependencies.logger);
      const brands = new Set([...untouched, ...unconfirmedBrands(error.needs)]);
      if (brands.size === untouched.size) throw error;
      return applyValid(files, { complete, untouched: brands }, dependencies);
    }
    if (!(error instanceof ConfigurationError)) throw error;
    const invalidFiles = new Set(error.problems.map(({ file }) => file));
    const others = files.filter(({ file }) => !invalidFiles.has(file));
    if (others.length === files.length) throw error;
    reportRefused(error.problems, dependencies);
    return applyValid(others, { complete: false, untouched }, dependencies);
  }
}

/** Logs one line per refused file. */
function reportRefused(problems: readonly ConfigurationProblem[], { logger, health }: BrandFilesDependencies): void {
  const refused = new Set(problems.map(({ file }) => file));
  for (const file of refused) {
    const fileProblems = problems.filter((problem) => problem.file === file);
    logger.error({ file, problems: fileProblems.map(formatProblem) }, 'brand file refused, its brand stays unchanged');
  }
  if (refused.size > 0) health.addProblem(`${refused.size} brand file(s) are invalid and were not applied.`);
}

function logUnconfirmed(needs: NeedsConfirmation, files: readonly BrandFile[], logger: Logger): void {
  for (const brand of unconfirmedBrands(needs)) {
    const affected = needs.affectedDeliveries.filter((one) => one.brand === brand);
    const privacy = needs.leavesPiiLess.filter((one) => one === brand);
    const file = files.find(({ definition }) => definition.brand === brand)?.file;
    const total = affectedTotal({ affectedDeliveries: affected });
    const command = [
      'patchbay apply',
      ...(file === undefined ? [] : [file]),
      ...(total === 0 ? [] : [`--confirm ${total}`]),
      ...(privacy.length === 0 ? [] : ['--confirm-privacy']),
    ];
    logger.error(
      {
        brand,
        needs: [...affected.map(describeAffected), ...privacy.map(describePrivacy)],
        confirmBy: command.join(' '),
      },
      'brand file not applied, a confirmation is required',
    );
  }
}
