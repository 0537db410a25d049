/**
 * Where the master keys come from: the environment, a file, or a key management service (an implementation asks it to
 * decrypt the master key; the master key then lives in memory, as it does with the others).
 */
export interface MasterKeySource {
  /**
   * Every master key that something stored may be wrapped by, 32 bytes each, the one to wrap by from now on first.
   * Throws a VaultError that says what to fix.
   */
  load(): Promise<readonly Uint8Array[]>;
  /**
   * Begins a rotation: the keys as {@link load} gives them, the one to rotate to first.
   * Throws a VaultError that says what to do first where somebody else has to bring the new key.
   */
  beginRotation(): Promise<readonly Uint8Array[]>;
  /**
   * Ends a rotation: the source may forget all keys but this one.
   * @param wrappedBy the key that everything stored is wrapped by now
   */
  completeRotation(wrappedBy: Uint8Array): Promise<void>;
}
