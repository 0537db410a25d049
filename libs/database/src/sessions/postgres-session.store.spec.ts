import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createKeySecret,
  createSessionToken,
  SESSION_LIMITS,
  type ApiKey,
  type NewSession,
  type Person,
  type PersonIdentity,
  type SessionAudit,
  type SessionOwner,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { PostgresAuditLog } from '../audit/postgres-audit.log.js';
import { PostgresKeyStore } from '../keys/postgres-key.store.js';
import { PostgresPersonStore } from '../people/postgres-person.store.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresSessionStore } from './postgres-session.store.js';

const servers = await testServers();
const HOUR = 3_600_000;
const bootstrap: SessionOwner = { kind: 'bootstrap', proof: new Uint8Array(32).fill(7) };
const audit: SessionAudit = { actor: { name: 'ci (console)', keyId: null }, brandId: null };
const hash = (): Uint8Array => createSessionToken().hash;

describe.each(servers)('PostgresSessionStore on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let store: PostgresSessionStore;
  let keys: PostgresKeyStore;
  let now: number;
  beforeAll(async () => {
    database = await openTestDatabase(server);
    store = new PostgresSessionStore(database.dataSource);
    keys = new PostgresKeyStore(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  beforeEach(async () => {
    now = Date.now();
    await database.dataSource.query('DELETE FROM sessions');
    await database.dataSource.query('DELETE FROM sign_in_links');
  });
  afterAll(() => database.close());

  const makeKey = (): Promise<ApiKey> =>
    keys.create(
      { ...createKeySecret(), name: 'ci', role: 'viewer', brandIds: null, reveal: false, expiresAt: null },
      audit.actor,
    );
  const session = (also: Partial<NewSession> = {}): NewSession => ({
    ...{ hash: hash(), owner: bootstrap, lastSeenAt: now, latestEndsAt: now + HOUR },
    ...also,
  });
  const make = async (also: Partial<NewSession> = {}): Promise<NewSession> => {
    const made = session(also);
    await store.create(made, audit);
    return made;
  };
  const exists = async ({ hash: one }: NewSession): Promise<boolean> => (await store.find(one)) !== null;

  it('returns a stored session of an API key and of PATCHBAY_ADMIN_KEY', async () => {
    const made = await makeKey();
    const { id } = made;
    for (const owner of [bootstrap, { kind: 'key', keyId: id } as const]) {
      const { hash: stored, ...rest } = await make({ owner });
      const found = await store.find(stored);
      expect(found?.session).toMatchObject({ lastSeenAt: rest.lastSeenAt, latestEndsAt: rest.latestEndsAt });
      expect(found?.session.owner).toEqual(
        owner.kind === 'key' ? owner : { ...owner, proof: Buffer.from(owner.proof) },
      );
      expect(found?.key).toEqual(owner.kind === 'key' ? made : null);
    }
    expect(await store.find(hash())).toBeNull();
  });

  async function remembered(identity: PersonIdentity): Promise<Person> {
    const person = await new PostgresPersonStore(database.dataSource).remember(identity);
    if (person === null) throw new Error('The person has been removed.');
    return person;
  }

  it('returns a stored session of a person, and removes it with the person', async () => {
    const identity = { issuer: 'https://login.example.com', subject: 'ada', name: 'Ada Lovelace' };
    const person = await remembered(identity);
    const owner = { kind: 'person', personId: person.id, roleValues: ['support', 'admins'] } as const;
    const made = await make({ owner });
    const other = await make();
    expect(await store.find(made.hash)).toMatchObject({ session: { owner }, key: null, person });
    await new PostgresPersonStore(database.dataSource).remove(person.id, audit.actor);
    expect([await exists(made), await exists(other)]).toEqual([false, true]);
    expect(await store.create(session({ owner }), audit)).toBe(false);
  });

  it('keeps the newest sessions of a person', async () => {
    const identity = { issuer: 'https://login.example.com', subject: 'grace', name: null };
    const { id: personId } = await remembered(identity);
    const owner = { kind: 'person', personId, roleValues: [] } as const;
    const [oldest, other] = [await make({ owner, lastSeenAt: now - 10 }), await make()];
    await Promise.all(Array.from({ length: SESSION_LIMITS.perKey - 1 }, () => make({ owner })));
    expect(await exists(oldest)).toBe(true);
    await make({ owner });
    expect([await exists(oldest), await exists(other)]).toEqual([false, true]);
  });

  it('ends the sessions and links of a revoked key, and no others', async () => {
    const [one, other] = [await makeKey(), await makeKey()];
    const ended = await make({ owner: { kind: 'key', keyId: one.id } });
    const kept = await make({ owner: { kind: 'key', keyId: other.id } });
    const link = { hash: hash(), owner: { kind: 'key', keyId: one.id } as const, expiresAt: now + HOUR };
    await store.createLink(link, audit);
    await keys.revoke(one.id, audit.actor);
    expect([await exists(ended), await exists(kept)]).toEqual([false, true]);
    expect(await store.takeLink(link.hash)).toBeNull();
  });

  it('stores no session and no link of a key that is being revoked', async () => {
    const { id } = await makeKey();
    const owner = { kind: 'key', keyId: id } as const;
    const revocation = database.dataSource.createQueryRunner();
    await revocation.startTransaction();
    await revocation.query('DELETE FROM api_keys WHERE id = $1', [id]);
    const creations = [
      store.create(session({ owner }), audit),
      store.createLink({ hash: hash(), owner, expiresAt: now + HOUR }, audit),
    ];
    await revocation.commitTransaction();
    await revocation.release();
    expect(await Promise.all(creations)).toEqual([false, false]);
  });

  it('records later uses only', async () => {
    const { hash: one } = await make();
    await store.recordUse(one, now + 2_000);
    await store.recordUse(one, now + 1_000);
    expect((await store.find(one))?.session.lastSeenAt).toBe(now + 2_000);
  });

  it('removes ended sessions when somebody signs in', async () => {
    const idle = await make({ lastSeenAt: now - SESSION_LIMITS.idleMs - 1_000 });
    const old = await make({ latestEndsAt: now - 1_000 });
    const live = await make({ lastSeenAt: now - SESSION_LIMITS.idleMs + 60_000 });
    await make();
    expect([await exists(idle), await exists(old), await exists(live)]).toEqual([false, false, true]);
  });

  it('keeps at most 100 sessions of an owner, those that were used last', async () => {
    const { id } = await makeKey();
    const foreign = await make({ owner: { kind: 'key', keyId: id }, lastSeenAt: now - 10_000 });
    const first = await make({ lastSeenAt: now - 5_000 });
    const second = await make({ lastSeenAt: now - 4_000 });
    for (let count = 2; count < SESSION_LIMITS.perKey; count++) await make();
    expect(await exists(first)).toBe(true);
    await make();
    expect([await exists(first), await exists(second), await exists(foreign)]).toEqual([false, true, true]);
  });

  it('gives a link to one caller only', async () => {
    const link = { hash: hash(), owner: bootstrap, expiresAt: now + HOUR };
    await store.createLink(link, audit);
    const taken = await Promise.all([1, 2, 3, 4].map(() => store.takeLink(link.hash)));
    expect(taken.filter((one) => one !== null)).toEqual([
      { owner: { kind: 'bootstrap', proof: Buffer.from(bootstrap.proof) }, expiresAt: link.expiresAt },
    ]);
  });

  it('removes expired links when somebody makes one', async () => {
    const expired = { hash: hash(), owner: bootstrap, expiresAt: now - 1_000 };
    await store.createLink(expired, audit);
    await store.createLink({ ...expired, hash: hash(), expiresAt: now + HOUR }, audit);
    expect(await store.takeLink(expired.hash)).toBeNull();
  });

  it('writes each sign-in and sign-out into the audit log, once', async () => {
    const { hash: one } = await make();
    await store.end(one, audit);
    await store.end(one, audit);
    expect(await store.find(one)).toBeNull();
    const log = new PostgresAuditLog(database.dataSource);
    const { data } = await log.entries({ target: 'PATCHBAY_ADMIN_KEY' }, { limit: 2, cursor: null });
    expect(data.map(({ action, actor }) => [action, actor.name])).toEqual([
      ['session.end', 'ci (console)'],
      ['session.create', 'ci (console)'],
    ]);
  });

  it('stores no session whose audit entry cannot be written', async () => {
    const made = session();
    await expect(store.create(made, { ...audit, actor: { name: 'a\u0000', keyId: null } })).rejects.toThrow();
    expect(await exists(made)).toBe(false);
  });
});
