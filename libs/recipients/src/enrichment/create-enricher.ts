import {
  enrichmentLookup,
  HashedIdentifierError,
  PausedLookupError,
  enrichmentConnection,
  type Enricher,
  type EnrichmentFailurePolicy,
  type EnrichmentSpec,
  type JsonObject,
  type LookupGuard,
  type Recipient,
} from '@patchbay/core';
import { isDeliveryError, type EventEnvelope, type HttpClient } from '@patchbay/plugin-sdk';
import { BrandClients } from '../cache/brand-clients.js';
import type { CapillaryClients } from '../capillary/capillary-clients.js';
import { unlessAborted } from '../cache/shared-lookups.js';
import { ForbiddenCustomers } from '../http/forbidden-customers.js';
import { guardedLookup } from '../http/guarded-lookup.js';
import type { BrandEnrichment, EnrichmentResult } from './brand-enrichment.js';
import { openCapillary } from './capillary/open-capillary.js';
import { HttpEnrichment } from './http-enrichment.js';

/** Enrichment that could not be fetched. The delivery continues without this enrichment. Contains no customer data. */
export interface SkippedEnrichment {
  readonly brandId: string;
  readonly name: string;
  readonly reason: string;
}

/** Dependencies of an {@link Enricher}. */
export interface EnricherParts {
  /** Returns the enrichment settings of a brand by its id. Undefined if the brand has no enrichments. */
  readonly specOf: (brandId: string) => EnrichmentSpec | undefined;
  readonly http: HttpClient;
  /** Clients of Capillary, which other parts of the hub share. */
  readonly capillary: CapillaryClients;
  readonly onSkipped: (skipped: SkippedEnrichment) => void;
  /** Pauses of lookups. Left out to call the systems in any case. */
  readonly pauses?: LookupGuard;
}

/**
 * Creates the enricher, which fetches all enrichments of a subscription at the same time. If the brand's configuration
 * no longer contains the name of an enrichment, the enricher skips this name, as if nothing was found.
 */
export function createEnricher({ specOf, http, capillary, onSkipped, pauses }: EnricherParts): Enricher {
  const brands = new BrandClients(specOf, (spec) => openEnrichments(spec, http, capillary));
  const forbidden = new ForbiddenCustomers();

  async function fetch(
    name: string,
    enrichment: BrandEnrichment,
    event: EventEnvelope,
    brandId: string,
    onFailure: EnrichmentFailurePolicy,
  ): Promise<EnrichmentResult | undefined> {
    const lookup = enrichmentLookup(name);
    if (onFailure === 'continue' && pauses?.isPaused(brandId, lookup) === true) {
      onSkipped({ brandId, name, reason: `${lookup} is paused` });
      return undefined;
    }
    try {
      const guarded = { pauses, brandId, lookup, customer: event.customerId ?? event.id, forbidden };
      return await guardedLookup(guarded, async () => brands.get(brandId)?.get(name)?.fetch(event));
    } catch (error) {
      // A lookup by a hash never succeeds, so only the brand decides if the delivery continues without it.
      const policy = error instanceof HashedIdentifierError ? enrichment.onFailure : onFailure;
      const isLookupFailure =
        isDeliveryError(error) || error instanceof HashedIdentifierError || error instanceof PausedLookupError;
      if (!isLookupFailure || policy === 'retry') throw error;
      onSkipped({ brandId, name, reason: error.message });
      return undefined;
    }
  }

  return {
    async enrich(names, event, brandId, signal, onFailure) {
      const enrichments = brands.get(brandId) ?? new Map<string, BrandEnrichment>();
      const fetching = names.map(async (name): Promise<readonly [string, EnrichmentResult | undefined]> => {
        const enrichment = enrichments.get(name);
        if (enrichment === undefined) return [name, undefined];
        return [name, await fetch(name, enrichment, event, brandId, onFailure ?? enrichment.onFailure)];
      });
      const enriched: JsonObject = {};
      const recipient: Recipient = {};
      for (const [name, fetched] of await unlessAborted(Promise.all(fetching), signal)) {
        if (fetched === undefined) continue;
        enriched[name] = fetched.value;
        // If several enrichments have the same field, the enrichment that the subscription names first determines its
        // value.
        for (const [field, value] of Object.entries(fetched.recipient)) {
          if (field !== '__proto__' && !Object.hasOwn(recipient, field)) recipient[field] = value;
        }
      }
      return { enriched, recipient };
    },
    forget: (brandId, customerId) => {
      for (const enrichment of brands.get(brandId)?.values() ?? []) enrichment.forget?.(customerId);
    },
    invalidate: (brandId) => {
      const spec = specOf(brandId)?.capillary;
      if (spec !== undefined) capillary.of(enrichmentConnection(spec)).renewToken();
      brands.invalidate(brandId);
    },
  };
}

/** Opens all enrichments of a brand, by the names that subscriptions use in `enrich`. */
function openEnrichments(
  spec: EnrichmentSpec,
  http: HttpClient,
  capillary: CapillaryClients,
): ReadonlyMap<string, BrandEnrichment> {
  const own = Object.entries(spec.http ?? {}).map(([name, one]): [string, BrandEnrichment] => [
    name,
    new HttpEnrichment(name, one, http),
  ]);
  const ofCapillary =
    spec.capillary === undefined
      ? []
      : openCapillary(spec.capillary, capillary.of(enrichmentConnection(spec.capillary)));
  // A stored brand may have an enrichment with a name that was reserved for Capillary later.
  return new Map([...ofCapillary, ...own]);
}
