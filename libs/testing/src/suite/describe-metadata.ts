import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DESTINATION_CATEGORIES, fieldsOf, type DestinationDefinition, type FieldInfo } from '@patchbay/plugin-sdk';
import type { SuiteContext } from './suite-context.js';

/** Names of fields that give something away. What identifies only (`…Sid`, `…Id`, `…Url`) may be shown. */
const TELLTALE_ENDS = ['secret', 'password', 'token', 'apikey', 'privatekey', 'serviceaccount'];
const TELLTALE = new RegExp(`(${TELLTALE_ENDS.join('|')})s?$`, 'i');

/** What the catalogue shows, and what must never be shown. */
export function describeMetadata<C extends object, S extends object, M extends object>(
  definition: DestinationDefinition<C, S, M>,
  { bench, sandbox, folder }: SuiteContext,
): void {
  describe('the definition', () => {
    it('is what the host finds in a folder named after its type', () => {
      expect(basename(folder)).toBe(definition.type);
      expect(sandbox.type).toBe(definition.type);
      expect(bench().plugin.definition.type).toBe(definition.type);
    });

    it('introduces itself', () => {
      expect(definition.label).toMatch(/\S/);
      expect(definition.description).toMatch(/^[A-Z].{20,}\.$/s);
      expect(DESTINATION_CATEGORIES).toContain(definition.category);
      if (definition.docsUrl !== undefined) expect(definition.docsUrl).toMatch(/^https:\/\//);
      expect(bench().plugin.logo).toMatch(/^data:image\//);
    });

    it('has a README with a block for the brand’s file', () => {
      expect(bench().plugin.readme).toMatch(new RegExp('```yaml[^`]*\\btype: ' + definition.type + '\\b', 's'));
    });

    it('says limits that can be kept', () => {
      const { gateway, sandbox: running } = bench();
      const limits = Object.entries(gateway.facts(definition.type)?.limits(running.settings) ?? {});
      expect(limits.filter(([, value]) => !(value > 0 && Number.isFinite(value)))).toEqual([]);
    });

    it(`says "secret: true" of every field whose name ends in ${TELLTALE_ENDS.join(', ')}`, () => {
      const shown = [definition.credentials, definition.settings].flatMap((one) => open(fieldsOf(one)));
      expect(shown.filter((name) => TELLTALE.test(name))).toEqual([]);
      const { credentials } = bench().gateway.secretPaths(definition.type);
      expect(credentials).not.toEqual([]);
    });

    it('takes the sandbox’s own values', () => {
      const { gateway, sandbox: running } = bench();
      expect(gateway.checkCredentials(definition.type, running.credentials)).toEqual([]);
      expect(gateway.checkCredentials(definition.type, running.wrongCredentials)).toEqual([]);
      expect(gateway.checkSettings(definition.type, running.settings)).toEqual([]);
      expect(gateway.checkMessage(definition.type, sandbox.message)).toEqual([]);
    });

    it('refuses what it does not know, and nothing at all', () => {
      const { gateway } = bench();
      expect(gateway.checkMessage(definition.type, { ...sandbox.message, noSuchField: 1 })).not.toEqual([]);
      expect(gateway.checkMessage(definition.type, {})).not.toEqual([]);
      expect(gateway.checkCredentials(definition.type, {})).not.toEqual([]);
    });
  });
}

/** The names of all fields that may be shown. */
function open(fields: readonly FieldInfo[]): string[] {
  return fields
    .filter(({ secret }) => !secret)
    .flatMap(({ name, fields: nested }) => (nested.length > 0 ? open(nested) : [name]));
}
