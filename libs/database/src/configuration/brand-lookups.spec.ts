import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApplyOptions, BrandDefinition } from '@patchbay/core';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { acme, points } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const NORMAL: ApplyOptions = { prune: false, dryRun: false, complete: true };
const call = {
  method: 'GET',
  headers: { authorization: 'Bearer marked-token' },
  timeoutMs: 5_000,
  retries: 2,
} as const;
const lookups: Pick<BrandDefinition, 'recipients' | 'enrichment'> = {
  recipients: {
    order: ['event', 'enriched', 'resolver'],
    consent: { sms: '{{ recipient.smsOptIn }}' },
    resolver: {
      type: 'http',
      ...call,
      url: 'https://crm.example.com/marked-path/{{ event.customerId }}',
      cacheMs: 60_000,
      mapping: { phone: '{{ body.mobile }}' },
    },
  },
  enrichment: {
    capillary: {
      baseUrl: 'https://eu.api.capillarytech.com',
      auth: { kind: 'oauth', key: 'marked-key', secret: 'marked-secret' },
      source: 'INSTORE',
      ratePerMinute: 100,
      timeoutMs: 5_000,
      retries: 2,
      cacheMs: 30_000,
      onFailure: 'retry',
    },
  },
};

describe('brand lookups in the database', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let notices: ChangeNotices;
  let store: PostgresConfigurationStore;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({ migrate: migrated });
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

  const sealed = async (): Promise<Buffer | null | undefined> => {
    const rows: readonly { sealed_lookups: Buffer | null }[] = await database.dataSource.query(
      'SELECT sealed_lookups FROM brands',
    );
    return rows[0]?.sealed_lookups;
  };
  const everything = async (): Promise<string> =>
    JSON.stringify([
      await database.dataSource.query('SELECT *, encode(sealed_lookups, $1) AS told FROM brands', ['escape']),
      await database.dataSource.query('SELECT * FROM configuration_revisions'),
    ]);

  it('are sealed as a whole, opened in memory, logged by name only, and deleted with the brand', async () => {
    const brand = acme({ ...lookups, subscriptions: [points({ enrich: ['customer'] })] });
    await store.apply([acme()], NORMAL);
    expect(await sealed()).toBeNull();

    const added = await store.apply([brand], NORMAL);
    expect(added.changes.filter(({ action }) => action !== 'unchanged')).toEqual([
      {
        action: 'update',
        kind: 'brand',
        name: 'acme',
        fields: ['recipients.order', 'recipients.resolver', 'recipients.consent', 'enrichment'],
      },
      { action: 'update', kind: 'subscription', name: 'acme/points', fields: ['enrich'] },
    ]);
    const records = await store.load();
    expect(records.brands[0]?.lookups).toEqual({
      resolver: lookups.recipients.resolver,
      consent: lookups.recipients.consent,
      enrichment: lookups.enrichment,
    });
    expect(records.subscriptions[0]).toMatchObject({ enrich: ['customer'], version: 2 });
    expect(await everything()).not.toContain('marked');

    const before = await sealed();
    expect((await store.apply([brand], NORMAL)).changes.every(({ action }) => action === 'unchanged')).toBe(true);
    expect(await sealed()).toEqual(before);

    await store.apply([acme({ subscriptions: [points({ enrich: ['customer'] })] })], NORMAL);
    expect((await store.load()).brands[0]?.lookups).toEqual({});
    expect(await sealed()).toBeNull();

    await store.apply([brand], NORMAL);
    await store.apply([], { ...NORMAL, prune: true });
    expect(await sealed()).toBeNull();
  });
});

async function migrated(url: string): Promise<void> {
  await migrate(url);
}
