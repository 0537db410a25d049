import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { VaultError, type BrandVault } from '@patchbay/core';
import { hasSharedKey, openBox, sealBox } from './sealed-box.js';
import { decodeText, encodeText } from './text-encoding.js';

/** Derived keys that are kept: of the events of some hours, and of what is hashed. */
const MAX_REMEMBERED = 64;

/**
 * The vault of one brand over its open data key.
 *
 * Random nonces are safe for about 2^32 boxes a key, which a busy brand passes within months: so each context has a key
 * of its own, derived from the data key, and the events of 17 minutes share one.
 */
export function createBrandVault(brandId: string, dataKey: KeyObject): BrandVault {
  const keyOf = (context: string): Buffer => createHmac('sha256', dataKey).update(encodeText(context)).digest();
  // Every event is sealed, opened and hashed by one: deriving it each time would double that.
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
      return createHmac('sha256', sharedKey(`hash/${purpose}`))
        .update(encodeText(value))
        .digest('hex');
    },
  };
}

/**
 * The key that a context shares; null where it has one of its own. An event's id is a UUIDv7: by its first 28 bits go the
 * events of 2^20 milliseconds.
 */
function sharedKeyOf(context: string): string | null {
  const id = /^event\/([^/]+)\//.exec(context)?.[1];
  return id === undefined ? null : `events/${id.slice(0, 7)}`;
}

/** Length first, so that no brand and context together read like another pair. */
function associatedData(brandId: string, context: string): Buffer {
  const brand = encodeText(brandId);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(brand.length);
  return Buffer.concat([length, brand, encodeText(context)]);
}
