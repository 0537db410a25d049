import { describe, expect, it } from '@jest/globals';
import type { KeyOwner } from '@patchbay/core';
import { MasterKeyCheck } from './master-key-check.js';
import { MasterKeyRing } from './master-key-ring.js';

const [OLD, NEW, OTHER] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const HUB: KeyOwner = { kind: 'hub' };
const brand = (brandId: string): KeyOwner => ({ kind: 'brand', brandId });

/** Wraps a data key of the owner under a master key. */
const stored = (owner: KeyOwner, masterKey: Uint8Array) => ({
  owner,
  wrapped: new MasterKeyRing([masterKey]).wrap(owner, new Uint8Array(32)),
});

const check = (masterKeys: readonly Uint8Array[], keys: readonly ReturnType<typeof stored>[]) =>
  new MasterKeyCheck(new MasterKeyRing(masterKeys), { wrappedKeys: () => Promise.resolve(keys) }).run();

describe('MasterKeyCheck', () => {
  it('finds no problem if the newest master key opens all data keys', async () => {
    expect(await check([NEW], [stored(HUB, NEW), stored(brand('a'), NEW)])).toEqual({
      masterKeyId: new MasterKeyRing([NEW]).newestId,
      dataKeys: 2,
      onPreviousKey: 0,
      problems: [],
    });
  });

  it('counts the data keys that a rotation has not wrapped again', async () => {
    expect(await check([NEW, OLD], [stored(HUB, NEW), stored(brand('a'), OLD)])).toMatchObject({
      onPreviousKey: 1,
      problems: [],
    });
  });

  it('reports each data key of another master key, and each key of another owner', async () => {
    const moved = { ...stored(brand('a'), NEW), owner: brand('b') };
    const { problems } = await check([NEW], [stored(brand('c'), OTHER), moved]);
    expect(problems).toEqual([
      expect.stringMatching(/brand c .*another master key.*PATCHBAY_MASTER_KEY/),
      expect.stringMatching(/brand b cannot be opened.*Restore/),
    ]);
  });
});
