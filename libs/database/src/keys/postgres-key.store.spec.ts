import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CursorError, createKeySecret, type ApiKey, type NewKey } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { PostgresAuditLog } from '../audit/postgres-audit.log.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresKeyStore } from './postgres-key.store.js';

const servers = await testServers();
const actor = { name: 'console', keyId: null };
const acme = randomUUID();
const globex = randomUUID();

function newKey(also: Partial<NewKey> = {}): NewKey {
  const { hash, hint } = createKeySecret();
  return { hash, hint, name: 'ci', role: 'viewer', brandIds: null, reveal: false, expiresAt: null, ...also };
}

describe.each(servers)('PostgresKeyStore on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let store: PostgresKeyStore;
  beforeAll(async () => {
    database = await openTestDatabase(server);
    store = new PostgresKeyStore(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  beforeEach(() => database.dataSource.query('DELETE FROM api_keys'));
  afterAll(() => database.close());

  const revision = async (): Promise<number> =>
    Number(
      (await database.dataSource.query<{ revision: string }[]>('SELECT revision FROM configuration'))[0]?.revision,
    );

  it('returns stored keys by hash and by id', async () => {
    const key = newKey({ role: 'operator', brandIds: [acme], reveal: true, expiresAt: 1_900_000_000_000 });
    const made = await store.create(key, actor);
    const { hash, ...rest } = key;
    expect(made).toMatchObject({ ...rest, createdBy: 'console', lastUsedAt: null });
    expect(await store.findByHash(hash)).toEqual(made);
    expect(await store.find(made.id)).toEqual(made);
    expect(await store.findByHash(createKeySecret().hash)).toBeNull();
    expect(await store.find(randomUUID())).toBeNull();
  });

  it('stores the hash of a key and no other part of it', async () => {
    const { secret, hash, hint } = createKeySecret();
    await store.create(newKey({ hash, hint }), actor);
    const [row] = await database.dataSource.query<{ text: string }[]>('SELECT k::text AS text FROM api_keys k');
    expect(row?.text).toContain(hint);
    expect(row?.text).not.toContain(secret.slice(hint.length));
  });

  it('finds no revoked key, and revokes a key only once', async () => {
    const key = newKey();
    const made = await store.create(key, actor);
    expect(await store.revoke(made.id, actor)).toEqual(made);
    expect(await store.findByHash(key.hash)).toBeNull();
    expect(await store.revoke(made.id, actor)).toBeNull();
  });

  it('lists keys page by page, newest first; for some brands, only keys limited to them', async () => {
    const made: ApiKey[] = [];
    for (const brandIds of [null, [acme], [acme, globex], [globex], [acme]]) {
      made.unshift(await store.create(newKey({ brandIds }), actor));
    }
    const ids = (keys: readonly ApiKey[]): string[] => keys.map(({ id }) => id);
    const first = await store.list(null, { limit: 3, cursor: null });
    const second = await store.list(null, { limit: 3, cursor: first.nextCursor });
    expect([...ids(first.data), ...ids(second.data)].sort()).toEqual(ids(made).sort());
    expect(second.nextCursor).toBeNull();
    const own = await store.list([acme], { limit: 10, cursor: null });
    expect(own.data.map(({ brandIds }) => brandIds)).toEqual([[acme], [acme]]);
    await expect(store.list(null, { limit: 3, cursor: 'nonsense' })).rejects.toThrow(CursorError);
  });

  it('records the latest use of each key, in whatever order uses arrive', async () => {
    const [one, other] = [await store.create(newKey(), actor), await store.create(newKey(), actor)];
    await store.recordUses([
      { keyId: one.id, at: 2_000_000 },
      { keyId: randomUUID(), at: 1 },
    ]);
    await store.recordUses([{ keyId: one.id, at: 1_000_000 }]);
    expect((await store.find(one.id))?.lastUsedAt).toBe(2_000_000);
    expect((await store.find(other.id))?.lastUsedAt).toBeNull();
  });

  it('publishes a configuration revision for ingest keys, and for no others', async () => {
    const before = await revision();
    await store.create(newKey(), actor);
    expect(await revision()).toBe(before);
    const made = await store.create(newKey({ role: 'ingest' }), actor);
    expect(await revision()).toBe(before + 1);
    await store.revoke(made.id, actor);
    expect(await revision()).toBe(before + 2);
  });

  it('records created and revoked keys in the audit log, without the key itself', async () => {
    const audit = new PostgresAuditLog(database.dataSource);
    const made = await store.create(newKey({ brandIds: [acme] }), actor);
    await store.revoke(made.id, { name: 'other', keyId: made.id });
    const { data } = await audit.entries({ target: made.id }, { limit: 10, cursor: null });
    const told = { name: 'ci', role: 'viewer', hint: made.hint, reveal: false, brandIds: [acme], expiresAt: null };
    expect(data).toMatchObject([
      { action: 'key.revoke', actor: { name: 'other', keyId: made.id }, brandId: acme, before: told, after: null },
      { action: 'key.create', actor, brandId: acme, before: null, after: told },
    ]);
  });

  it('creates no key if the audit log cannot be written', async () => {
    const key = newKey();
    await expect(store.create(key, { name: 'a\u0000b', keyId: null })).rejects.toThrow();
    expect(await store.findByHash(key.hash)).toBeNull();
  });
});
