import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { PostgresAuditLog } from '../audit/postgres-audit.log.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresPersonStore } from './postgres-person.store.js';

const servers = await testServers();
const issuer = 'https://login.example.com';

describe.each(servers)('PostgresPersonStore on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let store: PostgresPersonStore;
  beforeAll(async () => {
    database = await openTestDatabase(server);
    store = new PostgresPersonStore(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());

  async function remembered(subject: string, name: string | null = null): Promise<Person> {
    const person = await store.remember({ issuer, subject, name });
    if (person === null) throw new Error(`The person ${subject} has been removed.`);
    return person;
  }

  it('keeps the id of a person whose name changes', async () => {
    const before = await store.remember({ issuer, subject: 'a1', name: 'Ada Byron' });
    const after = await store.remember({ issuer, subject: 'a1', name: 'Ada Lovelace' });
    expect(after).toMatchObject({ id: before?.id, issuer, subject: 'a1', name: 'Ada Lovelace' });
    expect(after?.lastSeenAt).toBeGreaterThanOrEqual(before?.lastSeenAt ?? Infinity);
  });

  it('keeps the name if the provider sends none', async () => {
    const { id } = await remembered('b2', 'Grace Hopper');
    expect(await store.remember({ issuer, subject: 'b2', name: null })).toMatchObject({ id, name: 'Grace Hopper' });
  });

  it('does not mix up people of different issuers or subjects that differ in case', async () => {
    const identities = [
      { issuer, subject: 'c3', name: null },
      { issuer, subject: 'C3', name: null },
      { issuer: 'https://other.example.com', subject: 'c3', name: null },
    ];
    const ids = await Promise.all(identities.map(async (identity) => (await store.remember(identity))?.id));
    expect(new Set(ids).size).toBe(3);
  });

  it('stores a person once if calls arrive together', async () => {
    const identity = { issuer, subject: 'd4', name: 'Mary Shelley' };
    const people = await Promise.all([1, 2, 3, 4].map(() => store.remember(identity)));
    expect(new Set(people.map((person) => person?.id)).size).toBe(1);
  });

  describe('a removed person', () => {
    const actor = { name: 'ci', keyId: null };
    const auditOf = async (id: string): Promise<readonly string[]> => {
      const page = await new PostgresAuditLog(database.dataSource).entries(
        { target: `person:${id}` },
        { limit: 10, cursor: null },
      );
      return page.data.map(({ action }) => action);
    };

    it('is refused without any change, keeps the name for records, and can be restored', async () => {
      const { id } = await remembered('e5', 'Emmy Noether');
      expect([await store.remove(id, actor), await store.remove(id, actor)]).toEqual([true, true]);
      expect(await store.remember({ issuer, subject: 'e5', name: 'Another Name' })).toBeNull();
      expect(await store.find(id)).toMatchObject({ name: 'Emmy Noether', removedAt: expect.any(Number) });
      expect(await store.namesOf([id])).toEqual(new Map([[id, 'Emmy Noether']]));
      await store.restore(id, actor);
      expect(await remembered('e5')).toMatchObject({ id, removedAt: null });
      expect(await auditOf(id)).toEqual(['person.restore', 'person.remove']);
    });

    it('whose name is erased is a new person at the next sign-in', async () => {
      const { id } = await remembered('f6', 'Rosalind Franklin');
      expect([await store.erase(id, actor), await store.erase(id, actor)]).toEqual([true, false]);
      expect([await store.find(id), (await store.namesOf([id])).size]).toEqual([null, 0]);
      expect((await remembered('f6')).id).not.toBe(id);
      expect(await auditOf(id)).toEqual(['person.erase']);
    });
  });

  it('lists people, newest first', async () => {
    const [older, newer] = [await remembered('g7'), await remembered('h8')];
    const { data, nextCursor } = await store.list({ limit: 2, cursor: null });
    expect([data.map(({ id }) => id), nextCursor]).toEqual([[newer.id, older.id], expect.any(String)]);
  });
});
