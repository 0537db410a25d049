/**
 * Source of the master keys: the environment, a file, or a key management service. With a key management service, an
 * implementation lets the service decrypt the master key and keeps it in memory, like the other implementations.
 */
export interface MasterKeySource {
  /**
   * Returns all master keys by which stored data keys may be wrapped, 32 bytes each. The first key wraps new data keys.
   * Throws a VaultError with the fix if no valid key is available.
   */
  load(): Promise<readonly Uint8Array[]>;
  /**
   * Begins a rotation. Returns the keys like {@link load}, beginning with the new key. Throws a VaultError with the steps to
   * take if an operator must provide the new key first.
   */
  beginRotation(): Promise<readonly Uint8Array[]>;
  /**
   * Ends a rotation. The source may then delete all other keys.
   * @param wrappedBy key by which all stored data keys are wrapped now
   */
  completeRotation(wrappedBy: Uint8Array): Promise<void>;
}
