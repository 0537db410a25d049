import type { ConfigurationProblem } from '@patchbay/core';
import type { FieldPath } from '../field-path.js';
import { interpolate } from '../secrets/interpolate.js';
import type { SecretResolver } from '../secrets/secret-resolver.js';
import type { SourceText } from '../source-text.js';
import { readYaml } from '../yaml/read-yaml.js';
import { inlineMappingFiles } from './mapping-files.js';

/** A brand's file, read: references resolved and mapping files put in, but not yet checked. */
export interface BrandSource extends SourceText {
  /** What the references became: told to nobody. */
  readonly secrets: ReadonlySet<string>;
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * The half of loading that happens where the files and the secrets are.
 * @param file the path of the text as the user knows it: for problems, and for mapping files beside it
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
 * Filters and mappings are stored as they are and shown to everybody who may see the brand; and what a template says
 * should be seen where it stands.
 */
function isPlain([section, second, third, fourth, , sixth]: FieldPath): boolean {
  if (section === 'subscriptions') {
    const inStep = third === 'messaging' && fourth === 'fallback' && sixth === 'mapping';
    return third === 'when' || third === 'mapping' || inStep;
  }
  if (section === 'recipients') return second === 'consent' || (second === 'resolver' && isAnswerTemplate(third));
  return section === 'enrichment' && second === 'http' && isAnswerTemplate(fourth);
}

function isAnswerTemplate(key: string | number | undefined): boolean {
  return key === 'mapping' || key === 'recipient' || key === 'customerId' || key === 'bulk';
}
