import { describe, expect, it } from '@jest/globals';
import {
  decideAccess,
  type AccessTarget,
  BOOTSTRAP_CALLER,
  callerOfKey,
  sees,
  type Caller,
  canManage,
  refuseGrant,
} from './access.js';
import {
  bearerToken,
  hashOfSecret,
  looksLikeKey,
  createKeySecret,
  KEY_ROLES,
  type ApiKey,
  type KeyGrant,
  type AdminRole,
  type KeyRole,
} from './api-key.js';
import type { KeyUse } from './key-store.port.js';
import { KeyUses } from './key-uses.js';

const grant = (also: Partial<KeyGrant> = {}): KeyGrant => ({
  name: 'console',
  role: 'admin',
  brandIds: null,
  reveal: false,
  expiresAt: null,
  ...also,
});
const caller = (also: Partial<KeyGrant> = {}): Caller => ({
  ...{ keyId: 'k1', personId: null, session: null },
  ...grant(also),
});

describe('permissions of roles', () => {
  const needed: readonly AdminRole[] = ['viewer', 'operator', 'admin'];
  const reaches: readonly AccessTarget[] = [{ kind: 'brand', brandId: 'acme' }, { kind: 'hub' }, { kind: 'visible' }];

  it.each<[KeyRole, readonly AdminRole[]]>([
    ['admin', ['viewer', 'operator', 'admin']],
    ['operator', ['viewer', 'operator']],
    ['viewer', ['viewer']],
    ['ingest', []],
  ])('of %s', (role, permitted) => {
    for (const target of reaches) {
      const allowed = needed.filter((one) => decideAccess(caller({ role }), { role: one, target }) === 'allowed');
      expect(allowed).toEqual(permitted);
      for (const other of needed.filter((one) => !permitted.includes(one))) {
        expect(decideAccess(caller({ role }), { role: other, target })).toBe('role');
      }
    }
  });

  it('of PATCHBAY_ADMIN_KEY include everything', () => {
    for (const target of reaches) expect(decideAccess(BOOTSTRAP_CALLER, { role: 'admin', target })).toBe('allowed');
    expect(BOOTSTRAP_CALLER.reveal).toBe(true);
  });
});

