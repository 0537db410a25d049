import type { ConfigurationProblem, Json, JsonObject } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { keyProblem, valueProblem } from '../plain-values.js';
import { holdsReference } from '../secrets/interpolate.js';

/** With a file's own levels around it, a file that says the same can still be read. */
const MAX_DEPTH = 56;
/** Problems of one body that are told at once. */
const MAX_PROBLEMS = 100;

/**
 * What a body says that no file could say, so that whatever the API made can be exported as a file: keys, characters and
 * numbers that cannot be kept, and references, which are resolved in files only. Never throws.
 * @param textProblem what else is wrong with a text
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
    if (path.length > MAX_DEPTH) return report(`is nested deeper than ${MAX_DEPTH} levels`);
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
  return 'a reference such as ${env:NAME} is resolved in files only: write the value itself';
}
