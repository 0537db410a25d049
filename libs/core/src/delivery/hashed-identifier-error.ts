/**
 * Error of a lookup that needs the customer's real id, although a `pii-less` brand stores only a keyed hash of the id.
 * A retry cannot succeed.
 */
export class HashedIdentifierError extends Error {
  override readonly name = 'HashedIdentifierError';

  /** @param what section of the brand's file that describes the lookup, such as `recipients.resolver` */
  constructor(what: string) {
    super(
      `${what} was not called: its request needs the customer's real id, but a pii-less brand stores only a keyed hash.`,
    );
  }
}
