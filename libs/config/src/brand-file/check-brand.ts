import type { BrandDefinition, ConfigurationProblem } from '@patchbay/core';
import { compileSchemaCheck } from '../schema/schema-check.js';
import { findLiteralSecrets } from '../secrets/literal-secrets.js';
import { problemAt, type SourceText } from '../source-text.js';
import type { BrandChecks } from './brand-checks.js';
import type { BrandFileContent } from './brand-file-content.js';
import { brandFileSchema } from './brand-file.schema.js';
import { checkDefinition } from './check-definition.js';
import { checkLookupContent } from './check-lookup-content.js';
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
  const content = checked.value;
  const definition = toDefinition(content);
  const problems = [
    ...mappingPaths(content, source),
    ...repeatedHeaders(content, source),
    ...checkLookupContent(content, source),
    ...literalSecrets(content, source, checks),
    ...checkDefinition(definition, source, checks),
  ];
  return problems.length === 0 ? { definition, problems } : { problems };
}

/** Mapping files are read where the brand's file is; a path that is left would mean the preset. */
function mappingPaths(content: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  return Object.entries(content.subscriptions ?? {})
    .filter(([, { mapping }]) => typeof mapping === 'string')
    .map(([name]) =>
      problemAt(
        source,
        ['subscriptions', name, 'mapping'],
        'a mapping file can be named in a file only: write the mapping here',
      ),
    );
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

function literalSecrets(content: BrandFileContent, source: SourceText, checks: BrandChecks): ConfigurationProblem[] {
  const found: ConfigurationProblem[] = [];
  for (const [name, { auth }] of Object.entries(content.sources ?? {})) {
    const at = ['sources', name, 'auth'];
    for (const key of ['headers', 'bearer', 'standardWebhooks'] as const) {
      found.push(...findLiteralSecrets(source, auth[key], [...at, key]));
    }
    auth.basic?.forEach(({ password }, index) => {
      found.push(...findLiteralSecrets(source, password, [...at, 'basic', index, 'password']));
    });
  }
  for (const [name, { type, credentials }] of Object.entries(content.destinations ?? {})) {
    for (const field of checks.secretFields(type) ?? []) {
      const at = ['destinations', name, 'credentials'];
      found.push(...findLiteralSecrets(source, credentials, at, field.split('.')));
    }
  }
  return found;
}
