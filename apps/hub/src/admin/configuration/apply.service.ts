import { Inject, Injectable } from '@nestjs/common';
import { checkBrand, definitionHash, type SourceText } from '@patchbay/config';
import {
  ConfigurationError,
  type ApplyResult,
  type BrandFile,
  type ConfigurationProblem,
  type ConfigurationStore,
  type SourceAdapters,
  type Vault,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { brandChecks } from '../../boot/brand-checks.js';
import { CONFIGURATION_STORE, SOURCE_ADAPTERS, VAULT } from '../../tokens.js';
import { CurrentBrands } from '../common/current-brands.service.js';
import type { ApplyDto, ApplyFileDto } from './apply.dto.js';

const ACTOR = 'admin key';

/** Applies brand files that came over the API, as those of the hub's own folder are applied at boot. */
@Injectable()
export class BrandFilesApplier {
  constructor(
    private readonly brands: CurrentBrands,
    private readonly plugins: PluginGateway,
    @Inject(SOURCE_ADAPTERS) private readonly adapters: SourceAdapters,
    @Inject(CONFIGURATION_STORE) private readonly store: ConfigurationStore,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /** Throws a ConfigurationError that tells every problem of every file; then nothing has changed. */
  async apply({ files, dryRun, prune, complete }: ApplyDto): Promise<ApplyResult> {
    const definitions = this.checked(files);
    // A hash stands for all files there are: the next boot, finding the same, has nothing to do.
    const hash = complete
      ? { hash: definitionHash(definitions, (purpose, value) => this.vault.keyedHash(purpose, value)) }
      : {};
    const result = await this.store.apply(definitions, { dryRun, prune, complete, actor: ACTOR, ...hash });
    if (!dryRun) await this.brands.all();
    return result;
  }

  private checked(files: readonly ApplyFileDto[]): readonly BrandFile[] {
    const checks = brandChecks(this.plugins, this.adapters);
    const problems: ConfigurationProblem[] = [];
    const definitions: BrandFile[] = [];
    for (const file of files) {
      const checked = checkBrand(sourceText(file), checks);
      problems.push(...checked.problems.map((problem) => ({ file: file.file, ...problem })));
      if (checked.definition !== undefined) definitions.push({ file: file.file, definition: checked.definition });
    }
    if (problems.length > 0) throw new ConfigurationError(problems);
    return definitions;
  }
}

function sourceText({ content, interpolated, places }: ApplyFileDto): SourceText {
  return {
    content,
    interpolated: new Set(interpolated),
    places: new Map(places.map(({ field, file, line }) => [field, { file, line }])),
  };
}
