import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import type { Recipient } from './recipient.js';

/** Query for the recipient of an event. */
export interface RecipientQuery {
  readonly event: EventEnvelope;
  readonly brandId: string;
  /**
   * Adapter of the event's source. Passed explicitly, because another source may have the same name by now. Left out if
   * the event itself must not be read for the recipient.
   */
  readonly adapter?: Pick<SourceAdapter, 'recipientOf'>;
  /** Recipient fields that the event's enrichment returned. */
  readonly enriched: Recipient;
  /**
   * Fields that the caller will read. A source is called only if one of these fields is still missing. If left out, all
   * fields are wanted.
   */
  readonly wanted?: readonly string[];
}

/** Source of recipient fields. */
export interface RecipientSource {
  readonly name: 'event' | 'enriched' | 'resolver';
  /**
   * Returns the recipient fields that the source has; an empty object if the source has none. Throws a DeliveryError if
   * the source could not be called. Throws a HashedIdentifierError if the source needs the real id of a customer whose
   * id is stored as a hash.
   */
  resolve(query: RecipientQuery, signal: AbortSignal): Promise<Recipient>;
  /** Drops cached data about a brand's customers. Left out if nothing is cached. */
  invalidate?(brandId: string): void;
}

/**
 * Resolver that calls the brand's sources in the brand's order. The value of a field comes from the first source that
 * has the field.
 */
export interface RecipientResolver {
  /**
   * Returns the recipient fields. Throws a DeliveryError if a source could not be called. Throws a
   * HashedIdentifierError if a source needs the real id of the customer and no other source has any field. Neither
   * error message contains a value of a customer.
   */
  resolve(query: RecipientQuery, signal: AbortSignal): Promise<Recipient>;
  /** Drops all cached data about a brand's customers. */
  invalidate?(brandId: string): void;
}

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
