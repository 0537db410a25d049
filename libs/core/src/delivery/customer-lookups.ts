import { isDeliveryError } from '@patchbay/plugin-sdk';
import type { EnrichmentFailurePolicy } from '../configuration/lookups.js';
import { lookupPausedReason, PausedLookupError } from '../lookups/lookup-pauses.js';
import { NOT_ENRICHED, type Enriched, type Enricher } from './enricher.port.js';
import { HashedIdentifierError, type RecipientQuery, type RecipientResolver } from './recipient-resolver.port.js';
import type { AttemptOutcome } from './delivery.js';

/** Data fetched about a delivery's event and customer. If fetching failed, the outcome of the attempt. */
export type CustomerLookup = ({ readonly kind: 'found' } & Enriched) | AttemptOutcome;

/** Event to look up, and the data that the message needs. */
export interface CustomerLookupQuery extends Pick<RecipientQuery, 'event' | 'brandId' | 'adapter'> {
  /** Names of the enrichments, from the subscription's `enrich`. */
  readonly names: readonly string[];
  /** Paths that the mapping and the rules about the customer read, such as `recipient.phone`. */
  readonly reads: readonly string[];
  /** Policy for failed and paused enrichments. Left out to use the policy of each enrichment. */
  readonly onFailure?: EnrichmentFailurePolicy;
}

/**
 * Queries the brand's own systems before a delivery is mapped. Enrichment runs first, because it may return the
 * recipient.
 */
export class CustomerLookups {
  constructor(
    private readonly enricher: Enricher,
    private readonly recipients: RecipientResolver,
  ) {}

  /** Fetches the enrichments and resolves the recipient. Throws only if the hub itself is at fault. */
  async find({ names, reads, onFailure, ...query }: CustomerLookupQuery, signal: AbortSignal): Promise<CustomerLookup> {
    try {
      const { enriched, recipient: known } =
        names.length === 0
          ? NOT_ENRICHED
          : await this.enricher.enrich(names, query.event, query.brandId, signal, onFailure);
      const recipient = await this.recipients.resolve({ enriched: known, ...wantedOf(reads), ...query }, signal);
      return { kind: 'found', enriched, recipient };
    } catch (error) {
      return lookupFailure(error);
    }
  }

  /**
   * Drops the cached subscription status of customers. Called after an event of the platform reported a change.
   * @param customerIds ids of the platform
   */
  forget(brandId: string, customerIds: readonly string[]): void {
    for (const id of customerIds) this.enricher.forget?.(brandId, id);
  }

  /** Drops the cached answers about a brand's customers. Called after a customer was erased. */
  invalidate(brandId: string): void {
    this.enricher.invalidate?.(brandId);
    this.recipients.invalidate?.(brandId);
  }
}

/**
 * Returns the recipient fields among `reads`. Empty if the whole recipient is read, because all fields are then
 * resolved.
 */
function wantedOf(reads: readonly string[]): { readonly wanted?: readonly string[] } {
  const ofRecipient = reads.filter((read) => /^recipient(\.|$)/.test(read));
  const fields = ofRecipient.map((read) => read.split('.')[1] ?? '*');
  return fields.includes('*') ? {} : { wanted: [...new Set(fields)] };
}

/**
 * Returns the outcome of a failed lookup. The delivery is retried on its schedule after every kind of failure, because
 * the failure of a brand's system does not depend on the message. A paused lookup holds the delivery. If the system throttles, the delivery waits and no
 * attempt is counted. The system's answer is not recorded, because the answer may contain a customer's values.
 */
function lookupFailure(error: unknown): AttemptOutcome {
  if (error instanceof PausedLookupError)
    return { kind: 'deferred', until: error.until, message: lookupPausedReason(error.lookup) };
  if (error instanceof HashedIdentifierError) return { kind: 'noRecipient', message: error.message };
  if (!isDeliveryError(error)) throw error;
  const { message, retryAfterMs } = error;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind: error.kind === 'throttled' ? 'internal_error' : 'transient', message, ...wait };
}
