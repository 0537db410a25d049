import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { VaultError, type BrandVault } from '@patchbay/core';
import { hasSharedKey, openBox, sealBox } from './sealed-box.js';
import { decodeText, encodeText } from './text-encoding.js';

/**
 * Maximum number of cached keys. It is enough for the keys of a few hours of events, and for the keys of keyed hashes.
 */
const MAX_REMEMBERED = 64;

/**
 * Creates the vault of one brand from its unwrapped data key.
 *
 * With random nonces, one key is safe for about 2^32 boxes. A busy brand would exceed this number within months.
 * Therefore each context has its own key, derived from the data key. Only events that were received within the same 17
 * minutes share one key.
 */
export function createBrandVault(brandId: string, dataKey: KeyObject): BrandVault {
  const keyOf = (context: string): Buffer => createHmac('sha256', dataKey).update(encodeText(context)).digest();
  // Derived keys are cached, because every event is sealed, opened and hashed with such a key. Deriving a key each time
  // would double the cost.
  const shared = new Map<string, KeyObject>();
  const sharedKey = (name: string): KeyObject => {
    const known = shared.get(name);
    if (known !== undefined) return known;
    const key = createSecretKey(keyOf(name));
    if (shared.size >= MAX_REMEMBERED) shared.clear();
    shared.set(name, key);
    return key;
  };

  return {
    seal(context, plaintext) {
      const [associated, text] = [associatedData(brandId, context), encodeText(plaintext)];
      const name = sharedKeyOf(context);
      return name === null ? sealBox(keyOf(context), associated, text) : sealBox(sharedKey(name), associated, text, 2);
    },
    open(context, sealed) {
      const name = hasSharedKey(sealed) ? sharedKeyOf(context) : null;
      const associated = associatedData(brandId, context);
      const opened =
        name === null ? openBox(keyOf(context), associated, sealed) : openBox(sharedKey(name), associated, sealed, 2);
      if (opened === 'unreadable') {
        throw new VaultError(
          `The stored value of ${context} has an unknown format. ` +
            `It was written by a newer version, or its beginning was changed or lost. Upgrade the hub, or restore the value from a backup.`,
        );
      }
      if (opened === 'changed') {
        throw new VaultError(
          `The stored value of ${context} cannot be opened: its bytes were changed, or it was sealed for another context. ` +
            `Restore it from a backup, or enter it again.`,
        );
      }
      return decodeText(opened);
    },
    keyedHash(purpose, value) {
      return createHmac('sha256', sharedKey(`hash/${purpose}`))
        .update(encodeText(value))
        .digest('hex');
    },
  };
}

/**
 * Returns the name of the key that a context shares with other contexts. Null if the context has its own key. An event
 * id is a UUIDv7, whose first 28 bits are the same for 2^20 milliseconds.
 */
function sharedKeyOf(context: string): string | null {
  const id = /^event\/([^/]+)\//.exec(context)?.[1];
  return id === undefined ? null : `events/${id.slice(0, 7)}`;
}

/**
 * Builds the associated data of a box. The length prefix ensures that different pairs of brand and context never give
 * the same bytes.
 */
function associatedData(brandId: string, context: string): Buffer {
  const brand = encodeText(brandId);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(brand.length);
  return Buffer.concat([length, brand, encodeText(context)]);
}
