import type { BrandDefinition, ConfigurationProblem, Json } from '@patchbay/core';
import { formatField, valueAt } from '../field-path.js';
import { compileSchemaCheck } from '../schema/schema-check.js';
import { concealSecrets } from '../secrets/conceal-secrets.js';
import { literalSecrets } from '../secrets/literal-secrets.js';
import { problemAt, type SourceText } from '../source-text.js';
import type { BrandChecks } from './brand-checks.js';
import type { BrandFileContent } from './brand-file-content.js';
import { brandFileSchema } from './brand-file.schema.js';
import { checkDefinition } from './check-brand-definition.js';
import { checkLookupContent } from './check-lookup-content.js';
import { secretPaths } from './secret-paths.js';
import { toDefinition } from './to-definition.js';

const checkSchema = compileSchemaCheck<BrandFileContent>(brandFileSchema);

/** A definition, or what is wrong with it. */
export interface CheckedBrand {
  /** Absent where there are problems. */
  readonly definition?: BrandDefinition;
  readonly problems: readonly ConfigurationProblem[];
}

/** The half of loading that happens where the plugins and adapters are known. Never throws on any content. */
export function checkBrand(source: SourceText, checks: BrandChecks): CheckedBrand {
  const checked = checkSchema(source);
  if (!checked.ok) return { problems: checked.problems };
  const { definition, problems } = checkContent(checked.value, source, checks);
  return problems.length === 0 ? { definition, problems } : { problems };
}

/**
 * The same checks where the content never was a file, so that its secrets stand in it as they are: they are told to
 * nobody. The definition is there wherever the schema fits, other problems or not. Never throws on any content.
 */
export function checkOpenBrand(content: Json, checks: BrandChecks): CheckedBrand {
  const source = { content, sourceLocations: new Map(), interpolated: new Set<string>() };
  const checked = checkSchema(source);
  if (!checked.ok) return { problems: checked.problems };
  const secrets = secretPaths(checked.value, checks);
  const interpolated = new Set(secrets.map(formatField));
  const { definition, problems } = checkContent(checked.value, { ...source, interpolated }, checks);
  const values = secrets.map((path) => String(valueAt(content, path)));
  return { definition, problems: concealSecrets(problems, new Set(values)) };
}

function checkContent(
  content: BrandFileContent,
  source: SourceText,
  checks: BrandChecks,
): { readonly definition: BrandDefinition; readonly problems: readonly ConfigurationProblem[] } {
  const definition = toDefinition(content);
  const problems = [
    ...mappingPaths(content, source),
    ...repeatedHeaders(content, source),
    ...checkLookupContent(content, source),
    ...literalSecrets(source, secretPaths(content, checks)),
    ...checkDefinition(definition, source, checks),
  ];
  return { definition, problems };
}

/** Mapping files are read where the brand's file is; a path that is left would mean the preset. */
function mappingPaths(content: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  const mappings = Object.entries(content.subscriptions ?? {}).flatMap(([name, { mapping, messaging }]) => [
    { mapping, at: ['subscriptions', name, 'mapping'] },
    ...(messaging?.fallback ?? []).map((step, index) => ({
      mapping: step.mapping,
      at: ['subscriptions', name, 'messaging', 'fallback', index, 'mapping'],
    })),
  ]);
  return mappings
    .filter(({ mapping }) => typeof mapping === 'string')
    .map(({ at }) => problemAt(source, at, 'a mapping file can be named in a file only: write the mapping here'));
}

/** Names of headers are the same in any case: of two, only one would be looked at. */
function repeatedHeaders(content: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  return Object.entries(content.sources ?? {}).flatMap(([name, { auth }]) => {
    const headers = Object.keys(auth.headers ?? {});
    const lowered = headers.map((header) => header.toLowerCase());
    return headers
      .filter((_header, index) => lowered.indexOf(lowered[index] ?? '') < index)
      .map((header) => {
        const at = ['sources', name, 'auth', 'headers', header];
        return problemAt(source, at, 'the same header stands here twice, in other letters: put its values in one list');
      });
  });
}
