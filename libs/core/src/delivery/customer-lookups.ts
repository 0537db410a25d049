import { isDeliveryError } from '@patchbay/plugin-sdk';
import { NOT_ENRICHED, type Enriched, type Enricher } from '../enrichment/enricher.port.js';
import { HashedIdentifierError } from '../recipient/hashed-identifier-error.js';
import type { RecipientQuery, RecipientResolver } from '../recipient/recipient-resolver.port.js';
import type { AttemptOutcome } from './delivery.js';

/** What was fetched about a delivery's event and customer, or the outcome of its attempt because it could not be fetched. */
export type CustomerLookup = ({ readonly kind: 'found' } & Enriched) | AttemptOutcome;

/** For which delivery, and how much of it matters. */
export interface CustomerLookupQuery extends Pick<RecipientQuery, 'event' | 'brandId' | 'adapter'> {
  /** The subscription's `enrich`. */
  readonly names: readonly string[];
  /** The paths that the mapping and the rules about the customer read: `recipient.phone`, … */
  readonly reads: readonly string[];
}

/** Asks the brand's own systems before a delivery is mapped: enrichment first, since it may name the recipient. */
export class CustomerLookups {
  constructor(
    private readonly enricher: Enricher,
    private readonly recipients: RecipientResolver,
  ) {}

  /** Throws only where the hub itself is at fault. */
  async find({ names, reads, ...query }: CustomerLookupQuery, signal: AbortSignal): Promise<CustomerLookup> {
    try {
      const { enriched, recipient: known } =
        names.length === 0 ? NOT_ENRICHED : await this.enricher.enrich(names, query.event, query.brandId, signal);
      const recipient = await this.recipients.resolve({ enriched: known, ...wantedOf(reads), ...query }, signal);
      return { kind: 'found', enriched, recipient };
    } catch (error) {
      return lookupFailure(error);
    }
  }

  /** Drops cached answers about a brand's customers, because one of them was erased. */
  invalidate(brandId: string): void {
    this.enricher.invalidate?.(brandId);
    this.recipients.invalidate?.(brandId);
  }
}

/** The recipient's fields among what is read; all of them where it is read as a whole. */
function wantedOf(reads: readonly string[]): { readonly wanted?: readonly string[] } {
  const ofRecipient = reads.filter((read) => /^recipient(\.|$)/.test(read));
  const fields = ofRecipient.map((read) => read.split('.')[1] ?? '*');
  return fields.includes('*') ? {} : { wanted: [...new Set(fields)] };
}

/**
 * A system of the brand's that fails says nothing about the message: whatever kind its failure is, the delivery is retried
 * on its schedule, and waits without a counted attempt where that system asked for patience. No answer is recorded, since it may
 * hold a customer's values.
 */
function lookupFailure(error: unknown): AttemptOutcome {
  if (error instanceof HashedIdentifierError) return { kind: 'noRecipient', message: error.message };
  if (!isDeliveryError(error)) throw error;
  const { message, retryAfterMs } = error;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind: error.kind === 'throttled' ? 'internal_error' : 'transient', message, ...wait };
}
