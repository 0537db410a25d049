import { createCipheriv, createDecipheriv, randomFillSync, type CipherKey } from 'node:crypto';

/**
 * The first byte of everything sealed. The form is the same in all, lengths in bytes:
 * `version (1) | nonce (12) | tag (16) | ciphertext`, AES-256-GCM. It says by which key: 1, one of the context's own; 2, one
 * that contexts share.
 */
export type BoxVersion = 1 | 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** Encrypts under a fresh random nonce. `associated` is not stored; the same bytes are needed to open. */
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

/** Random bytes that are used once, out of a pool: asking the system for each box apart takes longer than sealing it. */
function freshNonce(): Uint8Array {
  if (unused.length === 0) unused = randomFillSync(pool);
  const nonce = unused.slice(0, NONCE_BYTES);
  unused = unused.subarray(NONCE_BYTES);
  return nonce;
}

/** Why a box does not open: its form is unknown, or its bytes, its key or its associated data are other ones. */
export type OpenFailure = 'unreadable' | 'changed';

/** Whether a box was sealed by a key that its context shares. */
export function hasSharedKey(box: Uint8Array): boolean {
  return box[0] === 2;
}

/** Opens a box, or says why not: one of another version than is expected is unreadable. Never throws. */
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
