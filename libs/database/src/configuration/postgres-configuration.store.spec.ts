import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BOOT_ACTOR,
  ConfigurationError,
  type ApplyOptions,
  type ApplyResult,
  type BrandEdit,
  type BrandFile,
  type ConfigurationChange,
  type ConfigurationNotice,
  type ConfigurationRecords,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleEvent, sampleIds } from '../testing/event-fixtures.js';
import { sampleVault } from '../testing/sample-vault.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const NORMAL: ApplyOptions = { prune: false, dryRun: false, complete: true };
const vault = sampleVault();
const ACTOR = { name: 'continuous integration', keyId: null };

describe.each(await testServers())('PostgresConfigurationStore on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let notices: ChangeNotices;
  let store: PostgresConfigurationStore;

  // Each test starts with an empty configuration in its own database. Copying a database takes about 40 ms.
  beforeAll(async () => {
    await (await openTestDatabase(server)).close();
  }, SERVICE_TIMEOUT_MS);
  beforeEach(async () => {
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    store = new PostgresConfigurationStore({ ...database, vault, notices, settingsVersions: ONE_VERSION });
  });
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  const apply = (files: BrandFile[], options: Partial<ApplyOptions> = {}): Promise<ApplyResult> =>
    store.apply(files, { ...NORMAL, ...options });
  const only = (records: ConfigurationRecords) => {
    const [brand, source, destination, subscription] = [
      records.brands[0],
      records.sources[0],
      records.destinations[0],
      records.subscriptions[0],
    ];
    if (!brand || !source || !destination || !subscription) throw new Error('An object is missing.');
    return { brand, source, destination, subscription };
  };
  const real = ({ changes }: ApplyResult): ConfigurationChange[] =>
    changes.filter(({ action }) => action !== 'unchanged');

  it('applies a whole file and seals its secrets', async () => {
    expect(await store.revision()).toBe(0);
    const result = await apply([acme()]);
    expect(result.revision).toBe(1);
    expect(result.changes).toEqual(
      ['acme', 'acme/capillary', 'acme/hook', 'acme/points'].map((name) =>
        expect.objectContaining({ action: 'create', name }),
      ),
    );
    const records = await store.load();
    const { brand, source, destination, subscription } = only(records);
    expect(records.revision).toBe(1);
    expect(brand).toMatchObject({
      name: 'acme',
      retentionDays: 30,
      recipientOrder: ['event'],
      managedBy: 'file',
      file: 'config/brands/acme.yaml',
    });
    expect(source).toMatchObject({ brandId: brand.id, auth: { bearer: ['source-secret'] }, disabled: false });
    expect(destination).toMatchObject({
      type: 'webhook',
      settings: { url: 'https://hooks.example.com/in' },
      version: 1,
    });
    expect(
      JSON.parse(brand.vault.open(`destination/${destination.id}/credentials`, destination.sealedCredentials)),
    ).toEqual({
      bearer: 'destination-secret',
    });
    expect(subscription).toMatchObject({
      sourceId: source.id,
      destinationId: destination.id,
      events: ['points*'],
      when: null,
      version: 1,
      mapping: { to: 'x', body: '{{ data.totalPointsIssued }}' },
    });
    const stored = JSON.stringify([
      await database.dataSource.query(
        `SELECT s, d, encode(s.sealed_auth, 'escape'), encode(d.sealed_credentials, 'escape')
          FROM sources s, destinations d`,
      ),
      await database.dataSource.query('SELECT * FROM configuration_revisions'),
    ]);
    expect(stored).toContain('hooks.example.com');
    for (const secret of ['source-secret', 'destination-secret']) expect(stored).not.toContain(secret);
  });

  it('changes nothing, and reseals nothing, if the file did not change', async () => {
    await apply([acme()]);
    const before = await store.load();
    const again = await apply([acme()]);
    expect(again.revision).toBe(1);
    expect(real(again)).toEqual([]);
    expect(again.changes).toHaveLength(4);
    const after = await store.load();
    expect(after.destinations).toEqual(before.destinations);
    expect(after.subscriptions).toEqual(before.subscriptions);
  });

  it('creates a new version of a changed subscription and keeps the old one unchanged', async () => {
    await apply([acme()]);
    const { brand, subscription: first } = only(await store.load());
    const changed = acme({ subscriptions: [points({ events: ['pointsIssued'] })] });
    const result = await apply([changed]);
    expect(real(result)).toEqual([{ action: 'update', kind: 'subscription', name: 'acme/points', fields: ['events'] }]);
    const { subscription: second } = only(await store.load());
    expect(second).toMatchObject({ subscriptionId: first.subscriptionId, version: 2, events: ['pointsIssued'] });
    expect(await store.subscriptionsAt(brand.id, 1)).toEqual([first]);
    expect(await store.subscriptionsAt(brand.id, 2)).toEqual([second]);
    expect(await store.subscriptionVersions([first.id])).toEqual([first]);
  });

  it('detects a changed key order in a mapping, because the message follows it', async () => {
    await apply([acme()]);
    const mapping = { body: '{{ data.totalPointsIssued }}', to: 'x' };
    const result = await apply([acme({ subscriptions: [points({ mapping })] })]);
    expect(real(result)).toMatchObject([{ name: 'acme/points', fields: ['mapping'] }]);
    expect(JSON.stringify(only(await store.load()).subscription.mapping)).toBe(JSON.stringify(mapping));
  });

  it('reseals changed credentials, lists the field without its value, and increases the version', async () => {
    await apply([acme()]);
    const result = await apply([acme({ destinations: [hook({ credentials: { bearer: 'rotated' } })] })]);
    expect(real(result)).toEqual([
      { action: 'update', kind: 'destination', name: 'acme/hook', fields: ['credentials'] },
    ]);
    const { brand, destination } = only(await store.load());
    expect(destination.version).toBe(2);
    expect(brand.vault.open(`destination/${destination.id}/credentials`, destination.sealedCredentials)).toContain(
      'rotated',
    );
  });

  it('returns what a dry run would change, and changes nothing', async () => {
    const result = await apply([acme()], { dryRun: true });
    expect(real(result)).toHaveLength(4);
    expect(result.revision).toBe(0);
    expect(await store.revision()).toBe(0);
    expect((await store.load()).brands).toEqual([]);
  });

  it('disables vanished objects and holds their deliveries, and restores them unchanged', async () => {
    await apply([acme()]);
    const before = only(await store.load());
    const result = await apply([acme({ sources: [], destinations: [], subscriptions: [] })]);
    expect(real(result).map(({ action, name }) => `${action} ${name}`)).toEqual([
      'disable acme/points',
      'disable acme/hook',
      'disable acme/capillary',
    ]);
    const records = await store.load();
    expect(records.subscriptions).toEqual([]);
    expect(records.sources).toMatchObject([
      { name: 'capillary', disabled: true },
      { name: 'patchbay', disabled: false },
    ]);
    expect(records.destinations).toMatchObject([{ disabled: true, version: 2 }]);
    expect(real(await apply([acme({ sources: [], destinations: [], subscriptions: [] })]))).toEqual([]);

    const back = await apply([acme()]);
    expect(real(back).map(({ action }) => action)).toEqual(['enable', 'enable', 'enable']);
    const after = only(await store.load());
    expect(after.destination).toMatchObject({ id: before.destination.id, disabled: false });
    expect(after.subscription).toMatchObject({ subscriptionId: before.subscription.subscriptionId, version: 2 });
  });

  it('keeps a deleted source without its secrets as long as events of its brand may be kept', async () => {
    await apply([acme()]);
    const { source, brand } = only(await store.load());
    expect((await store.load()).deletedSources).toEqual([]);
    const renamed = {
      ...acme().definition.sources[0],
      name: 'renamed',
      adapter: 'json',
      auth: { bearer: ['another'] },
    };
    await apply([acme({ sources: [renamed], subscriptions: [points({ source: 'renamed' })] })], { prune: true });
    const records = await store.load();
    expect(records.sources.map(({ name }) => name)).toEqual(['patchbay', 'renamed']);
    expect(records.deletedSources).toEqual([
      {
        ...{ id: source.id, brandId: brand.id, name: 'capillary', adapter: 'capillary', managedBy: 'file' },
        ...{ auth: {}, file: null, disabled: true },
      },
    ]);
    // The apply creates a new source with the same name but another id.
    await apply([acme()], { prune: true });
    const again = await store.load();
    expect(only(again).source.id).not.toBe(source.id);
    expect(again.deletedSources?.map(({ name }) => name).sort()).toEqual(['capillary', 'renamed']);

    await database.dataSource.query(
      `UPDATE sources SET deleted_at = deleted_at - interval '433 days' WHERE id = $1::uuid`,
      [source.id],
    );
    expect((await store.load()).deletedSources?.map(({ name }) => name)).toEqual(['renamed']);
    await apply([], { prune: true });
    expect(await store.load()).toMatchObject({ brands: [], sources: [], deletedSources: [] });
  });

  it('keeps brands at boot that were applied from elsewhere', async () => {
    const boot = { actor: BOOT_ACTOR };
    await apply([acme()], { complete: false, actor: ACTOR });
    const other = { ...acme({ brand: 'globex' }), file: 'globex.yaml' };
    await apply([other], boot);
    expect(real(await apply([], boot)).map(({ action, name }) => `${action} ${name}`)).toContain('disable globex');
    expect((await store.load()).sources.filter(({ name, disabled }) => name === 'capillary' && !disabled)).toHaveLength(
      1,
    );
    // After a boot has found the file in its own folder, the next boot may disable the brand.
    await apply([acme()], boot);
    expect(real(await apply([], boot)).map(({ action, name }) => `${action} ${name}`)).toContain('disable acme');
  });

  it('disables a brand without a file only if the apply is complete', async () => {
    await apply([acme()]);
    const other = acme({ brand: 'globex' });
    expect(real(await apply([{ ...other, file: 'globex.yaml' }], { complete: false }))).toHaveLength(4);
    expect((await store.load()).sources.filter(({ disabled }) => disabled)).toEqual([]);
    const gone = await apply([{ ...other, file: 'globex.yaml' }]);
    expect(real(gone).map(({ action, name }) => `${action} ${name}`)).toContain('disable acme');
    expect(real(await apply([{ ...other, file: 'globex.yaml' }]))).toEqual([]);
    expect(real(await apply([acme(), { ...other, file: 'globex.yaml' }])).map(({ action }) => action)).toEqual(
      Array.from({ length: 4 }, () => 'enable'),
    );
  });

  it('deletes vanished objects when pruning; names can be reused, and old versions stay readable', async () => {
    await apply([acme()]);
    const before = only(await store.load());
    await apply([acme({ destinations: [], subscriptions: [] })], { prune: true });
    const records = await store.load();
    expect([records.destinations, records.subscriptions]).toEqual([[], []]);
    expect(await store.subscriptionsAt(before.brand.id, 1)).toMatchObject([{ id: before.subscription.id }]);
    await apply([acme()]);
    const after = only(await store.load());
    expect(after.destination.id).not.toBe(before.destination.id);
    await apply([], { prune: true });
    expect((await store.load()).brands).toEqual([]);
    await apply([acme()]);
    expect(only(await store.load()).brand.id).not.toBe(before.brand.id);
  });

  it('refuses to change objects of the API, names the field, and changes nothing', async () => {
    await apply([acme()]);
    await database.dataSource.query("UPDATE destinations SET managed_by = 'api', file = NULL");
    const refused = apply([acme({ timezone: 'Europe/Paris' })]);
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow('config/brands/acme.yaml destinations.hook: ');
    expect(only(await store.load()).brand.timezone).toBe('Asia/Kolkata');
    expect(await store.revision()).toBe(1);
    // A file may use objects that the API manages. The apply keeps these objects even if the file does not name them.
    expect(real(await apply([acme({ destinations: [] })]))).toEqual([]);
    await database.dataSource.query("UPDATE brands SET managed_by = 'api', file = NULL");
    await expect(apply([acme()])).rejects.toThrow('brand: Brand acme was created through the API.');
  });

  it('refuses to delete objects that a subscription of the API uses', async () => {
    await apply([acme()]);
    await database.dataSource.query("UPDATE subscriptions SET managed_by = 'api', file = NULL");
    const gone = acme({ destinations: [], subscriptions: [] });
    await expect(apply([gone], { prune: true })).rejects.toThrow('destinations.hook: The object cannot be deleted');
    expect(real(await apply([gone]))).toMatchObject([{ action: 'disable', name: 'acme/hook' }]);
  });

  it('reports every unknown reference at once, and a second file of the same brand', async () => {
    const wrong = acme({ subscriptions: [points({ source: 'nowhere', destination: 'nobody' })] });
    const refused = apply([wrong, { ...acme(), file: 'copy.yaml' }]);
    await expect(refused).rejects.toThrow(
      /subscriptions\.points\.source: .*nowhere[\s\S]*points\.destination: .*nobody/,
    );
    await expect(refused).rejects.toThrow('copy.yaml brand: Brand acme is already defined in config/brands/acme.yaml.');
    expect(await store.revision()).toBe(0);
  });

  it('creates the partitions of a new retention class when it applies the class', async () => {
    await apply([acme({ retentionDays: 7 })]);
    const rows: unknown[] = await database.dataSource.query(
      "SELECT FROM pg_class WHERE relname ~ '^(events|event_customers|deliveries_ended|attempts)_d7_\\d+$'",
    );
    expect(rows).toHaveLength(4 * 9);
  });

  it('keeps the hash of the files until an apply without a hash changes something', async () => {
    expect(await store.appliedHash()).toBeNull();
    await apply([acme()], { hash: 'one' });
    expect(await store.appliedHash()).toBe('one');
    await apply([acme()], { hash: 'two', dryRun: true });
    expect(await store.appliedHash()).toBe('one');
    await apply([acme()]);
    expect(await store.appliedHash()).toBe('one');
    await apply([acme({ timezone: 'Europe/Paris' })]);
    expect(await store.appliedHash()).toBeNull();
  });

  it('never stores an event routed by a replaced revision of its brand', async () => {
    const events = new PostgresEventStore(database.pgPool);
    await apply([acme()]);
    const { brand } = only(await store.load());
    const ids = { ...sampleIds(), brandId: brand.id };
    const of = (configRevision: number) => sampleEvent(ids, Date.now(), { configRevision });
    let { revision } = brand;
    for (let round = 1; round <= 10; round += 1) {
      const stale = revision;
      const [, result] = await Promise.all([
        events.storeGroup([of(revision)]),
        apply([acme({ subscriptions: [points({ events: [`round${round}`] })] })]),
      ]);
      revision = result.revision;
      expect(await events.storeGroup([of(stale)])).toEqual([{ kind: 'stale' }]);
      expect(await events.storeGroup([of(revision)])).toEqual([{ kind: 'accepted' }]);
    }
  });

  describe('with two brands', () => {
    const setting = (brand: string, timezone: string): BrandEdit => {
      const { definition: settings } = acme({ brand, timezone });
      return { kind: 'brand', settings };
    };
    const edit = (brand: string, timezone: string) => store.edit(brand, () => setting(brand, timezone), ACTOR);
    const revisions = async () => new Map((await store.load()).brands.map(({ name, revision }) => [name, revision]));

    it('raises the revision of the changed brand only', async () => {
      await edit('one', 'UTC');
      await edit('two', 'UTC');
      expect(await revisions()).toEqual(
        new Map([
          ['one', 1],
          ['two', 2],
        ]),
      );
      await edit('one', 'Asia/Kolkata');
      expect(await revisions()).toEqual(
        new Map([
          ['one', 3],
          ['two', 2],
        ]),
      );
      await edit('two', 'UTC');
      expect(await revisions()).toEqual(
        new Map([
          ['one', 3],
          ['two', 2],
        ]),
      );
    });

    it('edits a brand while an edit of another brand waits for its decision', async () => {
      await edit('one', 'UTC');
      const decided: string[] = [];
      let decide: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (decide = resolve));
      let begin: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const first = store.edit(
        'one',
        async () => {
          begin();
          await held;
          decided.push('first');
          return setting('one', 'Asia/Kolkata');
        },
        ACTOR,
      );
      // Without this wait, the next edit might lock the brand first.
      await begun;
      const next = store.edit(
        'one',
        (stored) => {
          decided.push(`next after ${stored?.brand.timezone}`);
          return setting('one', 'Asia/Tokyo');
        },
        ACTOR,
      );
      expect(await edit('two', 'UTC')).toMatchObject({ revision: 2 });
      expect(decided).toEqual([]);
      decide();
      expect([(await first).revision, (await next).revision]).toEqual([3, 4]);
      expect(decided).toEqual(['first', 'next after Asia/Kolkata']);
    });

    it('commits revisions in the order of their numbers, so that a poller misses no change', async () => {
      const names = ['one', 'two', 'three'];
      for (const name of names) await edit(name, 'UTC');
      const newest = new Map<string, number>();
      const seen = new Map<string, number>();
      let last = 0;
      const done = new AbortController();
      const poll = async () => {
        const rows = await database.pgPool.query<{ id: string; revision: string }>({
          text: 'SELECT brand_id AS id, revision FROM brand_revisions WHERE revision > $1',
          values: [last],
        });
        for (const { id, revision } of rows) {
          seen.set(id, Number(revision));
          last = Math.max(last, Number(revision));
        }
      };
      const polling = (async () => {
        while (!done.signal.aborted) await poll();
        await poll();
      })();
      const editing = names.map(async (name) => {
        for (let round = 0; round < 8; round += 1) await edit(name, round % 2 === 0 ? 'Asia/Tokyo' : 'UTC');
      });
      await Promise.all(editing).finally(() => done.abort());
      await polling;
      for (const { id, revision } of (await store.load()).brands) newest.set(id, revision);
      expect(seen).toEqual(newest);
    });

    it('reads the directory of the brands that changed after a revision, and the deleted brands', async () => {
      await edit('one', 'UTC');
      await edit('two', 'UTC');
      const ids = new Map((await store.load()).brands.map(({ id, name }) => [name, id]));
      const entries = async (after?: number) => {
        const { revision, brands, deleted } = await store.directory(after);
        return { revision, brands: brands.map(({ name, revision: own }) => `${name} ${own}`).sort(), deleted };
      };
      expect(await entries()).toEqual({ revision: 2, brands: ['one 1', 'two 2'], deleted: [] });
      expect(await entries(1)).toEqual({ revision: 2, brands: ['two 2'], deleted: [] });
      expect(await entries(2)).toEqual({ revision: 2, brands: [], deleted: [] });
      await store.edit('one', () => ({ kind: 'deletion', part: { kind: 'brand', name: 'one' } }), ACTOR);
      expect(await entries(2)).toEqual({ revision: 3, brands: [], deleted: [ids.get('one')] });
    });

    it('loads the given brands with their objects, and none that was deleted', async () => {
      await edit('one', 'UTC');
      await edit('two', 'UTC');
      const { brands } = await store.load();
      const idOf = (wanted: string) => brands.find(({ name }) => name === wanted)?.id ?? '';
      const loaded = async (...names: readonly string[]) => {
        const records = await store.load(names.map(idOf));
        return [records.brands.map(({ name }) => name), records.sources.map(({ brandId }) => brandId)];
      };
      expect(await loaded('two')).toEqual([['two'], [idOf('two')]]);
      expect(await loaded()).toEqual([[], []]);
      await store.edit('one', () => ({ kind: 'deletion', part: { kind: 'brand', name: 'one' } }), ACTOR);
      expect(await loaded('one', 'two')).toEqual([['two'], [idOf('two')]]);
    });

    it('raises every brand if a process of the previous version raises only the revision of the configuration', async () => {
      await edit('one', 'UTC');
      await edit('two', 'UTC');
      await database.dataSource.query('UPDATE configuration SET revision = revision + 1');
      expect(await revisions()).toEqual(
        new Map([
          ['one', 3],
          ['two', 3],
        ]),
      );
    });
  });

  it('runs two simultaneous applies one after the other', async () => {
    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map((type) => apply([acme({ subscriptions: [points({ events: [type] })] })])),
    );
    expect(results.map(({ revision }) => revision).sort()).toEqual([1, 2, 3, 4]);
    const { subscription } = only(await store.load());
    expect(subscription.version).toBe(4);
    const { brand } = only(await store.load());
    for (const revision of [1, 2, 3, 4]) expect(await store.subscriptionsAt(brand.id, revision)).toHaveLength(1);
  });

  it('finds the brands of destinations and subscriptions, also after their deletion', async () => {
    await apply([acme()]);
    const { brand, destination, subscription } = only(await store.load());
    const ids = [destination.id, subscription.subscriptionId];
    const brands = new Map(ids.map((id) => [id, brand.id]));
    expect(await store.brandsOfQueues([...ids, brand.id])).toEqual(brands);
    await apply([acme({ destinations: [], subscriptions: [] })], { prune: true });
    expect(await store.brandsOfQueues(ids)).toEqual(brands);
  });

  it('sends change notices, also after its connection was killed', async () => {
    const seen: (ConfigurationNotice | null)[] = [];
    const stop = await store.onChange((notice) => seen.push(notice));
    await apply([acme()]);
    await until(() => seen.length > 0, { what: 'the first notice' });
    const { brand } = only(await store.load());
    expect(seen).toEqual([{ revision: 1, brandIds: [brand.id] }]);
    await database.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name LIKE 'patchbay-listen/%' AND datname = current_database()`,
    );
    await apply([acme({ timezone: 'Europe/Paris' })]);
    await until(() => seen.includes(null), { what: 'the notice that notices may have been lost' });
    await apply([], { prune: true });
    const deletion = (): (ConfigurationNotice | null)[] => seen.filter((notice) => notice?.revision === 3);
    await until(() => deletion().length > 0, { what: 'the notice of the deletion' });
    // A notice of a deletion names no brands, because the others must read which brands are left.
    expect(deletion()).toEqual([{ revision: 3 }]);
    await stop();
    await stop();
  });
});
