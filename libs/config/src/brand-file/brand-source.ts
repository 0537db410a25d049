import type { ConfigurationProblem } from '@patchbay/core';
import type { FieldPath } from '../field-path.js';
import { interpolate } from '../secrets/interpolate.js';
import type { SecretResolver } from '../secrets/secret-resolver.js';
import type { SourceText } from '../source-text.js';
import { readYaml } from '../yaml/read-yaml.js';
import { inlineMappingFiles } from './mapping-files.js';

/** Brand file with resolved references and inlined mapping files, not yet checked. */
export interface BrandSource extends SourceText {
  /** Resolved values of the references. These values must not appear in any output. */
  readonly secrets: ReadonlySet<string>;
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Reads a brand file, resolves its references and inlines mapping files. Runs on the machine that has the files and the
 * secrets.
 * @param file path as the user knows it; it is used in problems and to find mapping files
 */
export function readBrandSource(text: string, file: string, resolveSecret: SecretResolver): BrandSource {
  const yaml = readYaml(text, file);
  if (yaml.problems.length > 0) {
    return {
      content: null,
      sourceLocations: yaml.sourceLocations,
      interpolated: new Set(),
      secrets: new Set(),
      problems: yaml.problems,
    };
  }
  const inlined = inlineMappingFiles(yaml, file);
  const resolved = interpolate(inlined, resolveSecret, isPlain);
  return { ...resolved, problems: [...inlined.problems, ...resolved.problems] };
}

/**
 * Returns true for fields that must not contain references. Filters, mappings and response templates are stored
 * unencrypted, and everybody who may read the brand can see them.
 */
function isPlain([section, second, third, fourth, , sixth]: FieldPath): boolean {
  if (section === 'subscriptions') {
    const inStep = third === 'messaging' && fourth === 'fallback' && sixth === 'mapping';
    return third === 'when' || third === 'mapping' || inStep;
  }
  if (section === 'sources') return third === 'customer';
  if (section === 'recipients')
    return (
      second === 'consent' || second === 'transactionalConsent' || (second === 'resolver' && isAnswerTemplate(third))
    );
  return section === 'enrichment' && second === 'http' && isAnswerTemplate(fourth);
}

function isAnswerTemplate(key: string | number | undefined): boolean {
  return key === 'mapping' || key === 'recipient' || key === 'customerId' || key === 'bulk';
}
