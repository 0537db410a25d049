import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { definitionOf, recordsByBrand, type ApplyOptions, type MessagingSpec } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ONE_VERSION } from '../testing/one-version.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const NORMAL: ApplyOptions = { prune: false, dryRun: false, complete: true };
const messaging: MessagingSpec = {
  purpose: 'promotional',
  quietHours: { from: '21:00', to: '09:00' },
  digestMs: 600_000,
  fallback: [{ destination: 'backup', on: ['rejected', 'undelivered'], afterMs: 60_000, mapping: { body: 'b' } }],
};
const caps = { sms: { max: 3, perMs: 86_400_000 } };

describe('messaging rules in the database', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let notices: ChangeNotices;
  let store: PostgresConfigurationStore;

  beforeAll(async () => {
    database = await openTestDatabase();
    notices = new ChangeNotices(database.url, () => undefined);
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
  });

  const brand = (rules: MessagingSpec) =>
    acme({ caps, destinations: [hook(), hook({ name: 'backup' })], subscriptions: [points({ messaging: rules })] });

  it('are read back as written, with destination ids in the fallback steps', async () => {
    await store.apply([acme({ destinations: [hook(), hook({ name: 'backup' })] })], NORMAL);
    const { changes } = await store.apply([brand(messaging)], NORMAL);
    expect(changes.filter(({ action }) => action !== 'unchanged')).toEqual([
      { action: 'update', kind: 'brand', name: 'acme', fields: ['messaging.caps'] },
      { action: 'update', kind: 'subscription', name: 'acme/points', fields: ['messaging'] },
    ]);
    const records = await store.load();
    const backup = records.destinations.find(({ name }) => name === 'backup');
    const { fallback, ...rules } = messaging;
    expect(records.brands[0]?.caps).toEqual(caps);
    expect(records.subscriptions[0]?.messaging).toEqual({
      ...rules,
      fallback: fallback.map(({ destination: _, ...step }) => ({ destinationId: backup?.id, ...step })),
    });
    const [stored] = recordsByBrand(records);
    if (stored === undefined) throw new Error('no brand was stored');
    const definition = definitionOf(stored);
    expect([definition.caps, definition.subscriptions[0]?.messaging]).toEqual([caps, messaging]);
    expect((await store.apply([brand(messaging)], NORMAL)).changes.every(({ action }) => action === 'unchanged')).toBe(
      true,
    );
  });

  it('may only name existing destinations', async () => {
    const unknown = { ...messaging, fallback: messaging.fallback.map((step) => ({ ...step, destination: 'nowhere' })) };
    await expect(store.apply([brand(unknown)], NORMAL)).rejects.toMatchObject({
      problems: [{ field: 'subscriptions.points.messaging.fallback.0.destination' }],
    });
  });

  it('protect the destinations of their steps from deletion if the API created them', async () => {
    await store.apply([brand(messaging)], NORMAL);
    await database.dataSource.query("UPDATE subscriptions SET managed_by = 'api', file = NULL");
    const gone = acme({ caps, destinations: [hook()], subscriptions: [] });
    await expect(store.apply([gone], { ...NORMAL, prune: true })).rejects.toMatchObject({
      problems: [
        {
          field: 'destinations.backup',
          message:
            'The object cannot be deleted, because the subscription points uses it. Delete that subscription ' +
            'through the API first.',
        },
      ],
    });
    await database.dataSource.query("UPDATE subscriptions SET managed_by = 'file', file = $1", [gone.file]);
  });

  it('can be removed', async () => {
    await store.apply([acme()], NORMAL);
    const records = await store.load();
    expect(records.subscriptions[0]?.messaging).toBeNull();
    expect(records.brands[0]?.caps).toBeUndefined();
  });
});
