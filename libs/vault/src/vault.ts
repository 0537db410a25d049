import { createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { VaultError, type Vault } from '@patchbay/core';
import { createBrandVault } from './brand-vault.js';
import { MASTER_KEY_BYTES } from './master-key.js';
import { openBox, sealBox } from './sealed-box.js';
import { encodeText } from './text-encoding.js';

const KEY_ID_BYTES = 8;
const DATA_KEY_BYTES = 32;

/**
 * The vault under a master key.
 *
 * A wrapped brand key is `key id (8 bytes) | box`, where the box is bound to `brand-key/<brandId>`. The key id is
 * derived from the master key and tells nothing about it: it names the master key that is needed, now and during a
 * rotation.
 * @param masterKey 32 bytes
 * @throws VaultError where it has another length
 */
export function createVault(masterKey: Uint8Array): Vault {
  if (masterKey.length !== MASTER_KEY_BYTES) {
    throw new VaultError(`The master key has ${masterKey.length} bytes; it needs ${MASTER_KEY_BYTES}.`);
  }
  const wrapping = createSecretKey(derive(masterKey, 'wrap', 32));
  const hashing = createSecretKey(derive(masterKey, 'hash', 32));
  const keyId = derive(masterKey, 'id', KEY_ID_BYTES);

  return {
    createBrandKey(brandId) {
      const box = sealBox(wrapping, wrappedContext(brandId), randomBytes(DATA_KEY_BYTES));
      return Buffer.concat([keyId, box]);
    },
    openBrandKey(brandId, wrapped) {
      return createBrandVault(brandId, unwrap(wrapping, keyId, brandId, wrapped));
    },
    keyedHash(purpose, value) {
      const name = encodeText(purpose);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(name.length);
      return createHmac('sha256', hashing).update(length).update(name).update(encodeText(value)).digest('hex');
    },
  };
}

function unwrap(wrapping: KeyObject, keyId: Buffer, brandId: string, wrapped: Uint8Array): KeyObject {
  const wantedId = Buffer.from(wrapped.subarray(0, KEY_ID_BYTES));
  if (wantedId.length === KEY_ID_BYTES && !wantedId.equals(keyId)) {
    throw new VaultError(
      `The key of brand ${brandId} was made under another master key (id ${wantedId.toString('hex')}) than the one ` +
        `that is set (id ${keyId.toString('hex')}). Set PATCHBAY_MASTER_KEY to the master key this database was ` +
        `first started with; in embedded mode it is kept beside the database, in master.key.`,
    );
  }
  const opened = openBox(wrapping, wrappedContext(brandId), wrapped.subarray(KEY_ID_BYTES));
  if (opened === 'unreadable' || opened === 'changed' || opened.length !== DATA_KEY_BYTES) {
    throw new VaultError(
      `The stored key of brand ${brandId} does not open: its bytes were changed, or it is another brand's. ` +
        `PATCHBAY_MASTER_KEY is the right one. Restore the brand's row from a backup.`,
    );
  }
  return createSecretKey(opened);
}

function wrappedContext(brandId: string): Buffer {
  return encodeText(`brand-key/${brandId}`);
}

/** Keys for different uses never meet: each is derived from the master key under a name of its own. */
function derive(masterKey: Uint8Array, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `patchbay/v1/${use}`, bytes));
}
