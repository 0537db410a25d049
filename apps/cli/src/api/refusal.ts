import type { ConfigurationProblem, JsonObject } from '@patchbay/core';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { missingOptions, needsIn } from './change-confirmation.js';
import type { HubAnswer } from './hub-answer.js';
import { isJsonObject, objectsAt, textAt } from './json-reading.js';

/** Hint for a response that is not from a hub. */
export const CHECK_URL_HINT = 'Check that PATCHBAY_URL is the URL of a Patchbay hub, and check any proxy between.';

/** Converts an error response of the hub (RFC 9457) to a CliError. */
export function refusalOf(url: string, call: string, answer: HubAnswer): CliError {
  const body = isJsonObject(answer.body) ? answer.body : undefined;
  const detail = textAt(body, 'detail') ?? textAt(body, 'title');
  if (answer.status === 403 && detail !== undefined) {
    return new CliError(printable(detail), 'Set PATCHBAY_ADMIN_KEY to a key with the required role and brands.');
  }
  if (answer.status === 401 || answer.status === 403) {
    return new CliError(
      `The hub at ${url} rejected the admin key.`,
      'Set PATCHBAY_ADMIN_KEY to a valid API key of this hub.',
    );
  }
  if (body === undefined || detail === undefined) {
    return new CliError(
      `${url} responded to ${call} with ${answer.status}, but the response is not from a Patchbay hub.`,
      CHECK_URL_HINT,
    );
  }
  const problems = objectsAt(body, 'errors').map((error): ConfigurationProblem => ({
    ...fileOf(error),
    ...(typeof error.line === 'number' ? { line: error.line } : {}),
    field: textAt(error, 'field') ?? '',
    message: textAt(error, 'detail') ?? 'was rejected',
  }));
  const missing = missingOptions(needsIn(body), {});
  if (missing.length > 0) return new CliError(printable(detail, 2_000), `To confirm, add ${missing.join(' ')}.`);
  const hint =
    answer.status === 429 || answer.status >= 500
      ? 'Try again in a moment. If it fails again, check the log of the hub.'
      : undefined;
  // The text of the API names the field of its answer, but the CLI lists the problems below the text.
  return new CliError(printable(detail).replaceAll('in `errors`', 'below'), hint, { problems });
}

function fileOf(error: JsonObject): { file?: string } {
  const file = textAt(error, 'file');
  return file === undefined ? {} : { file };
}
