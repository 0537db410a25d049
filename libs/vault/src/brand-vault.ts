import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { VaultError, type BrandVault } from '@patchbay/core';
import { openBox, sealBox } from './sealed-box.js';
import { decodeText, encodeText } from './text-encoding.js';

/**
 * The vault of one brand over its open data key.
 *
 * Each context has a key of its own, derived from the data key. Random nonces are safe for about 2^32 boxes a key; a
 * busy brand passes that within months, one context (an event, a destination) never does.
 */
export function createBrandVault(brandId: string, dataKey: KeyObject): BrandVault {
  const keyOf = (context: string): Buffer => createHmac('sha256', dataKey).update(encodeText(context)).digest();
  // Every event is hashed by: deriving the key each time would double that.
  const hashing = new Map<string, KeyObject>();
  const hashingKey = (purpose: string): KeyObject => {
    const known = hashing.get(purpose);
    if (known !== undefined) return known;
    const key = createSecretKey(keyOf(`hash/${purpose}`));
    hashing.set(purpose, key);
    return key;
  };

  return {
    seal(context, plaintext) {
      return sealBox(keyOf(context), associatedData(brandId, context), encodeText(plaintext));
    },
    open(context, sealed) {
      const opened = openBox(keyOf(context), associatedData(brandId, context), sealed);
      if (opened === 'unreadable') {
        throw new VaultError(
          `What is stored for ${context} is not in a form this version can read. ` +
            `It was written by a newer version, or its beginning was changed or lost.`,
        );
      }
      if (opened === 'changed') {
        throw new VaultError(
          `What is stored for ${context} does not open: its bytes were changed, or it was sealed for something else. ` +
            `Restore it from a backup, or enter it anew.`,
        );
      }
      return decodeText(opened);
    },
    keyedHash(purpose, value) {
      return createHmac('sha256', hashingKey(purpose)).update(encodeText(value)).digest('hex');
    },
  };
}

/** Length first, so that no brand and context together read like another pair. */
function associatedData(brandId: string, context: string): Buffer {
  const brand = encodeText(brandId);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(brand.length);
  return Buffer.concat([length, brand, encodeText(context)]);
}
