import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  BOOTSTRAP_CALLER,
  KeyUses,
  type ApiKey,
  type Caller,
  type FoundSession,
  type NewSession,
  type NewSignInLink,
  type Person,
  type SessionStore,
  type SignInLink,
  type StoredSession,
} from '@patchbay/core';
import { Sessions } from './sessions.service.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Store in memory. A map's key is a hash in hex. */
class MemorySessionStore implements SessionStore {
  readonly sessions = new Map<string, StoredSession>();
  readonly links = new Map<string, SignInLink>();
  uses = 0;
  /** True if keys are revoked between their check and the creation of a session or link. */
  isRevoking = false;

  constructor(private readonly keyOf: (id: string) => ApiKey | null) {}

  async create({ hash, ...session }: NewSession): Promise<boolean> {
    if (!this.isRevoking) this.sessions.set(hex(hash), session);
    return !this.isRevoking;
  }

  async find(hash: Uint8Array): Promise<FoundSession | null> {
    const session = this.sessions.get(hex(hash));
    if (session === undefined) return null;
    const person = session.owner.kind === 'person' ? ada : null;
    return { session, key: session.owner.kind === 'key' ? this.keyOf(session.owner.keyId) : null, person };
  }

  async recordUse(hash: Uint8Array, at: number): Promise<void> {
    const session = this.sessions.get(hex(hash));
    if (session === undefined) return;
    this.uses += 1;
    this.sessions.set(hex(hash), { ...session, lastSeenAt: at });
  }

  async end(hash: Uint8Array): Promise<void> {
    this.sessions.delete(hex(hash));
  }

  async createLink({ hash, ...link }: NewSignInLink): Promise<boolean> {
    if (!this.isRevoking) this.links.set(hex(hash), link);
    return !this.isRevoking;
  }

  async takeLink(hash: Uint8Array): Promise<SignInLink | null> {
    const link = this.links.get(hex(hash)) ?? null;
    this.links.delete(hex(hash));
    return link;
  }
}

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const key: ApiKey = {
  ...{ id: 'k1', name: 'ci', role: 'viewer', brandIds: null, reveal: false, expiresAt: null, hint: 'pbk_abcd' },
  ...{ createdBy: 'boot', createdAt: 0, lastUsedAt: null },
};
const ada: Person = {
  ...{ id: 'p1', issuer: 'https://login.example.com', subject: 'a1', name: 'Ada', lastSeenAt: 0, removedAt: null },
};
const owner: Caller = {
  keyId: 'k1',
  personId: null,
  name: 'ci',
  role: 'viewer',
  brandIds: null,
  reveal: false,
  expiresAt: null,
  session: null,
};

