import { formatProblem, type JsonObject } from '@patchbay/core';
import { isJsonObject, objectAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { findBrandFiles, readBrandFile } from './brand-files.js';

const CREDENTIALS_HINT = 'Give the credentials yourself: --header "name: value".';

/**
 * The headers that a caller of a source has to send, by the brand's file; the first of several accepted values. Throws
 * where the file, the source or a secret of it is not here.
 */
export function sourceCredentials(env: CliContext['env'], brand: string, source: string): Record<string, string> {
  const read = findBrandFiles(env, [])
    .map((file) => readBrandFile(env, file))
    .find((one) => isJsonObject(one.source.content) && one.source.content.brand === brand);
  if (read === undefined) throw new CliError(`No brand file here is of brand ${brand}.`, CREDENTIALS_HINT);
  const at = `sources.${source}`;
  const content = isJsonObject(read.source.content) ? read.source.content : undefined;
  const auth = objectAt(objectAt(objectAt(content, 'sources'), source), 'auth');
  if (auth === undefined) throw new CliError(`${read.file} has no source ${source}.`, CREDENTIALS_HINT);
  const problem = read.source.problems.find(({ field }) => field === at || field.startsWith(`${at}.`));
  if (problem !== undefined) throw new CliError(formatProblem(problem), CREDENTIALS_HINT);
  return headersFor(auth, `${read.file} ${at}.auth`);
}

function headersFor(auth: JsonObject, field: string): Record<string, string> {
  if (auth.standardWebhooks !== undefined) {
    throw new CliError(`${field} wants signed calls, which this command does not make.`, CREDENTIALS_HINT);
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
