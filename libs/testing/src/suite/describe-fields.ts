import { describe, expect, it } from '@jest/globals';
import { fieldsOf, isJsonObject, type Ctor, type FieldInfo, type Json } from '@patchbay/plugin-sdk';
import { requireAccepted } from './require-accepted.js';
import type { SuiteContext } from './suite-context.js';

/** Tests that the plugin sends every field of its message as the vendor documents it. */
export function describeFields(message: Ctor<object>, { bench, sandbox }: SuiteContext): void {
  const { samples = [], message: usual } = sandbox;
  describe('every field of a message', () => {
    it('is set in "message" or in one of the "samples" of the sandbox', () => {
      const messages = [usual, ...samples.map((sample) => sample.message)];
      expect(missingIn(messages, fieldsOf(message))).toEqual([]);
    });

    if (samples.length === 0) return;
    it.each(samples)('is sent as the vendor documents it: $name', async (sample) => {
      const { sandbox: running } = bench();
      const settings = { ...running.settings, ...sample.settings?.(running.baseUrl) };
      requireAccepted(await bench().deliver({ message: sample.message, settings }));
      expect(running.violations).toEqual([]);
      expect(running.inbox).not.toEqual([]);
    });
  });
}

/** Returns the paths of the fields that none of the values sets. */
function missingIn(values: readonly Json[], fields: readonly FieldInfo[], prefix = ''): string[] {
  return fields.flatMap(({ name, fields: nested }) => {
    const found = values.filter(isJsonObject).flatMap((value) => value[name] ?? []);
    return found.length === 0 ? [prefix + name] : missingIn(found.flat(), nested, `${prefix}${name}.`);
  });
}