describe('sessions', () => {
  let now: number;
  /** Number of reads of a key alone. */
  let keyReads: number;
  let stored: ApiKey | null;
  /** True if the rules give a role to people with the value `support`. */
  let hasRules: boolean;
  let store: MemorySessionStore;
  let sessions: Sessions;
  beforeEach(() => {
    now = 0;
    keyReads = 0;
    stored = key;
    hasRules = true;
    store = new MemorySessionStore(keyOf);
    sessions = sessionsOf('admin key');
  });

  const keyOf = (id: string): ApiKey | null => (id === stored?.id ? stored : null);

  /** Caller for the values of a roles claim, by the present rules. */
  const callerWith = ([value]: readonly string[]): Caller | null =>
    value === 'support' && hasRules ? { ...owner, keyId: null, personId: 'p1', name: 'Ada' } : null;

  function sessionsOf(adminKey: string | null): Sessions {
    const keys = {
      find: async (id: string) => {
        keyReads += 1;
        return keyOf(id);
      },
    };
    const uses = new KeyUses({ recordUses: async () => undefined });
    const people = { callerOfSession: async (_person: Person, values: readonly string[]) => callerWith(values) };
    return new Sessions(store, keys, uses, people, { now: () => now }, adminKey);
  }

  const start = async (from = owner): Promise<string> => (await sessions.start(from))?.token ?? 'not started';
  const link = async (from = owner): Promise<string> => (await sessions.makeLink(from))?.token ?? 'not made';
  const isLive = async (token: string, counts = true): Promise<boolean> =>
    (await sessions.find(token, counts)) !== null;

  it('end after 60 minutes without a use', async () => {
    const [used, unused] = [await start(), await start()];
    now = 59 * MINUTE;
    expect(await isLive(used)).toBe(true);
    now = HOUR;
    expect([await isLive(used), await isLive(unused)]).toEqual([true, false]);
  });

  it('are not prolonged by requests in the background', async () => {
    const token = await start();
    now = 59 * MINUTE;
    expect((await sessions.find(token, false))?.session?.endsAt).toBe(HOUR);
    now = HOUR;
    expect(await isLive(token)).toBe(false);
  });

  it('end after 12 hours in any case', async () => {
    const token = await start();
    for (now = 0; now < 12 * HOUR; now += 30 * MINUTE) expect([now, await isLive(token)]).toEqual([now, true]);
    expect(await isLive(token)).toBe(false);
  });

  it('store their use at most once a minute', async () => {
    const token = await start();
    for (const at of [0, 1_000, MINUTE - 1, MINUTE, MINUTE + 1, 2 * MINUTE]) {
      now = at;
      await isLive(token);
    }
    expect(store.uses).toBe(2);
  });

  it('have the present rights of their key, and end when it expires or is revoked', async () => {
    const token = await start();
    stored = { ...key, role: 'operator', expiresAt: 10 * MINUTE };
    now = 5 * MINUTE;
    expect(await sessions.find(token, true)).toMatchObject({ role: 'operator', name: 'ci' });
    now = 10 * MINUTE;
    expect(await isLive(token)).toBe(false);
    now = 5 * MINUTE;
    stored = null;
    expect(await isLive(token)).toBe(false);
  });

  it('are read together with their key', async () => {
    const token = await start();
    expect([await isLive(token), keyReads]).toEqual([true, 0]);
  });

  it('are not started, and links not made, if the key has been revoked since its check', async () => {
    store.isRevoking = true;
    expect([await sessions.start(owner), await sessions.makeLink(owner)]).toEqual([null, null]);
  });

  it('of people end after an hour also if they are used, and when the rules give no role any more', async () => {
    const person: Caller = { ...owner, keyId: null, personId: 'p1' };
    const startForAda = async (): Promise<string> =>
      (await sessions.startForPerson(person, ['support']))?.token ?? 'not started';
    const [token, other] = [await startForAda(), await startForAda()];
    for (now = 0; now < HOUR; now += 20 * MINUTE) expect([now, await isLive(token)]).toEqual([now, true]);
    expect(await isLive(token)).toBe(false);
    now = 30 * MINUTE;
    expect(await isLive(other)).toBe(true);
    hasRules = false;
    expect(await isLive(other)).toBe(false);
  });

  it('of PATCHBAY_ADMIN_KEY end when it is changed or removed', async () => {
    const token = await start(BOOTSTRAP_CALLER);
    expect(await sessions.find(token, true)).toMatchObject({ role: 'admin', keyId: null });
    for (const adminKey of ['other key', null]) expect(await sessionsOf(adminKey).find(token, true)).toBeNull();
  });

  it('are not found by the hash that is stored', async () => {
    await start();
    const [hash = ''] = store.sessions.keys();
    expect(await isLive(Buffer.from(hash, 'hex').toString('base64url'))).toBe(false);
  });

  it('are started by a link for 30 minutes', async () => {
    const [one, other] = [await link(), await link(BOOTSTRAP_CALLER)];
    now = 30 * MINUTE - 1;
    expect(await sessions.takeLink(one, now)).toMatchObject({ keyId: 'k1', session: null });
    expect(await sessions.takeLink(one, now)).toBeNull();
    now = 30 * MINUTE;
    expect(await sessions.takeLink(other, now)).toBeNull();
  });
});
