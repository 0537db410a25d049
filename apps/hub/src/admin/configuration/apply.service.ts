import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { checkBrand, definitionHash, type SourceText } from '@patchbay/config';
import {
  actorOf,
  ConfigurationError,
  sees,
  type ApplyResult,
  type BrandFile,
  type Caller,
  type ConfigurationProblem,
  type ConfigurationStore,
  type SourceAdapters,
  type Vault,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { brandChecks, SOURCE_ADAPTERS } from '../../configuration/brand-checks.js';
import { brandNotFound, ProblemError } from '../../http/problem.js';
import { CONFIGURATION_STORE } from '../../database/database.module.js';
import { VAULT } from '../../vault/vault.module.js';
import { withThreadCompilation } from '../../templates/thread-compilation.js';
import { TemplatePool } from '../../templates/template-pool.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import type { ApplyDto, ApplyFileDto } from './apply.dto.js';

/** Applies brand files that were sent over the API. */
@Injectable()
export class BrandFilesApplier {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly plugins: PluginGateway,
    private readonly templates: TemplatePool,
    @Inject(SOURCE_ADAPTERS) private readonly adapters: SourceAdapters,
    @Inject(CONFIGURATION_STORE) private readonly store: ConfigurationStore,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /**
   * Applies the files, or none of them. Throws a ConfigurationError with the problems of all files, an
   * UnconfirmedChangeError, or a ProblemError if the caller's key does not cover the brands.
   */
  async apply({ files, complete, dryRun, ...how }: ApplyDto, caller: Caller): Promise<ApplyResult> {
    const definitions = await this.checked(files, caller);
    await this.refuseUncoveredBrands(caller, definitions, complete);
    // Hash of a complete set of files. The next boot applies nothing if its files have the same hash.
    const hash = complete
      ? { hash: definitionHash(definitions, (purpose, value) => this.vault.keyedHash(purpose, value)) }
      : {};
    const result = await this.store.apply(definitions, { ...how, complete, dryRun, actor: actorOf(caller), ...hash });
    if (!dryRun) await this.brands.current();
    return result;
  }

  /**
   * Refuses brands that the caller's key does not cover. A key that is limited to some brands can neither create nor
   * disable brands.
   */
  private async refuseUncoveredBrands(caller: Caller, files: readonly BrandFile[], complete: boolean): Promise<void> {
    if (caller.brandIds === null) return;
    if (complete) {
      throw new ProblemError(
        403,
        'Your key is limited to some brands, so it cannot apply a complete set of files. Send only the files of ' +
          'those brands, without `complete`.',
      );
    }
    const { records } = await this.brands.current();
    for (const { definition } of files) {
      const brand = records.brands.find(({ name }) => name === definition.brand);
      if (brand === undefined || !sees(caller, brand.id)) throw brandNotFound(definition.brand);
    }
  }

  private async checked(files: readonly ApplyFileDto[], caller: Caller): Promise<readonly BrandFile[]> {
    const checks = brandChecks(this.plugins, this.adapters);
    const problems: ConfigurationProblem[] = [];
    const definitions: BrandFile[] = [];
    for (const file of files) {
      // Checking thousands of files takes seconds. Let the event loop handle other requests in between.
      await setImmediate();
      const checked = await withThreadCompilation(
        (tasks) => this.templates.compile(caller, tasks),
        (compile) => checkBrand(sourceText(file), { ...checks, compile }),
      );
      problems.push(...checked.problems.map((problem) => ({ file: file.file, ...problem })));
      if (checked.definition !== undefined) definitions.push({ file: file.file, definition: checked.definition });
    }
    if (problems.length > 0) throw new ConfigurationError(problems);
    return definitions;
  }
}

function sourceText({ content, interpolated, sourceLocations }: ApplyFileDto): SourceText {
  return {
    content,
    interpolated: new Set(interpolated),
    sourceLocations: new Map(sourceLocations.map(({ field, file, line }) => [field, { file, line }])),
  };
}
