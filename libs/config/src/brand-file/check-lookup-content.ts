import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';
import type { BrandFileContent, CapillaryContent } from './brand-file-content.js';

/**
 * Checks lookups for duplicate headers, templates in headers and conflicting credentials. This function checks the
 * content of the file, because the definition of the brand no longer shows these problems.
 */
export function checkLookupContent(content: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  const calls = [
    { at: ['recipients', 'resolver'], call: content.recipients?.resolver },
    ...Object.entries(content.enrichment?.http ?? {}).map(([name, call]) => ({
      at: ['enrichment', 'http', name],
      call,
    })),
  ];
  return [
    ...calls.flatMap(({ at, call }) => checkHeaders(call?.headers ?? {}, [...at, 'headers'], source)),
    ...checkCapillary(content.enrichment?.capillary, source),
  ];
}

function checkHeaders(
  headers: Readonly<Record<string, string>>,
  at: FieldPath,
  source: SourceText,
): ConfigurationProblem[] {
  const names = Object.keys(headers);
  const lowered = names.map((name) => name.toLowerCase());
  return names.flatMap((name, index) => {
    const path = [...at, name];
    const found: ConfigurationProblem[] = [];
    if (lowered.indexOf(name.toLowerCase()) < index) {
      found.push(problemAt(source, path, 'this header is listed twice with different capitalization: keep one'));
    }
    if (!source.interpolated.has(formatField(path)) && headers[name]?.includes('{{') === true) {
      found.push(problemAt(source, path, 'a header cannot contain a template: write a fixed value'));
    }
    return found;
  });
}

function checkCapillary(capillary: CapillaryContent | undefined, source: SourceText): ConfigurationProblem[] {
  if (capillary === undefined) return [];
  const at = ['enrichment', 'capillary'];
  const { key, secret, username, password } = capillary;
  const oauth = [key, secret].filter((value) => value !== undefined).length;
  const basic = [username, password].filter((value) => value !== undefined).length;
  if ((oauth === 2 && basic === 0) || (oauth === 0 && basic === 2)) return [];
  return [problemAt(source, at, 'needs either key and secret of an API client, or username and password of a till')];
}
