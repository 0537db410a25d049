import { describe, expect, it } from '@jest/globals';
import { decideAccess, type AdminRole, type AccessTarget } from './access.js';
import { KEY_ROLES, type ApiKey, type KeyGrant, type KeyRole } from './api-key.js';
import { BOOTSTRAP_CALLER, callerOfKey, sees, type Caller } from './caller.js';
import { canManage, refuseGrant } from './grant.js';
import { bearerToken, hashOfSecret, looksLikeKey, createKeySecret } from './key-secret.js';
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
const caller = (also: Partial<KeyGrant> = {}): Caller => ({ keyId: 'k1', ...grant(also) });

describe('what a role may do', () => {
  const needed: readonly AdminRole[] = ['viewer', 'operator', 'admin'];
  const reaches: readonly AccessTarget[] = [{ kind: 'brand', brandId: 'acme' }, { kind: 'hub' }, { kind: 'visible' }];

  it.each<[KeyRole, readonly AdminRole[]]>([
    ['admin', ['viewer', 'operator', 'admin']],
    ['operator', ['viewer', 'operator']],
    ['viewer', ['viewer']],
    ['ingest', []],
  ])('%s', (role, may) => {
    for (const target of reaches) {
      const allowed = needed.filter((one) => decideAccess(caller({ role }), { role: one, target }) === 'allowed');
      expect(allowed).toEqual(may);
      for (const other of needed.filter((one) => !may.includes(one))) {
        expect(decideAccess(caller({ role }), { role: other, target })).toBe('role');
      }
    }
  });

  it('the key of the environment may do everything', () => {
    for (const target of reaches) expect(decideAccess(BOOTSTRAP_CALLER, { role: 'admin', target })).toBe('allowed');
    expect(BOOTSTRAP_CALLER.reveal).toBe(true);
  });
});

describe('a key for some brands', () => {
  const own = caller({ brandIds: ['acme'] });
  const of = (brandId: string | null): AccessTarget => ({ kind: 'brand', brandId });

  it('opens its own, and whatever filters by itself', () => {
    expect(decideAccess(own, { role: 'admin', target: of('acme') })).toBe('allowed');
    expect(decideAccess(own, { role: 'admin', target: { kind: 'visible' } })).toBe('allowed');
  });

  it('does not open what concerns the whole hub', () => {
    expect(decideAccess(own, { role: 'viewer', target: { kind: 'hub' } })).toBe('scope');
  });

  it.each(KEY_ROLES)("learns the same of another's brand as of none, as %s", (role) => {
    for (const brandId of ['globex', null]) {
      expect(decideAccess({ ...own, role }, { role: 'admin', target: of(brandId) })).toBe('hidden');
    }
  });

  it('sees its own brands only, and none where it has none', () => {
    expect([sees(own, 'acme'), sees(own, 'globex'), sees(caller({ brandIds: [] }), 'acme')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(sees(caller(), 'globex')).toBe(true);
  });
});

describe('who may hand out which key', () => {
  const now = 1_000;
  const scoped = caller({ brandIds: ['acme', 'globex'], reveal: true, expiresAt: 5_000 });

  it('an admin of the hub may hand out any', () => {
    for (const wanted of [grant(), grant({ brandIds: ['acme'], reveal: true, expiresAt: 2_000, role: 'viewer' })]) {
      expect(refuseGrant(BOOTSTRAP_CALLER, wanted, now)).toBeNull();
    }
  });

  it.each<[string, Partial<KeyGrant>, string | null]>([
    ['for its brands, until its end', { brandIds: ['acme'], reveal: true, expiresAt: 5_000 }, null],
    ['for all brands', { brandIds: null, expiresAt: 5_000 }, 'brands'],
    ["for another's brand", { brandIds: ['acme', 'initech'], expiresAt: 5_000 }, 'brands'],
    ['for no brand', { brandIds: [], expiresAt: 5_000 }, 'brands'],
    ['that outlives it', { brandIds: ['acme'], expiresAt: 5_001 }, 'expiresAt'],
    ['that never ends', { brandIds: ['acme'] }, 'expiresAt'],
    ['that has ended', { brandIds: ['acme'], expiresAt: 1_000 }, 'expiresAt'],
    ['to take in and reveal', { brandIds: ['acme'], role: 'ingest', reveal: true, expiresAt: 5_000 }, 'reveal'],
  ])('a key for some brands, one %s', (_what, also, field) => {
    expect(refuseGrant(scoped, grant(also), now)?.field ?? null).toBe(field);
  });

  it('a key that may not reveal makes none that may', () => {
    expect(refuseGrant(caller(), grant({ reveal: true }), now)?.field).toBe('reveal');
  });

  it('a key for some brands can manage only keys for its brands', () => {
    const governed = (brandIds: readonly string[] | null): boolean => canManage(scoped, { brandIds });
    expect([['acme'], ['acme', 'globex'], ['acme', 'initech'], null].map(governed)).toEqual([true, true, false, false]);
    expect(canManage(caller(), { brandIds: null })).toBe(true);
  });
});

describe('the key itself', () => {
  it('is 256 random bits, found by its hash, known again by its beginning', () => {
    const { secret, hash, hint } = createKeySecret(() => Buffer.alloc(32, 0xff));
    expect(secret).toBe(`pbk_${'_'.repeat(42)}8`);
    expect(hint).toBe('pbk_____');
    expect(Buffer.from(hash)).toEqual(Buffer.from(hashOfSecret(secret)));
    expect(looksLikeKey(secret)).toBe(true);
    expect(new Set(Array.from({ length: 50 }, () => createKeySecret().secret)).size).toBe(50);
  });

  it.each(['', 'pbk_', 'test-admin-key-0123456789', `pbk_${'a'.repeat(42)}`, `pbk_${'a'.repeat(44)}`, 'a'.repeat(47)])(
    'is told from what is none: %j',
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
  ])('comes in a header: %j', (header, token) => expect(bearerToken(header)).toBe(token));

  it('opens nothing once it has expired', () => {
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

describe('when keys were used', () => {
  it('is stored in batches, the latest use of each, and not lost with a write', async () => {
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
