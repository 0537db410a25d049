import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { migrateSettings } from './migrate-settings.js';

/** Version 2 renamed `number` to `line`. */
const renamed = {
  type: 'acme-pager',
  settingsVersion: 2,
  migrate: ({ number: line = null, ...others }: JsonObject): JsonObject => ({ ...others, line }),
};
const check = ({ line }: JsonObject) =>
  typeof line === 'string' ? [] : [{ field: 'line', message: 'is required', missing: true }];

describe('stored settings', () => {
  it('of an older version are migrated', () => {
    expect(migrateSettings(renamed, { number: '7' }, 1, check)).toEqual({ settings: { line: '7' } });
  });

  it.each([2, 3])('of the current or a newer version %d stay unchanged', (version) => {
    expect(migrateSettings(renamed, { number: '7' }, version, check)).toEqual({ settings: { number: '7' } });
  });

  it('that fit although the plugin does not migrate them stay unchanged', () => {
    const { type, settingsVersion } = renamed;
    expect(migrateSettings({ type, settingsVersion }, { line: '7' }, 1, check)).toEqual({ settings: { line: '7' } });
  });

  it('are not changed by a migration that changes its argument', () => {
    const stored = { number: '7' };
    const migrate = (settings: JsonObject): JsonObject => Object.assign(settings, { line: '7' });
    expect(migrateSettings({ ...renamed, migrate }, stored, 1, check).settings).toEqual({ number: '7', line: '7' });
    expect(stored).toEqual({ number: '7' });
  });

  it.each<[string, ((settings: JsonObject) => JsonObject) | undefined, string]>([
    ['without a migration', undefined, 'and the plugin has no function migrate.'],
    ['whose migration does not fit', () => ({}), 'and the migrated settings do not fit: settings.line: is required.'],
    [
      'whose migration throws',
      () => {
        throw new Error('secret-value');
      },
      'and the function migrate of the plugin failed.',
    ],
  ])('%s have a problem without values', (_what, migrate, cause) => {
    const { type, settingsVersion } = renamed;
    const definition = { type, settingsVersion, ...(migrate && { migrate }) };
    const stored = { number: 'secret-value' };
    expect(migrateSettings(definition, stored, 1, check)).toEqual({
      settings: stored,
      problem: `The stored settings have version 1, but the plugin acme-pager needs version 2, ${cause}`,
    });
  });
});
