import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HUB_ACTOR, MASK, type ApplyOptions, type AuditEntry, type BrandFile } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { PostgresAuditLog } from '../audit/postgres-audit.log.js';
import { PostgresDestinationPauseStore } from '../destinations/postgres-destination-pause.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const actor = { name: 'continuous integration', keyId: '019aa000-0000-7000-8000-000000000001' };

describe('audit entries of configuration changes', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let notices: ChangeNotices;
  let store: PostgresConfigurationStore;
  let pauses: PostgresDestinationPauseStore;
  let audit: PostgresAuditLog;
  beforeAll(async () => {
    database = await openTestDatabase();
    notices = new ChangeNotices(database.url, () => undefined);
    store = new PostgresConfigurationStore({
      ...database,
      vault: sampleVault(),
      notices,
      settingsVersions: ONE_VERSION,
    });
    pauses = new PostgresDestinationPauseStore(database.dataSource, database.pgPool);
    audit = new PostgresAuditLog(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await notices.close();
    await database.close();
  });

  /** Returns the audit entries that `work` adds, by action and target. */
  async function addedEntries(work: () => Promise<unknown>): Promise<Readonly<Record<string, AuditEntry>>> {
    const known = new Set((await entries()).map(({ id }) => id));
    await work();
    const added = (await entries()).filter(({ id }) => !known.has(id));
    return Object.fromEntries(added.map((entry) => [`${entry.action} ${entry.target}`, entry]));
  }
  const entries = async (): Promise<readonly AuditEntry[]> =>
    (await audit.entries({}, { limit: 200, cursor: null })).data;
  const apply = (file: BrandFile, options: Partial<ApplyOptions> = {}): Promise<unknown> =>
    store.apply([file], { prune: false, dryRun: false, complete: false, actor, ...options });

  it('contain created objects, actor and brand, and no secret', async () => {
    const made = await addedEntries(() => apply(acme()));
    const brandId = (await store.load()).brands[0]?.id;
    expect(Object.keys(made).sort()).toEqual([
      'brand.create acme',
      'destination.create acme/hook',
      'source.create acme/capillary',
      'subscription.create acme/points',
    ]);
    for (const entry of Object.values(made))
      expect(entry).toMatchObject({ actor, brandId, brand: 'acme', before: null });
    expect(made['destination.create acme/hook']?.after).toMatchObject({
      type: 'webhook',
      settings: { url: 'https://hooks.example.com/in' },
      credentials: MASK,
    });
    expect(made['subscription.create acme/points']?.after).toMatchObject({ source: 'capillary', destination: 'hook' });
    expect(made['source.create acme/capillary']?.after).toMatchObject({ adapter: 'capillary', auth: MASK });
    expect(JSON.stringify(made)).not.toMatch(/(source|destination)-secret/);
  });

  it('contain the changed fields before and after, with secrets masked', async () => {
    const destinations = [
      hook({ settings: { url: 'https://other.example/in' }, credentials: { bearer: 'new-secret' } }),
    ];
    const subscriptions = [points({ events: ['tierUpgraded'] })];
    const changed = await addedEntries(() => apply(acme({ timezone: 'UTC', destinations, subscriptions })));
    expect(changed).toMatchObject({
      'brand.update acme': { before: { timezone: 'Asia/Kolkata' }, after: { timezone: 'UTC' } },
      'destination.update acme/hook': {
        before: { settings: { url: 'https://hooks.example.com/in' }, credentials: MASK },
        after: { settings: { url: 'https://other.example/in' }, credentials: MASK },
      },
      'subscription.update acme/points': { before: { events: ['points*'] }, after: { events: ['tierUpgraded'] } },
    });
    expect(Object.keys(changed)).toHaveLength(3);
    expect(Object.keys(changed['subscription.update acme/points']?.after ?? {})).toEqual(['events']);
    expect(JSON.stringify(await entries())).not.toContain('new-secret');
  });

  it('are not written for dry runs, unchanged objects and failed changes', async () => {
    const same = acme({
      timezone: 'UTC',
      destinations: [hook({ settings: { url: 'https://other.example/in' }, credentials: { bearer: 'new-secret' } })],
      subscriptions: [points({ events: ['tierUpgraded'] })],
    });
    expect(await addedEntries(() => apply(same))).toEqual({});
    expect(await addedEntries(() => apply(acme(), { dryRun: true }))).toEqual({});
    const broken = acme({ subscriptions: [points({ destination: 'nowhere' })] });
    expect(await addedEntries(() => apply(broken).catch(() => undefined))).toEqual({});
  });

  it('contain pauses and resumes, by a person or by the hub', async () => {
    const id = (await store.load()).destinations[0]?.id ?? '';
    const paused = await addedEntries(() => pauses.pause(id, 'The key was refused.', HUB_ACTOR));
    expect(paused).toMatchObject({
      'destination.pause acme/hook': {
        actor: HUB_ACTOR,
        before: { paused: false, pausedReason: null },
        after: { paused: true, pausedReason: 'The key was refused.' },
      },
    });
    const reworded = await addedEntries(() => pauses.pause(id, 'Holidays.', actor));
    expect(reworded['destination.pause acme/hook']).toMatchObject({ actor, after: { pausedReason: 'Holidays.' } });
    expect(await addedEntries(() => pauses.pause(id, 'Holidays.', actor))).toEqual({});
    const resumed = await addedEntries(() => pauses.resume(id, actor));
    expect(resumed['destination.resume acme/hook']).toMatchObject({ actor, after: { paused: false } });
    expect(await addedEntries(() => pauses.resume(id, actor))).toEqual({});
  });

  it("contain disabled and deleted objects with their brand's id", async () => {
    const brandId = (await store.load()).brands[0]?.id;
    const gone = await addedEntries(() => apply(acme({ destinations: [], subscriptions: [] }), { prune: true }));
    expect(gone).toMatchObject({
      'destination.delete acme/hook': { brandId },
      'subscription.delete acme/points': { brandId },
    });
    const all = { prune: true, dryRun: false, complete: true, actor };
    expect(await addedEntries(() => store.apply([], all))).toMatchObject({
      'brand.delete acme': { brandId, brand: 'acme' },
    });
    await apply(acme());
    const second = (await store.load()).brands[0]?.id;
    expect(second).not.toBe(brandId);
    const renamed = await addedEntries(() => apply(acme({ timezone: 'UTC' })));
    expect(renamed['brand.update acme']).toMatchObject({ brandId: second });
  });
});
