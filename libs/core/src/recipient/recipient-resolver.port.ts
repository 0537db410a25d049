import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import type { Recipient } from './recipient.js';

/** Query for the recipient of an event. */
export interface RecipientQuery {
  readonly event: EventEnvelope;
  readonly brandId: string;
  /**
   * Of the source by which the event entered, whose name may be another's by now. Left out: the event is not asked about its
   * customer.
   */
  readonly adapter?: Pick<SourceAdapter, 'recipientOf'>;
  /** What the event's enrichment said of its recipient. */
  readonly enriched: Recipient;
  /** The fields that will be read: a source is not asked for more than is still missing. Left out: all there are. */
  readonly wanted?: readonly string[];
}

/** A source of recipients. */
export interface RecipientSource {
  readonly name: 'event' | 'enriched' | 'resolver';
  /**
   * What it knows; an empty object where it knows nothing. Throws a DeliveryError where it could not be asked, and a
   * HashedIdentifierError where it cannot be asked about such a customer.
   */
  resolve(query: RecipientQuery, signal: AbortSignal): Promise<Recipient>;
  /** Drops cached answers about a brand's customers. Left out: nothing is cached. */
  invalidate?(brandId: string): void;
}

/** Asks the brand's sources in the brand's order; the first to name a field wins. */
export interface RecipientResolver {
  /**
   * Throws a DeliveryError where a source could not be asked, and a HashedIdentifierError where one cannot be and no
   * other knows anything; neither message holds a value of a customer.
   */
  resolve(query: RecipientQuery, signal: AbortSignal): Promise<Recipient>;
  /** Drops what all sources cached about a brand's customers. */
  invalidate?(brandId: string): void;
}
