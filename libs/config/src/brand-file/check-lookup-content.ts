import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';
import type { BrandFileContent } from './brand-file-content.js';

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
    ...checkCapillary(content, source),
    ...checkLogs(content, source),
  ];
}

function checkLogs({ platform }: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  const logs = platform?.capillary.logs;
  if (logs === undefined || (logs.page === undefined) !== (logs.cursor === undefined)) return [];
  const hint = 'needs either page or cursor, which says how Capillary pages its log';
  return [problemAt(source, ['platform', 'capillary', 'logs'], hint)];
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

function checkCapillary({ enrichment, platform }: BrandFileContent, source: SourceText): ConfigurationProblem[] {
  const { capillary } = enrichment ?? {};
  if (capillary === undefined) return [];
  const at = ['enrichment', 'capillary'];
  const { baseUrl, key, secret, username, password } = capillary;
  if (baseUrl === undefined) {
    const credentials = [key, secret, username, password].some((value) => value !== undefined);
    if (platform !== undefined && !credentials) return [];
    const hint = credentials
      ? 'add baseUrl to these credentials'
      : 'add baseUrl and credentials, or platform.capillary';
    return [problemAt(source, at, `does not say how to reach Capillary: ${hint}`)];
  }
  const oauth = [key, secret].filter((value) => value !== undefined).length;
  const basic = [username, password].filter((value) => value !== undefined).length;
  if ((oauth === 2 && basic === 0) || (oauth === 0 && basic === 2)) return [];
  return [problemAt(source, at, 'needs either key and secret of an API client, or username and password of a till')];
}
