import { VaultError } from '@patchbay/core';

/** The length of a master key. */
export const MASTER_KEY_BYTES = 32;

/**
 * Reads a master key: 32 bytes in base64 (or base64url), padding optional, blanks around it ignored.
 * @param variable where it stands, for the error
 * @throws VaultError that names the variable and says how to make a key; the value is never told
 */
export function parseMasterKey(base64: string, variable = 'PATCHBAY_MASTER_KEY'): Uint8Array {
  const text = base64.trim();
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  if (bytes?.length !== MASTER_KEY_BYTES) {
    const found = bytes === undefined ? 'is not base64' : `holds ${bytes.length} bytes`;
    throw new VaultError(
      `${variable} ${found}; it has to be ${MASTER_KEY_BYTES} random bytes in base64. ` +
        `Make one with: openssl rand -base64 ${MASTER_KEY_BYTES}`,
    );
  }
  return new Uint8Array(bytes);
}
