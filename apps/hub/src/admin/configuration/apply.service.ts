import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { checkBrand, concealReferences, definitionHash, type HubEnvironment, type SourceText } from '@patchbay/config';
import {
  actorOf,
  ConfigurationError,
  sees,
  type AppliedFilesResult,
  type BrandFile,
  type Caller,
  type ConfigurationProblem,
  type ConfigurationStore,
  type SourceAdapters,
  type Vault,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { brandChecks, SOURCE_ADAPTERS } from '../../configuration/brand-checks.js';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { brandNotFound, ProblemError } from '../../http/problem.js';
import { CONFIGURATION_STORE } from '../../database/database.module.js';
import { VAULT } from '../../vault/vault.module.js';
import { withThreadCompilation } from '../../templates/thread-compilation.js';
import { TemplatePool } from '../../templates/template-pool.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import type { ApplyDto, ApplyFileDto } from './apply.dto.js';
import { StoredEventChecks } from './stored-event-checks.service.js';

/** Maximum time in which all files of a request are checked against stored events, in milliseconds. */
const STORED_CHECKS_MS = 10_000;
/** Maximum number of warnings, and of problems, in an answer. */
const MAX_FINDINGS = 1_000;

/** Result of an apply with the warnings about its files. */
export interface AppliedFiles extends AppliedFilesResult {
  readonly warnings: readonly ConfigurationProblem[];
}

/** Valid brand files, and the warnings about them. */
interface CheckedFiles {
  readonly definitions: readonly BrandFile[];
  readonly warnings: readonly ConfigurationProblem[];
}

/** Applies brand files that were sent over the API. */
@Injectable()
export class BrandFilesApplier {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly plugins: PluginGateway,
    private readonly templates: TemplatePool,
    private readonly storedEvents: StoredEventChecks,
    @Inject(SOURCE_ADAPTERS) private readonly adapters: SourceAdapters,
    @Inject(CONFIGURATION_STORE) private readonly store: ConfigurationStore,
    @Inject(VAULT) private readonly vault: Vault,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
  ) {}

  /**
   * Applies the files, or none of them. Throws a ConfigurationError with the problems of all files, an
   * UnconfirmedChangeError, or a ProblemError if the caller's key does not cover the brands. If the request is strict,
   * a warning counts as a problem.
   */
  async apply({ files, complete, dryRun, strict, ...how }: ApplyDto, caller: Caller): Promise<AppliedFiles> {
    const { definitions, warnings } = await this.checked(files, caller, strict);
    await this.refuseUncoveredBrands(caller, definitions, complete);
    // Hash of a complete set of files. The next boot applies nothing if its files have the same hash.
    const hash = complete
      ? { hash: definitionHash(definitions, (purpose, value) => this.vault.keyedHash(purpose, value)) }
      : {};
    const result = await this.store.apply(definitions, { ...how, complete, dryRun, actor: actorOf(caller), ...hash });
    if (!dryRun) await this.brands.refresh();
    return { ...result, warnings: warnings.slice(0, MAX_FINDINGS) };
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
    for (const { definition } of files) {
      const brand = await this.brands.findEntry(definition.brand);
      if (brand === undefined || !sees(caller, brand.id)) throw brandNotFound(definition.brand);
    }
  }

  /** Returns a predicate that is true for the names of brands whose events the caller may see. */
  private async coveredBy(caller: Caller): Promise<(brand: string) => boolean> {
    if (caller.brandIds === null) return () => true;
    const brands = await this.brands.directory();
    const covered = new Set(brands.flatMap(({ id, name }) => (sees(caller, id) ? [name] : [])));
    return (name) => covered.has(name);
  }

  private async checked(files: readonly ApplyFileDto[], caller: Caller, strict: boolean): Promise<CheckedFiles> {
    const checks = brandChecks(this.plugins, this.adapters, this.environment);
    const end = performance.now() + STORED_CHECKS_MS;
    const covers = await this.coveredBy(caller);
    const problems: ConfigurationProblem[] = [];
    const warnings: ConfigurationProblem[] = [];
    const definitions: BrandFile[] = [];
    for (const file of files) {
      // Checking thousands of files takes seconds. Let the event loop handle other requests in between.
      await setImmediate();
      const source = sourceText(file);
      const checked = await withThreadCompilation(
        (tasks) => this.templates.compile(caller, tasks),
        (compile) => checkBrand(source, { ...checks, compile }),
      );
      const { definition } = checked;
      const stored =
        definition === undefined || !covers(definition.brand)
          ? []
          : await this.storedEvents.warnings(definition.brand, checked.reads, source, end);
      // Messages of plugins may quote a value that the command has resolved from a reference.
      const located = (findings: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] =>
        concealReferences(findings, source).map((finding) => ({ file: file.file, ...finding }));
      problems.push(...located(checked.problems));
      warnings.push(...located([...checked.warnings, ...stored]));
      if (definition !== undefined) definitions.push({ file: file.file, definition });
    }
    const refused = strict ? [...problems, ...warnings] : problems;
    if (refused.length > 0) throw new ConfigurationError(firstOf(refused));
    return { definitions, warnings };
  }
}

/** Returns as many problems as an answer may have, and a note about the others. */
function firstOf(problems: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] {
  if (problems.length <= MAX_FINDINGS) return problems;
  const message = `${problems.length - MAX_FINDINGS} more problems are not listed: fix the listed problems first`;
  return [...problems.slice(0, MAX_FINDINGS), { field: '', message }];
}

function sourceText({ content, interpolated, sourceLocations }: ApplyFileDto): SourceText {
  return {
    content,
    interpolated: new Set(interpolated),
    sourceLocations: new Map(sourceLocations.map(({ field, file, line }) => [field, { file, line }])),
  };
}
