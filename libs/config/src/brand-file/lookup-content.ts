import {
  formatDuration,
  type CapillaryEnrichmentSpec,
  type CapillaryLogSpec,
  type EnrichmentSpec,
  type HttpEnrichmentSpec,
  type HttpLookupSpec,
  type PlatformSpec,
  type RecipientResolverSpec,
} from '@patchbay/core';
import type {
  CapillaryContent,
  CapillaryLogContent,
  EnrichmentContent,
  HttpEnrichmentContent,
  PlatformContent,
  ResolverContent,
} from './brand-file-content.js';
import { timesOf, toEnrichment } from './lookup-definition.js';

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

/** Converts a platform to the format of a brand file. */
export function platformContent({ capillary }: PlatformSpec): PlatformContent {
  const { baseUrl, auth, org, ratePerMinute, logs } = capillary;
  const { key, secret } = auth.kind === 'oauth' ? auth : { key: '', secret: '' };
  return {
    capillary: {
      ...{ baseUrl, key, secret },
      ...(org === undefined ? {} : { org }),
      ratePerMinute,
      ...(logs === undefined ? {} : { logs: logContent(logs) }),
    },
  };
}

function logContent({ entries, fields, waiting, paging, size, range }: CapillaryLogSpec): CapillaryLogContent {
  return {
    ...(entries === undefined ? {} : { entries }),
    fields,
    ...(waiting.length === 0 ? {} : { waiting: [...waiting] }),
    ...(paging.kind === 'page'
      ? { page: { parameter: paging.parameter, first: paging.first } }
      : { cursor: { parameter: paging.parameter, next: paging.next } }),
    ...(size === undefined ? {} : { size }),
    ...(range === undefined ? {} : { range }),
  };
}

/**
 * Converts enrichments to the format of a brand file.
 * @param platform platform whose access the enrichments use
 * @returns undefined if the brand has only the enrichments that its platform brings
 */
export function enrichmentContent(
  { capillary, http }: EnrichmentSpec,
  platform: PlatformSpec | undefined,
): EnrichmentContent | undefined {
  const byDefault = platform === undefined ? undefined : toEnrichment(undefined, platformContent(platform))?.capillary;
  const isDefault = JSON.stringify(capillary) === JSON.stringify(byDefault);
  if (isDefault && http === undefined) return undefined;
  return {
    ...(capillary === undefined || isDefault ? {} : { capillary: capillaryContent(capillary, platform) }),
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

function capillaryContent(spec: CapillaryEnrichmentSpec, platform: PlatformSpec | undefined): CapillaryContent {
  const { source, accountId, programId, ratePerMinute, timeoutMs, retries, onFailure } = spec;
  const { cacheMs, cacheMsOf, staleIfErrorMs } = spec;
  return {
    ...(spec.fromPlatform === true ? {} : accessContent(spec)),
    source,
    ...(accountId === undefined ? {} : { accountId }),
    ...(programId === undefined ? {} : { programId }),
    ...(spec.fromPlatform === true && ratePerMinute === platform?.capillary.ratePerMinute ? {} : { ratePerMinute }),
    timeout: formatDuration(timeoutMs),
    retries,
    cacheSeconds: cacheMs / 1_000,
    ...(cacheMsOf === undefined ? {} : { cacheSecondsOf: timesOf(cacheMsOf, (ms) => ms / 1_000) }),
    ...(staleIfErrorMs === undefined ? {} : { staleIfErrorSeconds: staleIfErrorMs / 1_000 }),
    onFailure,
  };
}

function accessContent({ baseUrl, auth }: CapillaryEnrichmentSpec): CapillaryContent {
  return auth.kind === 'oauth'
    ? { baseUrl, key: auth.key, secret: auth.secret }
    : { baseUrl, username: auth.username, password: auth.password };
}
