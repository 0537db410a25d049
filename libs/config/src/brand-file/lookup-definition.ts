import type {
  CapillaryEnrichmentSpec,
  EnrichmentSpec,
  HttpEnrichmentSpec,
  HttpLookupSpec,
  RecipientResolverSpec,
} from '@patchbay/core';
import type {
  CapillaryContent,
  EnrichmentContent,
  HttpEnrichmentContent,
  ResolverContent,
} from './brand-file-content.js';
import { parseDuration } from './parse-duration.js';

const TIMEOUT_MS = 5_000;
const RETRIES = 2;
const RESOLVER_CACHE_SECONDS = 60;
const ENRICHMENT_CACHE_SECONDS = 30;
/** Rate limit of Capillary's demo and testing clusters, page "Rate limits". Other organisations have their own limits. */
const CAPILLARY_RATE_PER_MINUTE = 100;

/** Converts the content of a resolver to its specification with defaults. */
export function toResolver(content: ResolverContent): RecipientResolverSpec {
  const { type, mapping, customerId, bulk } = content;
  return {
    type,
    ...toCall(content, RESOLVER_CACHE_SECONDS),
    mapping,
    ...(customerId === undefined ? {} : { customerId }),
    ...(bulk === undefined
      ? {}
      : {
          bulk: {
            size: bulk.size,
            withinMs: parseDuration(bulk.within),
            ...(bulk.items === undefined ? {} : { items: bulk.items }),
          },
        }),
  };
}

/** Converts the content of enrichments to their specification with defaults. */
export function toEnrichment({ capillary, http }: EnrichmentContent): EnrichmentSpec {
  return {
    ...(capillary === undefined ? {} : { capillary: toCapillary(capillary) }),
    ...(http === undefined
      ? {}
      : { http: Object.fromEntries(Object.entries(http).map(([name, one]) => [name, toHttpEnrichment(one)])) }),
  };
}

function toCall(content: ResolverContent | HttpEnrichmentContent, defaultCacheSeconds: number): HttpLookupSpec {
  const { url, method, headers = {}, body, timeout, retries = RETRIES, cacheSeconds = defaultCacheSeconds } = content;
  return {
    url,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...(body === undefined ? {} : { body }),
    timeoutMs: timeout === undefined ? TIMEOUT_MS : parseDuration(timeout),
    retries,
    cacheMs: cacheSeconds * 1_000,
  };
}

function toHttpEnrichment(content: HttpEnrichmentContent): HttpEnrichmentSpec {
  const { mapping, recipient, onFailure = 'retry' } = content;
  return {
    ...toCall(content, ENRICHMENT_CACHE_SECONDS),
    ...(mapping === undefined ? {} : { mapping }),
    ...(recipient === undefined ? {} : { recipient }),
    onFailure,
  };
}

function toCapillary(content: CapillaryContent): CapillaryEnrichmentSpec {
  const { baseUrl, key, secret, username = '', password = '', accountId, programId, timeout } = content;
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    auth:
      key !== undefined && secret !== undefined
        ? { kind: 'oauth', key, secret }
        : { kind: 'basic', username, password },
    source: content.source ?? 'INSTORE',
    ...(accountId === undefined ? {} : { accountId }),
    ...(programId === undefined ? {} : { programId }),
    ratePerMinute: content.ratePerMinute ?? CAPILLARY_RATE_PER_MINUTE,
    timeoutMs: timeout === undefined ? TIMEOUT_MS : parseDuration(timeout),
    retries: content.retries ?? RETRIES,
    cacheMs: (content.cacheSeconds ?? ENRICHMENT_CACHE_SECONDS) * 1_000,
    onFailure: content.onFailure ?? 'retry',
  };
}
