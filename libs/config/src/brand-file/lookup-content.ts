import {
  formatDuration,
  type CapillaryEnrichmentSpec,
  type EnrichmentSpec,
  type HttpEnrichmentSpec,
  type HttpLookupSpec,
  type RecipientResolverSpec,
} from '@patchbay/core';
import type {
  CapillaryContent,
  EnrichmentContent,
  HttpEnrichmentContent,
  ResolverContent,
} from './brand-file-content.js';

/** Converts a resolver to the format of a brand file. */
export function resolverContent({ type, mapping, customerId, bulk, ...call }: RecipientResolverSpec): ResolverContent {
  return {
    type,
    ...callContent(call),
    mapping,
    ...(customerId === undefined ? {} : { customerId }),
    ...(bulk === undefined
      ? {}
      : {
          bulk: {
            size: bulk.size,
            within: formatDuration(bulk.withinMs),
            ...(bulk.items === undefined ? {} : { items: bulk.items }),
          },
        }),
  };
}

/** Converts enrichments to the format of a brand file. */
export function enrichmentContent({ capillary, http }: EnrichmentSpec): EnrichmentContent {
  return {
    ...(capillary === undefined ? {} : { capillary: capillaryContent(capillary) }),
    ...(http === undefined
      ? {}
      : { http: Object.fromEntries(Object.entries(http).map(([name, one]) => [name, httpContent(one)])) }),
  };
}

function callContent({ url, method, headers, body, timeoutMs, retries, cacheMs }: HttpLookupSpec) {
  return {
    url,
    method,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    timeout: formatDuration(timeoutMs),
    retries,
    cacheSeconds: cacheMs / 1_000,
  };
}

function httpContent({ mapping, recipient, onFailure, ...call }: HttpEnrichmentSpec): HttpEnrichmentContent {
  return {
    ...callContent(call),
    ...(mapping === undefined ? {} : { mapping }),
    ...(recipient === undefined ? {} : { recipient }),
    onFailure,
  };
}

function capillaryContent(spec: CapillaryEnrichmentSpec): CapillaryContent {
  const { baseUrl, auth, source, accountId, programId, ratePerMinute, timeoutMs, retries, cacheMs, onFailure } = spec;
  return {
    baseUrl,
    ...(auth.kind === 'oauth'
      ? { key: auth.key, secret: auth.secret }
      : { username: auth.username, password: auth.password }),
    source,
    ...(accountId === undefined ? {} : { accountId }),
    ...(programId === undefined ? {} : { programId }),
    ratePerMinute,
    timeout: formatDuration(timeoutMs),
    retries,
    cacheSeconds: cacheMs / 1_000,
    onFailure,
  };
}
