import type { Recipient, RecipientResolverSpec, RecipientSource } from '@patchbay/core';
import type { HttpClient } from '@patchbay/plugin-sdk';
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
 */
export function createHttpRecipientSource(
  specOf: (brandId: string) => RecipientResolverSpec | undefined,
  http: HttpClient,
): RecipientSource {
  const resolvers = new BrandClients(specOf, (spec) => openResolver(spec, http));
  return {
    name: 'resolver',
    async resolve({ event, brandId }, signal) {
      const resolver = resolvers.get(brandId);
      return resolver === undefined ? {} : await unlessAborted(resolver.resolve(event), signal);
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
