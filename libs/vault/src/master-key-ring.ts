import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { VaultError, type KeyOwner } from '@patchbay/core';
import { MASTER_KEY_BYTES } from './master-key.js';
import { openBox, sealBox } from './sealed-box.js';
import { encodeText } from './text-encoding.js';

const KEY_ID_BYTES = 8;
const DATA_KEY_BYTES = 32;

interface MasterKey {
  readonly id: Buffer;
  readonly wrapping: KeyObject;
}

/**
 * Master keys known to this process, the newest key first. There is one key, or two keys during a rotation.
 *
 * A wrapped data key is `key id (8 bytes) | box`, and the box is bound to its owner. The key id identifies the required
 * master key. It is derived from the master key and reveals nothing about it.
 */
export class MasterKeyRing {
  private keys: readonly MasterKey[] = [];

  /**
   * @param masterKeys master keys of 32 bytes each, the newest key first
   * @throws VaultError if there is no key or a key has another length
   */
  constructor(masterKeys: readonly Uint8Array[]) {
    this.add(masterKeys);
  }

  /** Replaces the known keys. Throws a VaultError like the constructor. */
  add(masterKeys: readonly Uint8Array[]): void {
    if (masterKeys.length === 0) throw new VaultError('The master key ring is empty. Pass at least one master key.');
    this.keys = masterKeys.map(masterKey);
  }

  /** Id of the newest master key: 16 hex digits, not secret. */
  get newestId(): string {
    return this.newest.id.toString('hex');
  }

  /** Returns true if a data key is wrapped under the newest master key. */
  isNewest(wrapped: Uint8Array): boolean {
    return this.newest.id.equals(idOf(wrapped));
  }

  /**
   * Wraps a data key.
   * @param like a wrapped key whose master key is used; default: the newest master key
   * @throws VaultError if the master key of `like` is unknown
   */
  wrap(owner: KeyOwner, dataKey: Uint8Array, like?: Uint8Array): Uint8Array {
    const { id, wrapping } = like === undefined ? this.newest : this.keyOf(owner, like);
    return Buffer.concat([id, sealBox(wrapping, ownerContext(owner), dataKey)]);
  }

  /** Unwraps a data key. Throws a VaultError with a hint if the master key is unknown or the data key was changed. */
  unwrap(owner: KeyOwner, wrapped: Uint8Array): KeyObject {
    return createSecretKey(this.open(owner, wrapped));
  }

  /**
   * Wraps a data key under the newest master key. Returns null if the newest master key already wraps it. Throws a
   * VaultError like {@link unwrap}.
   */
  rewrap(owner: KeyOwner, wrapped: Uint8Array): Uint8Array | null {
    const dataKey = this.open(owner, wrapped);
    return this.isNewest(wrapped) ? null : this.wrap(owner, dataKey);
  }

  private get newest(): MasterKey {
    const [first] = this.keys;
    if (first === undefined) throw new VaultError('The master key ring is empty. Pass at least one master key.');
    return first;
  }

  private open(owner: KeyOwner, wrapped: Uint8Array): Buffer {
    const { wrapping } = this.keyOf(owner, wrapped);
    const opened = openBox(wrapping, ownerContext(owner), wrapped.subarray(KEY_ID_BYTES));
    if (opened === 'unreadable' || opened === 'changed' || opened.length !== DATA_KEY_BYTES) {
      throw new VaultError(
        `The stored data key of ${nameOf(owner)} cannot be opened: its bytes were changed, or it belongs to another owner. ` +
          `PATCHBAY_MASTER_KEY is correct. Restore the key's row from a backup.`,
      );
    }
    return opened;
  }

  private keyOf(owner: KeyOwner, wrapped: Uint8Array): MasterKey {
    const wanted = idOf(wrapped);
    const key = this.keys.find(({ id }) => id.equals(wanted));
    if (key !== undefined) return key;
    const known = this.keys.map(({ id }) => id.toString('hex')).join(', ');
    throw new VaultError(
      `The data key of ${nameOf(owner)} was wrapped under another master key (id ${wanted.toString('hex')}) than the current one ` +
        `(id ${known}). Set PATCHBAY_MASTER_KEY to the master key that this database used before. ` +
        `During a rotation, set PATCHBAY_MASTER_KEY_PREVIOUS to that key and PATCHBAY_MASTER_KEY to the new one. In embedded mode the key is ` +
        `stored beside the database, in master.key.`,
    );
  }
}

function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== MASTER_KEY_BYTES) {
    throw new VaultError(`The master key has ${bytes.length} bytes. Set a master key of ${MASTER_KEY_BYTES} bytes.`);
  }
  return { id: derive(bytes, 'id', KEY_ID_BYTES), wrapping: createSecretKey(derive(bytes, 'wrap', 32)) };
}

/** Derives a key for one use, so that different uses never share a key. */
function derive(bytes: Uint8Array, use: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', `patchbay/v1/${use}`, length));
}

function idOf(wrapped: Uint8Array): Buffer {
  return Buffer.from(wrapped.subarray(0, KEY_ID_BYTES));
}

function ownerContext(owner: KeyOwner): Buffer {
  return encodeText(owner.kind === 'hub' ? 'hub-key' : `brand-key/${owner.brandId}`);
}

function nameOf(owner: KeyOwner): string {
  return owner.kind === 'hub' ? 'the hub' : `brand ${owner.brandId}`;
}
