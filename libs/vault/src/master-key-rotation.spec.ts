import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VaultError, type KeyOwner, type MasterKeySource, type WrappedKeyStore } from '@patchbay/core';
import { fileMasterKeys } from './file-master-keys.js';
import { MasterKeyRing } from './master-key-ring.js';
import { MasterKeyRotation } from './master-key-rotation.js';

const HUB: KeyOwner = { kind: 'hub' };
const DATA_KEY = Buffer.alloc(32, 9);
const actor = { name: 'test', keyId: null };

/** Error that simulates that the process stops before a step of the rotation. */
class Stopped extends Error {}

/** In-memory store with one wrapped key. Its lock allows one rotation at a time. */
class MemoryStore implements Pick<WrappedKeyStore, 'withRotationLock' | 'rewrap'> {
  wrapped: Uint8Array = new Uint8Array();
  private held = false;

  async withRotationLock<T>(rotate: (assertLocked: () => Promise<void>) => Promise<T>): Promise<T | null> {
    if (this.held) return null;
    this.held = true;
    try {
      return await rotate(() => Promise.resolve());
    } finally {
      this.held = false;
    }
  }

  async rewrap(rewrap: Parameters<WrappedKeyStore['rewrap']>[0]): Promise<number> {
    const anew = rewrap(HUB, this.wrapped);
    // The wait simulates the duration of a transaction, so that other work runs meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    if (anew === null) return 0;
    this.wrapped = anew;
    return 1;
  }
}

describe('a rotation of the master key', () => {
  let directory: string;
  let store: MemoryStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'patchbay-rotation-'));
    store = new MemoryStore();
    store.wrapped = new MasterKeyRing(await fileMasterKeys(directory).load()).wrap(HUB, DATA_KEY);
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function rotation(source: MasterKeySource = fileMasterKeys(directory)): Promise<MasterKeyRotation> {
    return new MasterKeyRotation(source, new MasterKeyRing(await source.load()), store);
  }
  /** Checks that a newly started process can unwrap the stored key. */
  async function opens(): Promise<void> {
    const ring = new MasterKeyRing(await fileMasterKeys(directory).load());
    expect(ring.unwrap(HUB, store.wrapped).export()).toEqual(DATA_KEY);
  }

  it('runs alone: of several simultaneous rotations one succeeds, the others are refused, and no key is lost', async () => {
    for (let round = 0; round < 20; round += 1) {
      const all = [await rotation(), await rotation(), await rotation(), await rotation()];
      const outcomes = await Promise.allSettled(all.map((one) => one.rotate(actor)));
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      expect(outcomes.length - failures.length).toBeGreaterThanOrEqual(1);
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(VaultError);
        expect(String(failure)).toContain('Another rotation of the master key is running');
      }
      await opens();
    }
  });

  it.each(['after creating the new key', 'after wrapping', 'before deleting the old key'])(
    'survives a stop %s',
    async (step) => {
      const files = fileMasterKeys(directory);
      const die = (): Promise<never> => Promise.reject(new Stopped(step));
      const source: MasterKeySource = {
        load: () => files.load(),
        beginRotation: async () => {
          const keys = await files.beginRotation();
          return step === 'after creating the new key' ? die() : keys;
        },
        completeRotation: (wrappedBy) =>
          step === 'after wrapping' ? die() : files.completeRotation(wrappedBy).then(die),
      };
      await expect((await rotation(source)).rotate(actor)).rejects.toThrow(Stopped);
      await opens();
      const before = store.wrapped;
      await (await rotation()).rotate(actor);
      await opens();
      expect(await fileMasterKeys(directory).load()).toHaveLength(1);
      if (step === 'before deleting the old key') expect(store.wrapped).not.toEqual(before);
    },
  );
});
