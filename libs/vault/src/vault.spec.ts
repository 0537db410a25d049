import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { VaultError } from '@patchbay/core';
import { createBrandVault } from './brand-vault.js';
import { MasterKeyRing } from './master-key-ring.js';
import { createHubKey, createVault, openVault } from './vault.js';

const masterKey = new Uint8Array(32).fill(7);
const newMasterKey = new Uint8Array(32).fill(8);
const ring = new MasterKeyRing([masterKey]);
const hubKey = createHubKey(ring);
const vault = createVault(ring, hubKey);
const acmeKey = vault.createBrandKey('acme');
const acme = vault.openBrandKey('acme', acmeKey);
const context = 'destination/d1/credentials';
/**
 * Box with the text 'some text', sealed as in an event of the brand acme. Each of the 32 bytes of the data key is 3.
 */
const SEALED_BY_VERSION_1 = 'ATghcbVY3ucftL0DLuAnshKdsOeFBvAASV/uYsoQJheU7s13GEgO';

/** Returns the error that a call throws. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function withByteChanged(bytes: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}

describe('sealing', () => {
  it.each([
    ['empty', ''],
    ['ASCII', '{"authToken":"invented"}'],
    ['not ASCII', 'Grüße, こんにちは, नमस्ते, 👩‍👩‍👧'],
    ['NUL inside', 'a\u0000b'],
    ['lone surrogates', '\ud800 and \udfff'],
    ['JSON text of lone surrogates', JSON.stringify('\ud800')],
    ['1 MiB', 'ä'.repeat(524_288)],
  ])('returns exactly the sealed text: %s', (_name, text) => {
    expect(acme.open(context, acme.seal(context, text)) === text).toBe(true);
  });

  it('seals the same text to different bytes, which do not contain the text', () => {
    const first = acme.seal(context, 'invented secret');
    expect(Buffer.from(first).equals(acme.seal(context, 'invented secret'))).toBe(false);
    expect(Buffer.from(first).includes('invented')).toBe(false);
    expect(first.length).toBe(1 + 12 + 16 + 1 + 'invented secret'.length);
  });

  it('refuses a box with any byte changed', () => {
    const sealed = acme.seal(context, 'some text');
    for (let index = 0; index < sealed.length; index++) {
      expect(() => acme.open(context, withByteChanged(sealed, index))).toThrow(VaultError);
    }
  });

  it('refuses a box of any other length', () => {
    const sealed = acme.seal(context, 'some text');
    for (let length = 0; length < sealed.length; length++) {
      expect(() => acme.open(context, sealed.subarray(0, length))).toThrow(VaultError);
    }
    expect(() => acme.open(context, Buffer.concat([sealed, Buffer.of(0)]))).toThrow(VaultError);
  });

  it('opens only in its own context', () => {
    const sealed = acme.seal(context, 'some text');
    expect(() => acme.open('destination/d2/credentials', sealed)).toThrow(/destination\/d2\/credentials/);
  });

  it('seals events of the same minutes with one key, and opens each only as that event', () => {
    const [one, other] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002'];
    const sealed = acme.seal(`event/${one}/personal`, 'some text');
    expect(sealed[0]).toBe(2);
    expect(acme.open(`event/${one}/personal`, sealed)).toBe('some text');
    for (const elsewhere of [`event/${other}/personal`, `event/${one}/other`, context]) {
      expect(() => acme.open(elsewhere, sealed)).toThrow(VaultError);
    }
  });

  it('opens events of more hours than the key cache holds', () => {
    const contextOf = (hour: number): string =>
      `event/${hour.toString(16).padStart(7, '0')}0-0000-7000-8000-000000000001/x`;
    const hours = Array.from({ length: 200 }, (_, hour) => hour);
    const sealed = hours.map((hour) => acme.seal(contextOf(hour), String(hour)));
    expect(sealed.map((box, hour) => acme.open(contextOf(hour), box))).toEqual(hours.map(String));
  });

  it('does not use another key if the version byte was changed', () => {
    const event = 'event/018f0000-0000-7000-8000-000000000001/personal';
    const sealed = Uint8Array.from(acme.seal(event, 'some text'));
    sealed[0] = 1;
    expect(() => acme.open(event, sealed)).toThrow(VaultError);
    const ofItsOwn = Uint8Array.from(acme.seal(context, 'some text'));
    ofItsOwn[0] = 2;
    expect(() => acme.open(context, ofItsOwn)).toThrow(VaultError);
  });

  it("opens an event that an earlier version sealed with the event's own key", () => {
    const dataKey = createSecretKey(Buffer.alloc(32, 3));
    const event = 'event/018f0000-0000-7000-8000-000000000001/personal';
    const sealed = Buffer.from(SEALED_BY_VERSION_1, 'base64');
    expect(createBrandVault('acme', dataKey).open(event, sealed)).toBe('some text');
  });

  it('opens only for its own brand, even under the same data key', () => {
    const dataKey = createSecretKey(Buffer.alloc(32, 3));
    const sealed = createBrandVault('acme', dataKey).seal(context, 'some text');
    expect(createBrandVault('acme', dataKey).open(context, sealed)).toBe('some text');
    expect(() => createBrandVault('other', dataKey).open(context, sealed)).toThrow(VaultError);
    expect(() => acme.open(context, sealed)).toThrow(VaultError);
  });

  it('contains no part of the text in an error', () => {
    const sealed = acme.seal(context, 'invented secret');
    const error = errorOf(() => acme.open(context, withByteChanged(sealed, sealed.length - 1)));
    expect(String(error)).not.toMatch(/invented/);
  });
});

describe('brand keys', () => {
  it('can be opened by a new process with the same master key', () => {
    const later = createVault(new MasterKeyRing([Uint8Array.from(masterKey)]), hubKey).openBrandKey('acme', acmeKey);
    expect(later.open(context, acme.seal(context, 'kept'))).toBe('kept');
  });

  it('name PATCHBAY_MASTER_KEY and both key ids if the master key differs', () => {
    const stranger = new MasterKeyRing([newMasterKey]);
    const open = (): unknown => createVault(stranger, createHubKey(stranger)).openBrandKey('acme', acmeKey);
    expect(open).toThrow(/brand acme.*PATCHBAY_MASTER_KEY.*PATCHBAY_MASTER_KEY_PREVIOUS/);
    expect(open).toThrow(new RegExp(`id ${ring.newestId}.*id ${stranger.newestId}`));
    expect(errorOf(open)).toBeInstanceOf(VaultError);
  });

  it('cannot be opened for another brand', () => {
    expect(() => vault.openBrandKey('other', acmeKey)).toThrow(VaultError);
  });

  it('refuse any changed byte and any shorter length', () => {
    for (let index = 0; index < acmeKey.length; index++) {
      expect(() => vault.openBrandKey('acme', withByteChanged(acmeKey, index))).toThrow(VaultError);
      expect(() => vault.openBrandKey('acme', acmeKey.subarray(0, index))).toThrow(VaultError);
    }
  });

  it('need at least one master key of 32 bytes', () => {
    expect(() => new MasterKeyRing([new Uint8Array(31)])).toThrow(VaultError);
    expect(() => new MasterKeyRing([])).toThrow(VaultError);
  });
});

describe('a new master key', () => {
  const both = new MasterKeyRing([newMasterKey, masterKey]);
  const onlyNew = new MasterKeyRing([newMasterKey]);
  const brand = { kind: 'brand', brandId: 'acme' } as const;

  it('wraps new data keys like existing ones, so that a process without it can continue', () => {
    const wrapped = createVault(both, hubKey).createBrandKey('globex', hubKey);
    expect(both.isNewest(wrapped)).toBe(false);
    expect(() => vault.openBrandKey('globex', wrapped)).not.toThrow();
  });

  it('wraps data keys again without changing them, and only once', () => {
    const rewrapped = both.rewrap(brand, acmeKey) ?? acmeKey;
    expect(both.isNewest(rewrapped)).toBe(true);
    expect(both.rewrap(brand, rewrapped)).toBeNull();
    const later = createVault(onlyNew, both.rewrap({ kind: 'hub' }, hubKey) ?? hubKey);
    expect(later.openBrandKey('acme', rewrapped).open(context, acme.seal(context, 'kept'))).toBe('kept');
    expect(() => vault.openBrandKey('acme', rewrapped)).toThrow(VaultError);
  });

  it('does not wrap a key that it cannot open', () => {
    expect(() => onlyNew.rewrap(brand, acmeKey)).toThrow(VaultError);
    expect(() => both.rewrap({ kind: 'brand', brandId: 'globex' }, acmeKey)).toThrow(VaultError);
  });

  it('can be added while the process runs', () => {
    const running = new MasterKeyRing([masterKey]);
    const runningVault = createVault(running, hubKey);
    running.add([newMasterKey, masterKey]);
    const rewrapped = both.rewrap(brand, acmeKey) ?? acmeKey;
    expect(runningVault.openBrandKey('acme', rewrapped).open(context, acme.seal(context, 'kept'))).toBe('kept');
    expect(running.isNewest(runningVault.createBrandKey('globex'))).toBe(true);
  });
});

describe('openVault', () => {
  const storeOf = (stored: Uint8Array | null, like: Uint8Array | null = null) => ({
    hubKey: async (make: (like: Uint8Array | null) => Uint8Array) => stored ?? make(like),
  });

  it("creates the hub's key at the first start, wrapped like the brands' keys", async () => {
    const both = new MasterKeyRing([newMasterKey, masterKey]);
    const made: Uint8Array[] = [];
    await openVault(both, { hubKey: async (make) => (made[made.length] = make(acmeKey)) });
    expect(made.map((wrapped) => ring.isNewest(wrapped))).toEqual([true]);
  });

  it.each<[string, Uint8Array | null, Uint8Array | null]>([
    ['the hub has a key', hubKey, null],
    ['only brands have keys yet', null, acmeKey],
  ])('refuses another master key immediately if %s', async (_what, stored, like) => {
    const opening = openVault(new MasterKeyRing([newMasterKey]), storeOf(stored, like));
    await expect(opening).rejects.toThrow(/the hub.*another master key.*Set PATCHBAY_MASTER_KEY to/);
  });
});

describe('the keyed hash', () => {
  it('is the same for the same purpose and value, and 64 hex digits', () => {
    expect(vault.keyedHash('files', 'a')).toBe(createVault(ring, hubKey).keyedHash('files', 'a'));
    expect(vault.keyedHash('files', 'a')).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['value', 'files', 'b'],
    ['purpose', 'other', 'a'],
    ['border between the two', 'file', 'sa'],
  ])('differs with another %s', (_what, purpose, value) => {
    expect(vault.keyedHash(purpose, value)).not.toBe(vault.keyedHash('files', 'a'));
  });

  it('differs with another hub key, and for different lone surrogates', () => {
    expect(createVault(ring, createHubKey(ring)).keyedHash('files', 'a')).not.toBe(vault.keyedHash('files', 'a'));
    expect(vault.keyedHash('files', '\ud800')).not.toBe(vault.keyedHash('files', '\ud801'));
  });

  it('stays the same under a new master key', () => {
    const both = new MasterKeyRing([newMasterKey, masterKey]);
    const later = createVault(both, both.rewrap({ kind: 'hub' }, hubKey) ?? hubKey);
    expect(later.keyedHash('files', 'a')).toBe(vault.keyedHash('files', 'a'));
  });
});

describe("a brand's keyed hash", () => {
  it('is the same for the same value, and differs by purpose and brand', () => {
    const other = vault.openBrandKey('globex', vault.createBrandKey('globex'));
    const hash = acme.keyedHash('customer', '700100200');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(vault.openBrandKey('acme', acmeKey).keyedHash('customer', '700100200')).toBe(hash);
    const others = [acme.keyedHash('customer', '700100201'), acme.keyedHash('x', '700100200')];
    expect(new Set([hash, ...others, other.keyedHash('customer', '700100200')]).size).toBe(4);
  });
});
