import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
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

  it('keeps the id of a person whose name changes', async () => {
    const before = await store.remember({ issuer, subject: 'a1', name: 'Ada Byron' });
    const after = await store.remember({ issuer, subject: 'a1', name: 'Ada Lovelace' });
    expect(after).toMatchObject({ id: before.id, issuer, subject: 'a1', name: 'Ada Lovelace' });
    expect(after.lastSeenAt).toBeGreaterThanOrEqual(before.lastSeenAt);
  });

  it('keeps the name if the provider sends none', async () => {
    const { id } = await store.remember({ issuer, subject: 'b2', name: 'Grace Hopper' });
    expect(await store.remember({ issuer, subject: 'b2', name: null })).toMatchObject({ id, name: 'Grace Hopper' });
  });

  it('does not mix up people of different issuers or subjects that differ in case', async () => {
    const identities = [
      { issuer, subject: 'c3', name: null },
      { issuer, subject: 'C3', name: null },
      { issuer: 'https://other.example.com', subject: 'c3', name: null },
    ];
    const ids = await Promise.all(identities.map(async (identity) => (await store.remember(identity)).id));
    expect(new Set(ids).size).toBe(3);
  });

  it('stores a person once if calls arrive together', async () => {
    const identity = { issuer, subject: 'd4', name: 'Mary Shelley' };
    const people = await Promise.all([1, 2, 3, 4].map(() => store.remember(identity)));
    expect(new Set(people.map(({ id }) => id)).size).toBe(1);
  });
});
