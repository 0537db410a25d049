import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HUB_ACTOR, type PreparedSecret, type RegisteredSource } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleVault } from '../testing/sample-vault.js';
import { PostgresRegistrationStore } from './postgres-registration.store.js';

const servers = await testServers();

describe.each(servers)('PostgresRegistrationStore on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let store: PostgresRegistrationStore;
  let source: RegisteredSource;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    const { dataSource } = database;
    const { brandId, sourceId } = await insertBrand(dataSource);
    const vault = sampleVault();
    const brands = dataSource.getRepository(BrandEntity);
    await brands.update({ id: brandId }, { wrappedKey: Buffer.from(vault.createBrandKey(brandId)) });
    const { name } = await brands.findOneByOrFail({ id: brandId });
    store = new PostgresRegistrationStore(dataSource, vault);
    source = { brandId, brand: name, sourceId, source: 'capillary' };
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
  });

  const written = { active: true, url: 'https://hub.example', method: 'POST', type: 'HTTP', eventNames: ['a'] };
  const prepare = (rotate: boolean): Promise<PreparedSecret> => store.prepareSecret(source, HUB_ACTOR, { rotate });
  const confirm = ({ version }: PreparedSecret): Promise<void> =>
    store.confirm(source, { webhookId: '1', consumerGroupId: null, written, secretVersion: version }, 0);

  it('does not confirm a rotation with a write of the old secret, before and after the write of the new one', async () => {
    const old = await prepare(false);
    await confirm(old);
    expect(await prepare(false)).toEqual(old);
    const current = await prepare(true);
    expect(current.value).not.toBe(old.value);
    await confirm(old);
    expect(await store.find(source.sourceId)).toMatchObject({ isRotating: true });
    expect(await store.dropOldSecret(source)).toBe(false);

    await confirm(current);
    expect(await store.find(source.sourceId)).toMatchObject({ isRotating: false });
    await confirm(old);
    expect(await store.find(source.sourceId)).toMatchObject({ isRotating: true });
    expect(await store.dropOldSecret(source)).toBe(false);

    await confirm(current);
    expect(await store.dropOldSecret(source)).toBe(true);
  });
});
