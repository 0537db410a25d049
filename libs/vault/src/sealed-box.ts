import { createCipheriv, createDecipheriv, randomFillSync, type CipherKey } from 'node:crypto';

/**
 * Version of a box, stored in its first byte. All versions have the same format, with lengths in bytes: `version (1) |
 * nonce (12) | tag (16) | ciphertext`, AES-256-GCM. Version 1: the box was sealed with the context's own key. Version
 * 2: the box was sealed with a key that several contexts share.
 */
export type BoxVersion = 1 | 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Encrypts a plaintext with a new random nonce. The box does not contain `associated`, but the same bytes are needed to
 * open it.
 */
export function sealBox(
  key: CipherKey,
  associated: Uint8Array,
  plaintext: Uint8Array,
  version: BoxVersion = 1,
): Buffer {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  const body = cipher.update(plaintext);
  const rest = cipher.final();
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body, rest]);
}

const pool = new Uint8Array(NONCE_BYTES * 256);
let unused = pool.subarray(0, 0);

/**
 * Returns random bytes from a pool. Each byte is used only once. Requesting random bytes from the system for each box
 * would take longer than sealing the box.
 */
function freshNonce(): Uint8Array {
  if (unused.length === 0) unused = randomFillSync(pool);
  const nonce = unused.slice(0, NONCE_BYTES);
  unused = unused.subarray(NONCE_BYTES);
  return nonce;
}

/**
 * Reason why a box cannot be opened. `unreadable`: unknown format or version. `changed`: the bytes, the key or the
 * associated data differ.
 */
export type OpenFailure = 'unreadable' | 'changed';

/** Returns true if a box was sealed with a key that several contexts share. */
export function hasSharedKey(box: Uint8Array): boolean {
  return box[0] === 2;
}

/**
 * Opens a box, or returns the reason why it cannot be opened. A box of another version than `version` is `unreadable`.
 * Never throws.
 */
export function openBox(
  key: CipherKey,
  associated: Uint8Array,
  box: Uint8Array,
  version: BoxVersion = 1,
): Buffer | OpenFailure {
  if (box.length < HEADER_BYTES || box[0] !== version) return 'unreadable';
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(1, 1 + NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(box.subarray(1 + NONCE_BYTES, HEADER_BYTES));
  const body = decipher.update(box.subarray(HEADER_BYTES));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    return 'changed';
  }
}
