import { formatProblem, type JsonObject } from '@patchbay/core';
import { isJsonObject, objectAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { findBrandFiles, readBrandFile } from './brand-files.js';

const CREDENTIALS_HINT = 'Pass the credentials with --header "name: value".';

/**
 * Returns the request headers that authenticate a caller of a source, as the brand file defines them. If the source
 * accepts several values, uses the first value. Throws if the file, the source or one of its secrets is missing.
 */
export function sourceCredentials(env: CliContext['env'], brand: string, source: string): Record<string, string> {
  const read = findBrandFiles(env, [])
    .map((file) => readBrandFile(env, file))
    .find((one) => isJsonObject(one.source.content) && one.source.content.brand === brand);
  if (read === undefined) throw new CliError(`There is no brand file for "${brand}".`, CREDENTIALS_HINT);
  const at = `sources.${source}`;
  const content = isJsonObject(read.source.content) ? read.source.content : undefined;
  const auth = objectAt(objectAt(objectAt(content, 'sources'), source), 'auth');
  if (auth === undefined) throw new CliError(`${read.file} has no source "${source}" with auth.`, CREDENTIALS_HINT);
  const problem = read.source.problems.find(({ field }) => field === at || field.startsWith(`${at}.`));
  if (problem !== undefined) throw new CliError(formatProblem(problem), CREDENTIALS_HINT);
  return headersFor(auth, `${read.file} ${at}.auth`);
}

function headersFor(auth: JsonObject, field: string): Record<string, string> {
  if (auth.standardWebhooks !== undefined) {
    throw new CliError(`${field} requires signed requests, which this command cannot create.`, CREDENTIALS_HINT);
  }
  const named = Object.keys(objectAt(auth, 'headers') ?? {}).map((name) => {
    return [name, textsAt(objectAt(auth, 'headers'), name)[0] ?? ''] as const;
  });
  const login = objectsAt(auth, 'basic')[0];
  const bearer = textsAt(auth, 'bearer')[0];
  return {
    ...Object.fromEntries(named),
    ...(login === undefined ? {} : { authorization: `Basic ${basic(login)}` }),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
  };
}

function basic(login: JsonObject): string {
  return Buffer.from(`${textAt(login, 'username') ?? ''}:${textAt(login, 'password') ?? ''}`).toString('base64');
}
