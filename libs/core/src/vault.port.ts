/**
 * Seals what must not be readable at rest. AES-256-GCM under a data key per brand, itself wrapped by a master key.
 * What was sealed in one context does not open in another.
 */
export interface Vault {
  /**
   * A new data key for a brand, wrapped: the form that is stored.
   * @param like a wrapped key of the same database: the new one is wrapped by the same master key, so that a process
   *   which has not heard of the newest one yet opens it too; left out: by the newest
   */
  createBrandKey(brandId: string, like?: Uint8Array): Uint8Array;
  /** Unwraps a brand's key. Throws a VaultError that says how to fix it where no master key here is the one. */
  openBrandKey(brandId: string, wrapped: Uint8Array): BrandVault;
  /** A keyed hash (HMAC-SHA256, hex): for comparing what must not be stored. It outlives a change of the master key. */
  keyedHash(purpose: string, value: string): string;
}

/** The vault of one brand, its key open in memory. */
export interface BrandVault {
  /** @param context what it is and whose: `destination/<id>/credentials`, `event/<id>/personal` */
  seal(context: string, plaintext: string): Uint8Array;
  /** Throws a VaultError where the bytes were changed or the context is another. */
  open(context: string, sealed: Uint8Array): string;
  /** A keyed hash (HMAC-SHA256, hex) that nobody can try values against without the brand's key. */
  keyedHash(purpose: string, value: string): string;
}

/** Something could not be sealed or opened. Its message names no secret. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}
