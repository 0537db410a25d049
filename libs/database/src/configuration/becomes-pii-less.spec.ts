import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidV7, type ApplyOptions, type NewSuppression } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresSuppressionStore } from '../suppressions/postgres-suppression.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { acme } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const NORMAL: ApplyOptions = { prune: false, dryRun: false, complete: true };

describe('a brand that becomes pii-less', () => {
  let database: Database & { readonly url: string };
  let notices: ChangeNotices;
  let configuration: PostgresConfigurationStore;

  beforeAll(async () => {
    database = await openTestDatabase();
    notices = new ChangeNotices(database.url, () => undefined);
    configuration = new PostgresConfigurationStore({
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

  it('keeps the hashes of its suppression list, and none of the sealed addresses', async () => {
    await configuration.apply([acme()], NORMAL);
    const brandId = (await configuration.load()).brands[0]?.id ?? '';
    const suppressions = new PostgresSuppressionStore(database.dataSource, database.pgPool);
    const one: NewSuppression = {
      ...{ id: uuidV7(Date.now()), kind: 'phone', addressHash: randomBytes(32).toString('hex') },
      ...{ sealedAddress: Buffer.from('sealed'), reason: 'opt_out', channel: 'sms', purpose: null, sender: null },
      ...{ origin: 'callback', reportedBy: 'sms', detail: null, reportedAt: null },
    };
    await suppressions.add(brandId, [one]);
    await configuration.apply([acme({ timezone: 'Asia/Dubai' })], NORMAL);
    expect(await suppressions.find(brandId, one.id)).toMatchObject({ sealedAddress: one.sealedAddress });
    await configuration.apply([acme({ privacy: { mode: 'pii-less', keep: [], personal: [] } })], NORMAL);
    expect(await suppressions.find(brandId, one.id)).toMatchObject({
      addressHash: one.addressHash,
      sealedAddress: null,
    });
  });
});
