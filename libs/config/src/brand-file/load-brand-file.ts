import type { BrandDefinition, ConfigurationProblem } from '@patchbay/core';
import { readTextFile } from '../read-text-file.js';
import { concealSecrets } from '../secrets/conceal-secrets.js';
import type { SecretResolver } from '../secrets/secret-resolver.js';
import type { BrandChecks } from './brand-checks.js';
import { readBrandSource } from './brand-source.js';
import { checkBrand } from './check-brand.js';

/** Dependencies for loading a brand file. */
export interface BrandFileOptions {
  readonly resolveSecret: SecretResolver;
  readonly checks: BrandChecks;
}

/** Definition in a brand file, or its problems. */
export interface BrandFileResult {
  /** Path of the file, as the caller passed it. */
  readonly file: string;
  /** Definition in the file. Absent if there are problems. */
  readonly definition?: BrandDefinition;
  readonly problems: readonly ConfigurationProblem[];
  /** Findings that do not refuse the file. Empty if there are problems. */
  readonly warnings: readonly ConfigurationProblem[];
}

/** Maximum number of problems reported for one file. */
const MAX_PROBLEMS = 100;

/** Loads a brand file. Never throws because of the file's content. No problem contains a secret. */
export function loadBrandFile(path: string, options: BrandFileOptions): BrandFileResult {
  const read = readTextFile(path);
  if (read !== undefined && 'text' in read) return loadBrandText(read.text, path, options);
  const message = read?.problem ?? 'the file does not exist: correct the path';
  return { file: path, problems: [{ file: path, field: '', message }], warnings: [] };
}

/**
 * Loads the text of a brand file.
 * @param file path for problems and to find mapping files
 */
export function loadBrandText(text: string, file: string, options: BrandFileOptions): BrandFileResult {
  const source = readBrandSource(text, file, options.resolveSecret);
  if (source.content === null && source.problems.length > 0) return refused(file, source.problems, source.secrets);
  const { definition, problems, warnings } = checkBrand(source, options.checks);
  if (definition !== undefined && source.problems.length === 0) {
    return { file, definition, problems: [], warnings: concealSecrets(warnings, source.secrets) };
  }
  // An unresolved reference is reported only as unresolved, and not also as an invalid value.
  const unresolved = new Set(source.problems.map(({ field }) => field));
  const others = problems.filter(({ field }) => !unresolved.has(field));
  return refused(file, [...source.problems, ...others].sort(byLocation), source.secrets);
}

function byLocation(a: ConfigurationProblem, b: ConfigurationProblem): number {
  return (a.line ?? 0) - (b.line ?? 0);
}

function refused(
  file: string,
  problems: readonly ConfigurationProblem[],
  secrets: ReadonlySet<string>,
): BrandFileResult {
  const reported = concealSecrets(problems.slice(0, MAX_PROBLEMS), secrets);
  if (problems.length > reported.length) {
    reported.push({
      file,
      field: '',
      message: `${problems.length - reported.length} more problems are not listed: fix the listed problems first`,
    });
  }
  return { file, problems: reported, warnings: [] };
}
