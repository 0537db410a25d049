import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApplyOptions } from '@patchbay/core';
import { createTestDatabase } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { openEarlierSchema } from '../testing/earlier-schemas.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { acme, points } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

/** Timestamp just before the migration that adds the source. */
const BEFORE_THE_SOURCE = 1_795_841_299_999;

describe.each(await testServers())('the operational source on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let notices: ChangeNotices;
  let store: PostgresConfigurationStore;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    store = new PostgresConfigurationStore({
      ...database,
      vault: sampleVault(),
      notices,
      settingsVersions: ONE_VERSION,
    });
  });
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  const apply = async (
    files: Parameters<typeof store.apply>[0],
    options: Partial<ApplyOptions> = {},
  ): Promise<void> => {
    await store.apply(files, { prune: false, dryRun: false, complete: true, ...options });
  };
  const sources = (): Promise<{ name: string; managed_by: string }[]> =>
    database.dataSource.query('SELECT name, managed_by FROM sources WHERE deleted_at IS NULL ORDER BY name');
  const own = { name: 'patchbay', managed_by: 'hub' };

  it('is created with its brand, kept when other objects vanish, and deleted with its brand', async () => {
    const alerts = points({ name: 'alerts', source: 'patchbay', events: ['delivery.dead'] });
    await apply([acme({ subscriptions: [points(), alerts] })]);
    expect(await sources()).toEqual([{ name: 'capillary', managed_by: 'file' }, own]);
    expect((await store.load()).subscriptions.map(({ name }) => name)).toEqual(['alerts', 'points']);
    const { revision } = await store.load();
    await apply([acme({ subscriptions: [points(), alerts] })]);
    expect((await store.load()).revision).toBe(revision);
    await apply([acme({ sources: [], subscriptions: [alerts] })], { prune: true });
    expect(await sources()).toEqual([own]);
    await apply([], { prune: true });
    expect(await sources()).toEqual([]);
    await apply([acme()]);
    expect(await sources()).toContainEqual(own);
  });

  it('cannot be replaced, changed or deleted', async () => {
    await apply([acme()]);
    const other = { name: 'patchbay', adapter: 'capillary', auth: { bearer: ['another-secret'] } };
    await expect(apply([acme({ sources: [other], subscriptions: [] })])).rejects.toThrow('is created by the hub');
    const actor = { name: 'somebody', keyId: null };
    await expect(store.edit('acme', () => ({ kind: 'source', spec: other }), actor)).rejects.toThrow();
    const deletion = { kind: 'deletion', part: { kind: 'source', name: 'patchbay' } } as const;
    await expect(store.edit('acme', () => deletion, actor)).rejects.toThrow();
    expect(await sources()).toContainEqual(own);
  });

  it('is added to existing brands by the migration, which renames a source of the same name', async () => {
    const created = await createTestDatabase(server === undefined ? {} : { server });
    const before = await openEarlierSchema({ lastMigration: BEFORE_THE_SOURCE }, created.url);
    const [brandId, sourceId] = [randomUUID(), randomUUID()];
    await before.query(
      `INSERT INTO brands (id, name, managed_by, disabled, timezone, retention_days, privacy, recipient_order, wrapped_key)
      VALUES ($1, 'acme', 'api', false, 'UTC', 30, '{"mode":"pii-less","keep":[],"personal":[]}', '["event"]', '')`,
      [brandId],
    );
    await before.query(
      `INSERT INTO sources (id, brand_id, name, adapter, sealed_auth, managed_by, disabled)
      VALUES ($1, $2, 'patchbay', 'json', '', 'api', false)`,
      [sourceId, brandId],
    );
    await migrate(created.url);
    const found: unknown = await before.query('SELECT name, managed_by FROM sources ORDER BY name');
    await before.destroy();
    await created.drop();
    expect(found).toEqual([own, { name: `patchbay-${sourceId.slice(0, 8)}`, managed_by: 'api' }]);
  });
});
