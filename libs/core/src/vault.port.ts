/**
 * Encryption of values that must not be readable at rest: AES-256-GCM under a data key per brand. A master key wraps
 * the data keys. A value that was sealed in one context cannot be opened in another context.
 */
export interface Vault {
  /**
   * Creates a data key for a brand. Returns the wrapped data key, which is the form that is stored.
   * @param like a wrapped key of the same database, whose master key also wraps the new data key. A process that does
   * not have the newest master key yet can then open the new data key. If omitted, the newest master key wraps the new
   * data key
   */
  createBrandKey(brandId: string, like?: Uint8Array): Uint8Array;
  /** Unwraps a brand's data key. Throws a VaultError with a hint if this process does not have the right master key. */
  openBrandKey(brandId: string, wrapped: Uint8Array): BrandVault;
  /**
   * Returns a keyed hash (HMAC-SHA256, hex), by which values that must not be stored can be compared. The hash stays
   * the same when the master key changes.
   */
  keyedHash(purpose: string, value: string): string;
}

/** Vault of one brand. Holds the brand's unwrapped data key in memory. */
export interface BrandVault {
  /**
   * Seals a value. @param context kind and owner of the value: `destination/<id>/credentials`, `event/<id>/personal`
   */
  seal(context: string, plaintext: string): Uint8Array;
  /**
   * Opens a sealed value. Throws a VaultError if the bytes were altered, or if the value was sealed in another context.
   */
  open(context: string, sealed: Uint8Array): string;
  /**
   * Returns a keyed hash (HMAC-SHA256, hex). Without the brand's key, nobody can test guessed values against the hash.
   */
  keyedHash(purpose: string, value: string): string;
}

/** Failure to seal or open a value. The error message contains no secret. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}
