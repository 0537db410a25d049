import { VaultError } from '@patchbay/core';

/** Length of a master key in bytes. */
export const MASTER_KEY_BYTES = 32;

/**
 * Reads a master key: 32 bytes in base64 or base64url. Padding is optional, and surrounding whitespace is ignored.
 * @param variable name of the variable or file, for the error
 * @throws VaultError that names the variable and says how to create a key; the error does not contain the value
 */
export function parseMasterKey(base64: string, variable = 'PATCHBAY_MASTER_KEY'): Uint8Array {
  const text = base64.trim();
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  if (bytes?.length !== MASTER_KEY_BYTES) {
    const found = bytes === undefined ? 'is not valid base64' : `holds ${bytes.length} bytes`;
    throw new VaultError(
      `${variable} ${found}. Set it to ${MASTER_KEY_BYTES} random bytes in base64. ` +
        `Create them with: openssl rand -base64 ${MASTER_KEY_BYTES}`,
    );
  }
  return new Uint8Array(bytes);
}
