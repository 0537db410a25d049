/**
 * A lookup cannot be made: its request needs the customer's real id, and the brand, which is `pii-less`, stored a keyed
 * hash of it. Trying again would not help.
 */
export class HashedIdentifierError extends Error {
  override readonly name = 'HashedIdentifierError';

  /** @param what the part of the brand's file that describes the lookup: `recipients.resolver` */
  constructor(what: string) {
    super(
      `${what} was not asked: its request needs a real identifier, and a pii-less brand stores a keyed hash of it.`,
    );
  }
}
