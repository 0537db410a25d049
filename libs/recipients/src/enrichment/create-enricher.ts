import {
  HashedIdentifierError,
  type Enricher,
  type EnrichmentSpec,
  type JsonObject,
  type Recipient,
} from '@patchbay/core';
import { isDeliveryError, type EventEnvelope, type HttpClient } from '@patchbay/plugin-sdk';
import { BrandClients } from '../cache/brand-clients.js';
import { unlessAborted } from '../cache/unless-aborted.js';
import type { BrandEnrichment, EnrichmentResult } from './brand-enrichment.js';
import { openEnrichments } from './open-enrichments.js';

/** A delivery goes on without something that could not be fetched. Holds no value of a customer. */
export interface SkippedEnrichment {
  readonly brandId: string;
  readonly name: string;
  readonly reason: string;
}

/** What an {@link Enricher} works with. */
export interface EnricherParts {
  /** The brand's enrichment, by its id; undefined where it has none. */
  readonly specOf: (brandId: string) => EnrichmentSpec | undefined;
  readonly http: HttpClient;
  readonly onSkipped: (skipped: SkippedEnrichment) => void;
}

/**
 * Fetches all that a subscription wants at the same time. A name that the brand's configuration does not know any more
 * is passed over, as one for which nothing is found.
 */
export function createEnricher({ specOf, http, onSkipped }: EnricherParts): Enricher {
  const brands = new BrandClients(specOf, (spec) => openEnrichments(spec, http));

  async function fetch(
    name: string,
    enrichment: BrandEnrichment,
    event: EventEnvelope,
    brandId: string,
  ): Promise<EnrichmentResult | undefined> {
    try {
      return await enrichment.fetch(event);
    } catch (error) {
      const isLookupFailure = isDeliveryError(error) || error instanceof HashedIdentifierError;
      if (!isLookupFailure || enrichment.onFailure === 'retry') throw error;
      onSkipped({ brandId, name, reason: error.message });
      return undefined;
    }
  }

  return {
    async enrich(names, event, brandId, signal) {
      const enrichments = brands.get(brandId) ?? new Map<string, BrandEnrichment>();
      const fetching = names.map(async (name): Promise<readonly [string, EnrichmentResult | undefined]> => {
        const enrichment = enrichments.get(name);
        return [name, enrichment === undefined ? undefined : await fetch(name, enrichment, event, brandId)];
      });
      const enriched: JsonObject = {};
      const recipient: Recipient = {};
      for (const [name, fetched] of await unlessAborted(Promise.all(fetching), signal)) {
        if (fetched === undefined) continue;
        enriched[name] = fetched.value;
        // Of two that know a field, the one that the subscription names first counts.
        for (const [field, value] of Object.entries(fetched.recipient)) {
          if (field !== '__proto__' && !Object.hasOwn(recipient, field)) recipient[field] = value;
        }
      }
      return { enriched, recipient };
    },
    invalidate: (brandId) => brands.invalidate(brandId),
  };
}
