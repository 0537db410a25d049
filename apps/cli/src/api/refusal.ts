import type { ConfigurationProblem, JsonObject } from '@patchbay/core';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { missingOptions, needsIn } from './change-confirmation.js';
import type { HubAnswer } from './hub-answer.js';
import { isJsonObject, objectsAt, textAt } from './json-reading.js';

/** What a refusal of the hub (RFC 9457) means for the person at the command line. */
export function refusalOf(url: string, call: string, answer: HubAnswer): CliError {
  const body = isJsonObject(answer.body) ? answer.body : undefined;
  const detail = textAt(body, 'detail') ?? textAt(body, 'title');
  if (answer.status === 403 && detail !== undefined) {
    return new CliError(printable(detail), 'Set PATCHBAY_ADMIN_KEY to a key that may do this.');
  }
  if (answer.status === 401 || answer.status === 403) {
    return new CliError(
      `The hub at ${url} refused the admin key.`,
      'Set PATCHBAY_ADMIN_KEY to the key that the hub runs with.',
    );
  }
  if (body === undefined || detail === undefined) {
    return new CliError(
      `${url} answered ${call} with ${answer.status}, and not as a hub does.`,
      'Is PATCHBAY_URL the address of a Patchbay hub?',
    );
  }
  const problems = objectsAt(body, 'errors').map((error): ConfigurationProblem => ({
    ...fileOf(error),
    ...(typeof error.line === 'number' ? { line: error.line } : {}),
    field: textAt(error, 'field') ?? '',
    message: textAt(error, 'detail') ?? 'was refused',
  }));
  const missing = missingOptions(needsIn(body), {});
  if (missing.length > 0) return new CliError(printable(detail, 2_000), `To confirm, add ${missing.join(' ')}.`);
  const hint = answer.status === 429 || answer.status >= 500 ? 'Try again in a moment; its log says more.' : undefined;
  return new CliError(printable(detail), hint, { problems });
}

function fileOf(error: JsonObject): { file?: string } {
  const file = textAt(error, 'file');
  return file === undefined ? {} : { file };
}
