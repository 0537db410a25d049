import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VaultError, type ApplyOptions } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { createVault, MasterKeyRing, openVault } from '@patchbay/vault';
import { PostgresAuditLog } from '../audit/postgres-audit.log.js';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import { PostgresOAuthStore } from '../oauth/postgres-oauth.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { acme } from '../testing/sample-brand.js';
import { PostgresWrappedKeyStore } from './postgres-wrapped-key.store.js';

const NORMAL: ApplyOptions = { prune: false, dryRun: false, complete: false };
const actor = { name: 'console', keyId: null };
const oldKey = randomBytes(32);
const newKey = randomBytes(32);

describe('wrapped data keys in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let keys: PostgresWrappedKeyStore;
  let notices: ChangeNotices;
  beforeEach(async () => {
    database = await openTestDatabase();
    keys = new PostgresWrappedKeyStore(database.dataSource);
    notices = new ChangeNotices(database.url, () => undefined);
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  /** Opens a vault with the given master keys, the newest first. */
  async function processWith(...masterKeys: readonly Uint8Array[]) {
    const ring = new MasterKeyRing(masterKeys);
    const vault = await openVault(ring, keys);
    return {
      ring,
      vault,
      configuration: new PostgresConfigurationStore({ ...database, vault, notices, settingsVersions: ONE_VERSION }),
    };
  }

  const brand = (name: string) => ({ ...acme({ brand: name }), file: `${name}.yaml` });

  it('give the hub a single key, whichever process starts first', async () => {
    const ring = new MasterKeyRing([oldKey]);
    const vaults = await Promise.all(Array.from({ length: 5 }, () => openVault(ring, keys)));
    expect(new Set(vaults.map((vault) => vault.keyedHash('a', 'b'))).size).toBe(1);
  });

  it('keep the OAuth tokens of destinations readable after a rotation, without the former master key', async () => {
    const { vault, configuration } = await processWith(oldKey);
    await configuration.apply([acme()], NORMAL);
    const id = (await configuration.load()).destinations[0]?.id ?? '';
    const tokens = { accessToken: 'access', refreshToken: 'refresh', expiresAt: null, refreshAt: null, scopes: null };
    const storeWith = (by: typeof vault) => new PostgresOAuthStore(database.dataSource, database.pgPool, by);
    await storeWith(vault).connect(id, tokens, 'https://login.vendor.test/token', actor);
    const { ring } = await processWith(newKey, oldKey);
    expect(await keys.rewrap((owner, wrapped) => ring.rewrap(owner, wrapped), actor)).toBe(2);
    const found = await storeWith((await processWith(newKey)).vault).find(id);
    expect(found).toMatchObject({ tokens });
    await expect(storeWith(vault).find(id)).rejects.toThrow(VaultError);
  });

  it('are refused under another master key before any data is read, even if only brands have keys yet', async () => {
    const { configuration } = await processWith(oldKey);
    await configuration.apply([acme()], NORMAL);
    await expect(processWith(newKey)).rejects.toThrow(/Set PATCHBAY_MASTER_KEY to the master key/);
    await database.dataSource.query('DELETE FROM hub_key');
    await expect(processWith(newKey)).rejects.toThrow(VaultError);
    expect((await (await processWith(oldKey)).configuration.load()).sources[0]?.auth.bearer).toEqual(['source-secret']);
  });

  it('can be rotated while processes run: processes with both keys continue, and the old key then opens nothing', async () => {
    const before = await processWith(oldKey);
    await before.configuration.apply([brand('acme')], NORMAL);
    const rolling = await processWith(newKey, oldKey);
    // A process with the new master key creates this brand. A process without the new master key must still be able to
    // open the brand.
    await rolling.configuration.apply([brand('globex')], NORMAL);
    expect((await before.configuration.load()).brands).toHaveLength(2);

    const count = await keys.rewrap((owner, wrapped) => rolling.ring.rewrap(owner, wrapped), actor);
    expect(count).toBe(3);
    await rolling.configuration.apply([brand('initech')], NORMAL);
    expect((await rolling.configuration.load()).sources.map(({ auth }) => auth.bearer)).toEqual(
      Array.from({ length: 3 }, () => ['source-secret']),
    );
    const after = await processWith(newKey);
    expect((await after.configuration.load()).brands).toHaveLength(3);
    expect(after.vault.keyedHash('a', 'b')).toBe(before.vault.keyedHash('a', 'b'));
    await expect(processWith(oldKey)).rejects.toThrow(VaultError);
    expect(await keys.rewrap((owner, wrapped) => after.ring.rewrap(owner, wrapped), actor)).toBe(0);
  });

  it('stay unchanged if one of them cannot be unwrapped', async () => {
    const { configuration, ring } = await processWith(oldKey);
    await configuration.apply([acme()], NORMAL);
    const both = new MasterKeyRing([newKey, oldKey]);
    const failing = keys.rewrap((owner, wrapped) => {
      if (owner.kind === 'brand') throw new VaultError('It cannot be opened.');
      return both.rewrap(owner, wrapped);
    }, actor);
    await expect(failing).rejects.toThrow('It cannot be opened.');
    const hubKey = await keys.hubKey(() => new Uint8Array());
    expect(() => createVault(ring, hubKey)).not.toThrow();
  });

  it('allow one rotation at a time, and the next after it ends', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const first = keys.withRotationLock(async (assertLocked) => {
      expect(await keys.withRotationLock(() => Promise.resolve('second'))).toBeNull();
      await assertLocked();
      end();
      return 'first';
    });
    await ended;
    expect(await first).toBe('first');
    expect(await keys.withRotationLock(() => Promise.resolve('third'))).toBe('third');
    await expect(keys.withRotationLock(() => Promise.reject(new VaultError('It failed.')))).rejects.toThrow(
      'It failed.',
    );
    expect(await keys.withRotationLock(() => Promise.resolve('fourth'))).toBe('fourth');
  });

  it('record their rotation in the audit log', async () => {
    const { ring } = await processWith(oldKey);
    await keys.rewrap((owner, wrapped) => ring.rewrap(owner, wrapped), actor);
    const { data } = await new PostgresAuditLog(database.dataSource).entries({}, { limit: 5, cursor: null });
    expect(data).toMatchObject([{ action: 'masterKey.rotate', actor, brandId: null, after: { dataKeys: 0 } }]);
  });
});
