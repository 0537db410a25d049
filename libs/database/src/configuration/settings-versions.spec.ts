import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsVersions } from '@patchbay/core';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { acme, hook } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const ACTOR = { name: 'a test', keyId: null };

/** Plugins of version 2, which renamed `url` to `address`. */
const RENAMED: SettingsVersions = {
  settingsVersion: () => 2,
  migrateSettings: (_type, { url = null, ...others }, version) =>
    version >= 2
      ? { settings: { ...(url !== null && { url }), ...others } }
      : url === 'broken'
        ? { settings: { url }, problem: 'does not fit' }
        : { settings: { ...others, address: url } },
};

describe('settings of an older version', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let notices: ChangeNotices;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
    });
    database = await openDatabase({ url: testDatabase.url, onError: () => undefined });
    notices = new ChangeNotices(testDatabase.url, () => undefined);
    const before = storeOf(ONE_VERSION);
    const destinations = [hook({ settings: { url: 'one' } }), hook({ name: 'second', settings: { url: 'broken' } })];
    await before.apply([acme({ destinations })], { prune: false, dryRun: false, complete: true });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await notices.close();
    await database.close();
    await testDatabase.drop();
  });

  const vault = sampleVault();
  const storeOf = (settingsVersions: SettingsVersions): PostgresConfigurationStore =>
    new PostgresConfigurationStore({ ...database, vault, notices, settingsVersions });

  it('are migrated when they are loaded and when they are edited, and stay stored', async () => {
    const migrated = [
      { settings: { address: 'one' } },
      { settings: { url: 'broken' }, settingsProblem: 'does not fit' },
    ];
    const after = storeOf(RENAMED);
    expect((await after.load()).destinations).toMatchObject(migrated);
    const edited: unknown[] = [];
    await after.edit('acme', (stored) => (edited.push(stored?.destinations), null), ACTOR);
    expect(edited).toMatchObject([migrated]);
    expect((await storeOf(ONE_VERSION).load()).destinations).toMatchObject([{ settings: { url: 'one' } }, {}]);
  });

  it('get the current version when they are saved, even if the values are the same', async () => {
    const after = storeOf(RENAMED);
    const destinations = [hook({ settings: { url: 'one' } }), hook({ name: 'second', settings: { address: 'two' } })];
    const { changes } = await after.apply([acme({ destinations })], { prune: false, dryRun: false, complete: true });
    expect(changes.filter(({ action }) => action === 'update')).toMatchObject([
      { name: 'acme/hook', fields: ['settingsVersion'] },
      { name: 'acme/second', fields: ['settingsVersion', 'settings'] },
    ]);
    expect((await after.load()).destinations).toMatchObject([
      { settings: { url: 'one' } },
      { settings: { address: 'two' } },
    ]);
  });
});
