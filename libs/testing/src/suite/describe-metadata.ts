import { describe, expect, it } from '@jest/globals';
import { fieldsOf, type DestinationDefinition, type FieldInfo } from '@patchbay/plugin-sdk';
import type { SuiteContext } from './suite-context.js';

/** Endings of the names of secret fields. Fields that only identify something (`…Sid`, `…Id`, `…Url`) may be shown. */
const SECRET_NAME_ENDS = ['secret', 'password', 'token', 'apikey', 'privatekey', 'serviceaccount'];
const SECRET_NAME = new RegExp(`(${SECRET_NAME_ENDS.join('|')})s?$`, 'i');

/** Tests the catalogue entry, and that secrets are never shown. */
export function describeMetadata<C extends object, S extends object, M extends object>(
  definition: DestinationDefinition<C, S, M>,
  { bench, sandbox }: SuiteContext,
): void {
  describe('the definition', () => {
    it('is found by the host', () => {
      expect(sandbox.type).toBe(definition.type);
      expect(bench().plugin.definition.type).toBe(definition.type);
    });

    it('introduces itself', () => {
      expect(definition.label).toMatch(/\S/);
      expect(definition.description).toMatch(/^[A-Z].{20,}\.$/s);
      if (definition.docsUrl !== undefined) expect(definition.docsUrl).toMatch(/^https:\/\//);
      expect(bench().plugin.logo).toMatch(/^data:image\//);
    });

    it('has a README with a block for the brand’s file', () => {
      expect(bench().plugin.readme).toMatch(new RegExp('```yaml[^`]*\\btype: ' + definition.type + '\\b', 's'));
    });

    it('has valid limits', () => {
      const { gateway, sandbox: running } = bench();
      const limits = Object.entries(gateway.facts(definition.type)?.limits(running.settings) ?? {});
      expect(limits.filter(([, value]) => !(value > 0 && Number.isFinite(value)))).toEqual([]);
    });

    it(`sets "secret: true" for every field whose name ends in ${SECRET_NAME_ENDS.join(', ')}`, () => {
      const shown = [definition.credentials, definition.settings].flatMap((one) => open(fieldsOf(one)));
      expect(shown.filter((name) => SECRET_NAME.test(name))).toEqual([]);
      const { credentials } = bench().gateway.secretPaths(definition.type);
      expect(credentials).not.toEqual([]);
    });

    it('accepts the sandbox’s own values', () => {
      const { gateway, sandbox: running } = bench();
      expect(gateway.checkCredentials(definition.type, running.credentials)).toEqual([]);
      expect(gateway.checkCredentials(definition.type, running.wrongCredentials)).toEqual([]);
      expect(gateway.checkSettings(definition.type, running.settings)).toEqual([]);
      expect(gateway.checkMessage(definition.type, sandbox.message)).toEqual([]);
    });

    it('refuses unknown fields and empty values', () => {
      const { gateway } = bench();
      expect(gateway.checkMessage(definition.type, { ...sandbox.message, noSuchField: 1 })).not.toEqual([]);
      expect(gateway.checkMessage(definition.type, {})).not.toEqual([]);
      expect(gateway.checkCredentials(definition.type, {})).not.toEqual([]);
    });
  });
}

/** Returns the names of all fields that may be shown. */
function open(fields: readonly FieldInfo[]): string[] {
  return fields
    .filter(({ secret }) => !secret)
    .flatMap(({ name, fields: nested }) => (nested.length > 0 ? open(nested) : [name]));
}
