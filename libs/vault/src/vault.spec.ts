import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { VaultError } from '@patchbay/core';
import { createBrandVault } from './brand-vault.js';
import { createVault } from './vault.js';

const masterKey = new Uint8Array(32).fill(7);
const vault = createVault(masterKey);
const acmeKey = vault.createBrandKey('acme');
const acme = vault.openBrandKey('acme', acmeKey);
const context = 'destination/d1/credentials';

/** The error that a call throws. */
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
  ])('gives back exactly what was sealed: %s', (_name, text) => {
    expect(acme.open(context, acme.seal(context, text)) === text).toBe(true);
  });

  it('never seals to the same bytes twice, and the bytes do not hold the text', () => {
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

  it('refuses a box that was cut or grew, at any length', () => {
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

  it('opens only for its own brand, even under the same data key', () => {
    const dataKey = createSecretKey(Buffer.alloc(32, 3));
    const sealed = createBrandVault('acme', dataKey).seal(context, 'some text');
    expect(createBrandVault('acme', dataKey).open(context, sealed)).toBe('some text');
    expect(() => createBrandVault('other', dataKey).open(context, sealed)).toThrow(VaultError);
    expect(() => acme.open(context, sealed)).toThrow(VaultError);
  });

  it('tells nothing of the text in an error', () => {
    const sealed = acme.seal(context, 'invented secret');
    const error = errorOf(() => acme.open(context, withByteChanged(sealed, sealed.length - 1)));
    expect(String(error)).not.toMatch(/invented/);
  });
});

describe('brand keys', () => {
  it('open again in a new process with the same master key', () => {
    const later = createVault(Uint8Array.from(masterKey)).openBrandKey('acme', acmeKey);
    expect(later.open(context, acme.seal(context, 'kept'))).toBe('kept');
  });

  it('name PATCHBAY_MASTER_KEY when the master key is another one', () => {
    const stranger = createVault(new Uint8Array(32).fill(8));
    expect(() => stranger.openBrandKey('acme', acmeKey)).toThrow(/PATCHBAY_MASTER_KEY/);
    expect(errorOf(() => stranger.openBrandKey('acme', acmeKey))).toBeInstanceOf(VaultError);
  });

  it('do not open for another brand', () => {
    expect(() => vault.openBrandKey('other', acmeKey)).toThrow(VaultError);
  });

  it('refuse any changed byte and any cut', () => {
    for (let index = 0; index < acmeKey.length; index++) {
      expect(() => vault.openBrandKey('acme', withByteChanged(acmeKey, index))).toThrow(VaultError);
      expect(() => vault.openBrandKey('acme', acmeKey.subarray(0, index))).toThrow(VaultError);
    }
  });

  it('need a master key of 32 bytes', () => {
    expect(() => createVault(new Uint8Array(31))).toThrow(VaultError);
  });
});

describe('the keyed hash', () => {
  it('is the same for the same purpose and value, and 64 hex digits', () => {
    expect(vault.keyedHash('files', 'a')).toBe(createVault(masterKey).keyedHash('files', 'a'));
    expect(vault.keyedHash('files', 'a')).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['value', 'files', 'b'],
    ['purpose', 'other', 'a'],
    ['border between the two', 'file', 'sa'],
  ])('differs with another %s', (_what, purpose, value) => {
    expect(vault.keyedHash(purpose, value)).not.toBe(vault.keyedHash('files', 'a'));
  });

  it('differs with another master key, and between lone surrogates', () => {
    expect(createVault(new Uint8Array(32)).keyedHash('files', 'a')).not.toBe(vault.keyedHash('files', 'a'));
    expect(vault.keyedHash('files', '\ud800')).not.toBe(vault.keyedHash('files', '\ud801'));
  });
});