describe('a key for some brands', () => {
  const own = caller({ brandIds: ['acme'] });
  const of = (brandId: string | null): AccessTarget => ({ kind: 'brand', brandId });

  it('has access to its own brands, and to routes that filter by brand', () => {
    expect(decideAccess(own, { role: 'admin', target: of('acme') })).toBe('allowed');
    expect(decideAccess(own, { role: 'admin', target: { kind: 'visible' } })).toBe('allowed');
  });

  it('has no access to routes that concern the whole hub', () => {
    expect(decideAccess(own, { role: 'viewer', target: { kind: 'hub' } })).toBe('scope');
  });

  it.each(KEY_ROLES)('gets the same result for a brand outside its scope as for a missing brand, as %s', (role) => {
    for (const brandId of ['globex', null]) {
      expect(decideAccess({ ...own, role }, { role: 'admin', target: of(brandId) })).toBe('hidden');
    }
  });

  it('sees only its own brands', () => {
    expect([sees(own, 'acme'), sees(own, 'globex'), sees(caller({ brandIds: [] }), 'acme')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(sees(caller(), 'globex')).toBe(true);
  });
});

describe('creation of keys', () => {
  const now = 1_000;
  const scoped = caller({ brandIds: ['acme', 'globex'], reveal: true, expiresAt: 5_000 });

  it('is not restricted for an admin of the whole hub', () => {
    for (const wanted of [grant(), grant({ brandIds: ['acme'], reveal: true, expiresAt: 2_000, role: 'viewer' })]) {
      expect(refuseGrant(BOOTSTRAP_CALLER, wanted, now)).toBeNull();
    }
  });

  it.each<[string, Partial<KeyGrant>, string | null]>([
    ['within its scope and expiry', { brandIds: ['acme'], reveal: true, expiresAt: 5_000 }, null],
    ['for all brands', { brandIds: null, expiresAt: 5_000 }, 'brands'],
    ['for a brand outside its scope', { brandIds: ['acme', 'initech'], expiresAt: 5_000 }, 'brands'],
    ['for no brand', { brandIds: [], expiresAt: 5_000 }, 'brands'],
    ['with a later expiry', { brandIds: ['acme'], expiresAt: 5_001 }, 'expiresAt'],
    ['without an expiry', { brandIds: ['acme'] }, 'expiresAt'],
    ['with an expiry in the past', { brandIds: ['acme'], expiresAt: 1_000 }, 'expiresAt'],
    [
      'with the role ingest and reveal',
      { brandIds: ['acme'], role: 'ingest', reveal: true, expiresAt: 5_000 },
      'reveal',
    ],
  ])('by a key for some brands: a key %s', (_grant, also, field) => {
    expect(refuseGrant(scoped, grant(also), now)?.field ?? null).toBe(field);
  });

  it('does not allow reveal if the creator may not reveal', () => {
    expect(refuseGrant(caller(), grant({ reveal: true }), now)?.field).toBe('reveal');
  });

  it('and management by a key for some brands is limited to keys for these brands', () => {
    const isManageable = (brandIds: readonly string[] | null): boolean => canManage(scoped, { brandIds });
    expect([['acme'], ['acme', 'globex'], ['acme', 'initech'], null].map(isManageable)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(canManage(caller(), { brandIds: null })).toBe(true);
  });
});

describe('secret of a key', () => {
  it('has 256 random bits, a hash for look-ups and a hint', () => {
    const { secret, hash, hint } = createKeySecret(() => Buffer.alloc(32, 0xff));
    expect(secret).toBe(`pbk_${'_'.repeat(42)}8`);
    expect(hint).toBe('pbk_____');
    expect(Buffer.from(hash)).toEqual(Buffer.from(hashOfSecret(secret)));
    expect(looksLikeKey(secret)).toBe(true);
    expect(new Set(Array.from({ length: 50 }, () => createKeySecret().secret)).size).toBe(50);
  });

  it.each(['', 'pbk_', 'test-admin-key-0123456789', `pbk_${'a'.repeat(42)}`, `pbk_${'a'.repeat(44)}`, 'a'.repeat(47)])(
    'differs in format from %j',
    (text) => expect(looksLikeKey(text)).toBe(false),
  );

  it.each<[string | undefined, string | undefined]>([
    ['Bearer abc', 'abc'],
    ['bearer   abc', 'abc'],
    ['Basic abc', undefined],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is read from the header %j', (header, token) => expect(bearerToken(header)).toBe(token));

  it('is not accepted after its expiry', () => {
    const key: ApiKey = {
      id: 'k1',
      hint: '',
      createdBy: '',
      createdAt: 0,
      lastUsedAt: null,
      ...grant({ expiresAt: 10 }),
    };
    expect(callerOfKey(key, 9)).toMatchObject({ keyId: 'k1', role: 'admin' });
    expect(callerOfKey(key, 10)).toBeNull();
  });
});

describe('KeyUses', () => {
  it('stores the latest use per key in batches, and keeps uses after a failed write', async () => {
    const writes: (readonly KeyUse[])[] = [];
    let broken = true;
    const uses = new KeyUses({
      recordUses: async (batch) => {
        if (broken) throw new Error('away');
        writes.push(batch);
      },
    });
    uses.record('k1', 5);
    uses.record('k1', 3);
    await expect(uses.flush()).rejects.toThrow('away');
    uses.record('k2', 7);
    broken = false;
    await uses.flush();
    await uses.flush();
    expect(writes).toEqual([
      [
        { keyId: 'k1', at: 5 },
        { keyId: 'k2', at: 7 },
      ],
    ]);
  });
});
