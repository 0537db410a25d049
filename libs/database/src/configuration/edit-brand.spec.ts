import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { definitionOf, recordsByBrand, type BrandEdit, type BrandSettings, type EditableBrand } from '@patchbay/core';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const ACTOR = { name: 'a test', keyId: null };
const shop = { name: 'shop', adapter: 'json', auth: { bearer: ['shop-secret'] } };
const crm = hook({ name: 'crm' });
const all = points({ name: 'all', source: 'shop', destination: 'crm' });

function settingsOf(brand: string, also: Partial<BrandSettings> = {}): BrandSettings {
  return {
    brand,
    timezone: 'UTC',
    privacy: { mode: 'standard', keep: [], personal: [] },
    retentionDays: 30,
    recipients: { order: ['event'] },
    ...also,
  };
}

describe('an edit of API-managed objects', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let notices: ChangeNotices;
  let store: PostgresConfigurationStore;
  /** Name of the brand, which is new for each test. */
  let brand: string;
  let brands = 0;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
    });
    database = await openDatabase({ url: testDatabase.url, onError: () => undefined });
    notices = new ChangeNotices(testDatabase.url, () => undefined);
    store = new PostgresConfigurationStore({
      ...database,
      vault: sampleVault(),
      notices,
      settingsVersions: ONE_VERSION,
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await notices.close();
    await database.close();
    await testDatabase.drop();
  });
  beforeEach(() => {
    brand = `brand-${++brands}`;
  });

  const edit = async (...edits: BrandEdit[]): Promise<void> => {
    for (const one of edits) await store.edit(brand, () => one, ACTOR);
  };
  const make = (): Promise<void> =>
    edit(
      { kind: 'brand', settings: settingsOf(brand) },
      { kind: 'source', spec: shop },
      { kind: 'destination', spec: crm },
      { kind: 'subscription', spec: all },
    );
  const stored = async () => {
    const loaded = recordsByBrand(await store.load());
    return loaded.find(({ brand: { name } }) => name === brand);
  };
  const definition = async () => {
    const found = await stored();
    return found === undefined ? undefined : definitionOf(found);
  };

  it('creates a brand part by part, each in a revision of its own', async () => {
    const before = await store.revision();
    await make();
    expect(await definition()).toEqual({
      ...settingsOf(brand),
      sources: [shop],
      destinations: [crm],
      subscriptions: [all],
    });
    expect(await store.revision()).toBe(before + 4);
    const found = await stored();
    expect(found?.sources.map(({ name, managedBy }) => [name, managedBy])).toEqual([
      ['patchbay', 'hub'],
      ['shop', 'api'],
    ]);
    const sources = (found?.sources ?? []).filter(({ managedBy }) => managedBy !== 'hub');
    for (const one of [found?.brand, ...sources, ...(found?.destinations ?? [])]) {
      expect(one).toMatchObject({ managedBy: 'api', file: null });
    }
  });

  it('returns its changes, and none if nothing differs', async () => {
    await make();
    const changed = { ...crm, credentials: { bearer: 'new-secret' }, settings: { url: 'https://other.example' } };
    const before = await store.revision();
    expect(await store.edit(brand, () => ({ kind: 'destination', spec: changed }), ACTOR)).toMatchObject({
      revision: before + 1,
      changes: [{ action: 'update', kind: 'destination', name: `${brand}/crm`, fields: ['settings', 'credentials'] }],
    });
    await edit(
      { kind: 'destination', spec: changed },
      { kind: 'subscription', spec: all },
      { kind: 'source', spec: shop },
    );
    await edit({ kind: 'brand', settings: settingsOf(brand) });
    expect(await store.revision()).toBe(before + 1);
    expect((await definition())?.destinations).toEqual([changed]);
    const [newest] = await database.dataSource.query<Record<string, unknown>[]>(
      'SELECT actor, summary FROM configuration_revisions ORDER BY revision DESC LIMIT 1',
    );
    expect(newest).toMatchObject({ actor: ACTOR.name, summary: [{ name: `${brand}/crm` }] });
  });

  it('closes the version that created the existing deliveries', async () => {
    await make();
    const first = (await stored())?.subscriptions[0];
    await edit({ kind: 'subscription', spec: { ...all, events: ['tierUpgraded'] } });
    const second = (await stored())?.subscriptions[0];
    expect(second).toMatchObject({ version: 2, subscriptionId: first?.subscriptionId, events: ['tierUpgraded'] });
    expect(await store.subscriptionVersions([first?.id ?? ''])).toMatchObject([{ version: 1, events: ['points*'] }]);
  });

  it('deletes part by part, including secrets', async () => {
    await make();
    await edit(
      { kind: 'deletion', part: { kind: 'subscription', name: 'all' } },
      { kind: 'deletion', part: { kind: 'destination', name: 'crm' } },
      { kind: 'deletion', part: { kind: 'source', name: 'shop' } },
    );
    expect(await definition()).toMatchObject({ sources: [], destinations: [], subscriptions: [] });
    await edit({ kind: 'deletion', part: { kind: 'brand', name: brand } });
    expect(await definition()).toBeUndefined();
    const sealed = await database.dataSource.query<{ bytes: number }[]>(
      `SELECT length(b.wrapped_key) + length(s.sealed_auth) + length(d.sealed_credentials) AS bytes
       FROM brands b JOIN sources s ON s.brand_id = b.id AND s.managed_by = 'api' JOIN destinations d ON d.brand_id = b.id WHERE b.name = $1`,
      [brand],
    );
    expect(sealed).toEqual([{ bytes: 0 }]);
    await make();
    expect((await definition())?.subscriptions).toEqual([all]);
  });

  it('changes nothing if its decision throws or returns null', async () => {
    await make();
    const before = await store.revision();
    const refused = new Error('refused');
    const decide = (): never => {
      throw refused;
    };
    await expect(store.edit(brand, decide, ACTOR)).rejects.toBe(refused);
    await store.edit(brand, () => Promise.resolve(null), ACTOR);
    const lost = { kind: 'subscription', spec: { ...all, destination: 'gone' } } as const;
    await expect(edit(lost)).rejects.toThrow('There is no destination "gone"');
    expect(await store.revision()).toBe(before);
    expect((await definition())?.subscriptions).toEqual([all]);
  });

  it('passes current and vanished objects to the decision', async () => {
    const file = acme({ brand, subscriptions: [points(), points({ name: 'old' })] });
    const options = { prune: false, dryRun: false, complete: false };
    await store.apply([file], options);
    await store.apply([{ ...file, definition: { ...file.definition, subscriptions: [points()] } }], options);
    let seen: EditableBrand | null = null;
    await store.edit(
      brand,
      async (found) => {
        seen = found;
        return null;
      },
      ACTOR,
    );
    expect(seen).toMatchObject({
      brand: { name: brand, managedBy: 'file' },
      sources: [
        { name: 'capillary', auth: { bearer: ['source-secret'] } },
        { name: 'patchbay', managedBy: 'hub' },
      ],
      destinations: [{ name: 'hook' }],
      subscriptions: [{ name: 'points' }],
      vanished: [{ name: 'old', file: file.file }],
    });
    const look = (found: EditableBrand | null): null => {
      seen = found;
      return null;
    };
    await store.edit('nobody', look, ACTOR);
    expect(seen).toBeNull();
  });

  it('works beside a file and leaves file-managed objects alone', async () => {
    const file = acme({ brand });
    await store.apply([file], { prune: false, dryRun: false, complete: false });
    await edit({ kind: 'destination', spec: crm }, { kind: 'subscription', spec: { ...all, source: 'capillary' } });
    await expect(edit({ kind: 'destination', spec: hook({ limits: {} }) })).rejects.toThrow(`managed by ${file.file}`);
    await expect(edit({ kind: 'deletion', part: { kind: 'source', name: 'capillary' } })).rejects.toThrow('managed by');
    await expect(edit({ kind: 'brand', settings: settingsOf(brand) })).rejects.toThrow('managed by');
    const { changes } = await store.apply([file], { prune: true, dryRun: false, complete: false });
    expect(changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    expect((await definition())?.destinations.map(({ name }) => name)).toEqual(['crm', 'hook']);
  });

  it('waits for the previous edit, and decides by its result', async () => {
    await make();
    const seed = Math.floor(Math.random() * 1e9);
    const counts = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      counts.map((index) =>
        store.edit(
          brand,
          (found) => {
            const limits = { concurrency: (found?.destinations[0]?.limits.concurrency ?? 0) + 1 };
            return { kind: 'destination', spec: { ...crm, limits } };
          },
          { name: `${seed}/${index}`, keyId: null },
        ),
      ),
    );
    expect((await stored())?.destinations[0]).toMatchObject({ limits: { concurrency: 20 }, version: 21 });
  });
});
