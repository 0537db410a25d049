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
 * The master keys that this process knows, the newest first: one, or two during a rotation.
 *
 * A wrapped data key is `key id (8 bytes) | box`, the box bound to its owner. The key id is derived from the master key
 * and tells nothing about it: it names the master key that is needed.
 */
export class MasterKeyRing {
  private keys: readonly MasterKey[] = [];

  /**
   * @param masterKeys 32 bytes each, the newest first
   * @throws VaultError where there is none, or one of another length
   */
  constructor(masterKeys: readonly Uint8Array[]) {
    this.add(masterKeys);
  }

  /** These are the keys from now on. Throws a VaultError as the constructor does. */
  add(masterKeys: readonly Uint8Array[]): void {
    if (masterKeys.length === 0) throw new VaultError('There is no master key.');
    this.keys = masterKeys.map(masterKey);
  }

  /** What the newest is called, 16 hex digits: not secret. */
  get newestId(): string {
    return this.newest.id.toString('hex');
  }

  /** True where a data key is wrapped by the newest master key. */
  isNewest(wrapped: Uint8Array): boolean {
    return this.newest.id.equals(idOf(wrapped));
  }

  /**
   * Wraps a data key.
   * @param like wrapped by the master key to take; left out: the newest
   * @throws VaultError where `like` is wrapped by a master key that is not here
   */
  wrap(owner: KeyOwner, dataKey: Uint8Array, like?: Uint8Array): Uint8Array {
    const { id, wrapping } = like === undefined ? this.newest : this.keyOf(owner, like);
    return Buffer.concat([id, sealBox(wrapping, ownerContext(owner), dataKey)]);
  }

  /** Opens a data key. Throws a VaultError that says how to fix it. */
  unwrap(owner: KeyOwner, wrapped: Uint8Array): KeyObject {
    return createSecretKey(this.open(owner, wrapped));
  }

  /** A data key wrapped by the newest master key; null where it is. Throws a VaultError as {@link unwrap} does. */
  rewrap(owner: KeyOwner, wrapped: Uint8Array): Uint8Array | null {
    const dataKey = this.open(owner, wrapped);
    return this.isNewest(wrapped) ? null : this.wrap(owner, dataKey);
  }

  private get newest(): MasterKey {
    const [first] = this.keys;
    if (first === undefined) throw new VaultError('There is no master key.');
    return first;
  }

  private open(owner: KeyOwner, wrapped: Uint8Array): Buffer {
    const { wrapping } = this.keyOf(owner, wrapped);
    const opened = openBox(wrapping, ownerContext(owner), wrapped.subarray(KEY_ID_BYTES));
    if (opened === 'unreadable' || opened === 'changed' || opened.length !== DATA_KEY_BYTES) {
      throw new VaultError(
        `The stored key of ${nameOf(owner)} does not open: its bytes were changed, or it is another owner's. ` +
          `PATCHBAY_MASTER_KEY is the right one. Restore its row from a backup.`,
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
      `The key of ${nameOf(owner)} was made under another master key (id ${wanted.toString('hex')}) than what is set ` +
        `(id ${known}). Set PATCHBAY_MASTER_KEY to the master key that this database was started with before; where it ` +
        `is being replaced, set that one as PATCHBAY_MASTER_KEY_PREVIOUS beside the new one. In embedded mode it is ` +
        `kept beside the database, in master.key.`,
    );
  }
}

function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== MASTER_KEY_BYTES) {
    throw new VaultError(`The master key has ${bytes.length} bytes; it needs ${MASTER_KEY_BYTES}.`);
  }
  return { id: derive(bytes, 'id', KEY_ID_BYTES), wrapping: createSecretKey(derive(bytes, 'wrap', 32)) };
}

/** Keys for different uses never meet: each is derived from the master key under a name of its own. */
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
