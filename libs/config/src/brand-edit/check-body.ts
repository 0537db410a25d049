import type { ConfigurationProblem, Json, JsonObject } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { keyProblem, valueProblem } from '../plain-values.js';
import { holdsReference } from '../secrets/interpolate.js';

/**
 * Maximum nesting of a body. The limit is lower than the limit of the YAML reader, because a brand file has additional
 * levels around the body.
 */
const MAX_DEPTH = 56;
/** Maximum number of problems reported for one body. */
const MAX_PROBLEMS = 100;

/**
 * Finds values that a brand file cannot contain, so that every brand can be exported as a file. These are keys,
 * characters and numbers that cannot be stored, and references, which are resolved only in files. Never throws.
 * @param textProblem additional check of each text
 */
export function checkBody(
  body: JsonObject,
  textProblem: (text: string) => string | undefined = () => undefined,
): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const visit = (value: Json, path: FieldPath): void => {
    if (problems.length >= MAX_PROBLEMS) return;
    const report = (message: string | undefined): void => {
      if (message !== undefined) problems.push({ field: formatField(path), message });
    };
    if (path.length > MAX_DEPTH) return report(`is nested deeper than ${MAX_DEPTH} levels: use fewer levels`);
    if (Array.isArray(value)) return value.forEach((entry, index) => visit(entry, [...path, index]));
    if (typeof value !== 'object' || value === null) {
      const own = valueProblem(value);
      return report(own ?? (typeof value === 'string' ? (referenceProblem(value) ?? textProblem(value)) : undefined));
    }
    for (const [name, child] of Object.entries(value)) {
      const problem = keyProblem(name);
      if (problem === undefined) visit(child, [...path, name]);
      else problems.push({ field: formatField([...path, name]), message: problem });
    }
  };
  visit(body, []);
  return problems;
}

function referenceProblem(text: string): string | undefined {
  if (!holdsReference(text)) return undefined;
  return 'a reference such as ${env:NAME} is resolved only in brand files: write the value itself';
}
