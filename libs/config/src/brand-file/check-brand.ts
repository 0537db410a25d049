import type { BrandDefinition, ConfigurationProblem, Json } from '@patchbay/core';
import { formatField, valueAt } from '../field-path.js';
import { makeSchemaCheck } from '../schema/schema-check.js';
import { concealSecrets } from '../secrets/conceal-secrets.js';
import { literalSecrets } from '../secrets/literal-secrets.js';
import { problemAt, type SourceText } from '../source-text.js';
import type { BrandChecks } from './brand-checks.js';
import type { BrandFileContent } from './brand-file-content.js';
import { brandFileSchema } from './brand-file.schema.js';
import { checkDefinition, type DefinitionFindings } from './check-brand-definition.js';
import { checkLookupContent } from './check-lookup-content.js';
import type { EventReads } from './event-reads.js';
import { secretPaths } from './secret-paths.js';
import { toDefinition } from './to-definition.js';

const checkSchema = makeSchemaCheck<BrandFileContent>(brandFileSchema);

/** Definition of a brand, or its problems. */
export interface CheckedBrand {
  /** Checked definition. Absent if there are problems. */
  readonly definition?: BrandDefinition;
  readonly problems: readonly ConfigurationProblem[];
  /** Findings that do not refuse the brand. Empty if the content does not match the schema. */
  readonly warnings: readonly ConfigurationProblem[];
  /** Paths that the subscriptions read, for {@link storedEventWarnings}. */
  readonly reads: readonly EventReads[];
}

const NO_FINDINGS = { warnings: [], reads: [] };

/** Checks the content of a brand file against the schema, the adapters and the plugins. Never throws. */
export function checkBrand(source: SourceText, checks: BrandChecks): CheckedBrand {
  const checked = checkSchema(source);
  if (!checked.ok) return { problems: checked.problems, ...NO_FINDINGS };
  const { definition, ...findings } = checkContent(checked.value, source, checks);
  return findings.problems.length === 0 ? { definition, ...findings } : findings;
}

/**
 * Checks content that may contain literal secrets, because the content did not come from a file. No problem contains a
 * secret. Returns the definition if the content matches the schema, even if there are other problems. Never throws.
 */
export function checkOpenBrand(content: Json, checks: BrandChecks): CheckedBrand {
  const source = { content, sourceLocations: new Map(), interpolated: new Set<string>() };
  const checked = checkSchema(source);
  if (!checked.ok) return { problems: checked.problems, ...NO_FINDINGS };
  const secrets = secretPaths(checked.value, checks);
  const interpolated = new Set(secrets.map(formatField));
  const { definition, problems, warnings, reads } = checkContent(checked.value, { ...source, interpolated }, checks);
  const values = new Set(secrets.map((path) => String(valueAt(content, path))));
  return {
    definition,
    problems: concealSecrets(problems, values),
    warnings: concealSecrets(warnings, values),
    reads,
  };
}

function checkContent(
  content: BrandFileContent,
  source: SourceText,
  checks: BrandChecks,
): DefinitionFindings & { readonly definition: BrandDefinition } {
  const definition = toDefinition(content);
  const { warnings, reads, ...checked } = checkDefinition(definition, source, checks);
  const problems = [
    ...mappingPaths(content, source),
    ...repeatedHeaders(content, source),
    ...checkLookupContent(content, source),
    ...literalSecrets(source, secretPaths(content, checks)),
    ...checked.problems,
  ];
  return { definition, problems, warnings, reads };
}

/**
 * Rejects paths of mapping files. In a brand file, the content of the mapping files has already replaced their paths. A
 * path that remains in the content would be ignored, and the preset would be used.
 */
function mappingPaths(content: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  const mappings = Object.entries(content.subscriptions ?? {}).flatMap(([name, { mapping, route, messaging }]) => [
    { mapping, at: ['subscriptions', name, 'mapping'] },
    ...(route ?? []).map((entry, index) => ({
      mapping: entry.mapping,
      at: ['subscriptions', name, 'route', index, 'mapping'],
    })),
    ...(messaging?.fallback ?? []).map((step, index) => ({
      mapping: step.mapping,
      at: ['subscriptions', name, 'messaging', 'fallback', index, 'mapping'],
    })),
  ]);
  return mappings
    .filter(({ mapping }) => typeof mapping === 'string')
    .map(({ at }) => problemAt(source, at, 'a mapping file can be used only in a brand file: write the mapping here'));
}

/** Rejects headers whose names differ only in capitalization, because only one header of each name would be used. */
function repeatedHeaders(content: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  return Object.entries(content.sources ?? {}).flatMap(([name, { auth }]) => {
    const headers = Object.keys(auth?.headers ?? {});
    const lowered = headers.map((header) => header.toLowerCase());
    return headers
      .filter((_header, index) => lowered.indexOf(lowered[index] ?? '') < index)
      .map((header) => {
        const at = ['sources', name, 'auth', 'headers', header];
        return problemAt(
          source,
          at,
          'this header is listed twice with different capitalization: put its values in one list',
        );
      });
  });
}
