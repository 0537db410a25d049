import {
  RESOLVER_LOOKUP,
  type LookupGuard,
  type Recipient,
  type RecipientResolverSpec,
  type RecipientSource,
} from '@patchbay/core';
import type { EventEnvelope, HttpClient } from '@patchbay/plugin-sdk';
import { ForbiddenCustomers } from '../http/forbidden-customers.js';
import { guardedLookup } from '../http/guarded-lookup.js';
import { LookupClient } from '../http/lookup-client.js';
import { newResponseCache } from '../cache/response-cache.js';
import { BrandClients } from '../cache/brand-clients.js';
import { SharedLookups, unlessAborted } from '../cache/shared-lookups.js';
import { type BrandResolver, RESOLVER_SECTION } from './brand-resolver.js';
import { BulkResolver } from './bulk-resolver.js';
import { SingleResolver } from './single-resolver.js';

/**
 * Creates the source that requests contact details from the brand's own API. Answers are cached in memory only.
 * @param specOf returns a brand's resolver settings by the brand's id; undefined if the brand has no resolver
 * @param pauses pauses of lookups; left out to call the API in any case
 */
export function createHttpRecipientSource(
  specOf: (brandId: string) => RecipientResolverSpec | undefined,
  http: HttpClient,
  pauses?: LookupGuard,
): RecipientSource {
  const resolvers = new BrandClients(specOf, (spec) => openResolver(spec, http));
  const forbidden = new ForbiddenCustomers();
  const resolve = async (brandId: string, event: EventEnvelope): Promise<Recipient> =>
    (await resolvers.get(brandId)?.resolve(event)) ?? {};
  return {
    name: 'resolver',
    async resolve({ event, brandId }, signal) {
      if (resolvers.get(brandId) === undefined) return {};
      const customer = event.customerId ?? event.id;
      const guarded = { pauses, brandId, lookup: RESOLVER_LOOKUP, customer, forbidden } as const;
      const resolved = guardedLookup(guarded, () => resolve(brandId, event));
      return unlessAborted(resolved, signal);
    },
    invalidate: (brandId) => resolvers.invalidate(brandId),
  };
}

function openResolver(spec: RecipientResolverSpec, http: HttpClient): BrandResolver {
  const client = new LookupClient(http, RESOLVER_SECTION, spec);
  const lookups = new SharedLookups<Recipient>(newResponseCache(spec.cacheMs));
  return spec.bulk === undefined
    ? new SingleResolver(spec, client, lookups)
    : new BulkResolver(spec, spec.bulk, client, lookups);
}
