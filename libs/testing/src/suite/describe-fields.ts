import { describe, expect } from '@jest/globals';
import { fieldsOf, isJsonObject, type FieldInfo, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxSample } from '../sandbox/sandbox-definition.js';
import { printedRequest } from './print-request.js';
import { requireAccepted } from './require-accepted.js';
import { advise } from './rules.js';
import { ACCEPTS_SAMPLES, SENDS, type SuiteContext } from './suite-context.js';

/** Tests that the plugin sends every field of its message as the vendor documents it. */
export function describeFields({ rules, bench, sandbox, action }: SuiteContext): void {
  const { samples = [], message: usual } = sandbox;
  const all: readonly SandboxSample[] = [{ name: 'the message of the sandbox', message: usual }, ...samples];
  const checked = rules.after(ACCEPTS_SAMPLES, SENDS);
  describe('every field of a message', () => {
    checked.rule('is set in "message" or in one of the "samples" of the sandbox', () => {
      const messages = all.map((sample) => messageOf(sample, 'https://sandbox.example'));
      advise(
        'Add a message to "samples" of the sandbox that sets the listed fields, so that a test sends them.',
        () => {
          expect(missingIn(messages, fieldsOf(action.message))).toEqual([]);
        },
      );
    });

    for (const sample of all) {
      checked.rule(`is sent as the vendor documents it: ${sample.name}`, async () => {
        const { sandbox: running } = bench();
        const settings = { ...running.settings, ...sample.settings?.(running.baseUrl) };
        requireAccepted(await bench().deliver({ message: messageOf(sample, running.baseUrl), settings }));
        const request = running.inbox.at(-1)?.request;
        if (process.env.PATCHBAY_PRINT_REQUESTS === '1' && request !== undefined) {
          const { type, docsUrl } = bench().plugin.definition;
          process.stdout.write(printedRequest({ type, sample: sample.name, docsUrl, request }));
        }
        advise(
          'The request is not as the vendor documents it. Correct the request, or the schema of the sandbox.',
          () => {
            expect({ violations: running.violations, isReceived: running.inbox.length > 0 }).toEqual({
              violations: [],
              isReceived: true,
            });
          },
        );
      });
    }
  });
}

/** Returns the message of a sample for a sandbox at this URL. */
export function messageOf({ message }: SandboxSample, baseUrl: string): JsonObject {
  return typeof message === 'function' ? message(baseUrl) : message;
}

/** Returns the paths of the fields that none of the values sets. */
function missingIn(values: readonly Json[], fields: readonly FieldInfo[], prefix = ''): string[] {
  return fields.flatMap(({ name, fields: nested }) => {
    const found = values.filter(isJsonObject).flatMap((value) => value[name] ?? []);
    return found.length === 0 ? [prefix + name] : missingIn(found.flat(), nested, `${prefix}${name}.`);
  });
}
