import type {
  CapillaryAccess,
  CapillaryEnrichment,
  CapillaryEnrichmentSpec,
  CapillaryLogSpec,
  EnrichmentSpec,
  HttpEnrichmentSpec,
  HttpLookupSpec,
  PlatformSpec,
  RecipientResolverSpec,
} from '@patchbay/core';
import type {
  CapillaryContent,
  CapillaryLogContent,
  EnrichmentContent,
  HttpEnrichmentContent,
  PlatformContent,
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

/** Converts the content of the platform to its specification with defaults. */
export function toPlatform({ capillary }: PlatformContent): PlatformSpec {
  const { baseUrl, key, secret, org, ratePerMinute = CAPILLARY_RATE_PER_MINUTE, logs } = capillary;
  return {
    capillary: {
      baseUrl: withoutTrailingSlash(baseUrl),
      auth: { kind: 'oauth', key, secret },
      ratePerMinute,
      ...(org === undefined ? {} : { org }),
      ...(logs === undefined ? {} : { logs: toLogs(logs) }),
    },
  };
}

/** A file with neither `page` nor `cursor`, or with both, is reported by the check of its content. */
function toLogs({ entries, fields, waiting = [], page, cursor, size, range }: CapillaryLogContent): CapillaryLogSpec {
  return {
    ...(entries === undefined ? {} : { entries }),
    fields,
    waiting,
    paging:
      cursor === undefined
        ? { kind: 'page', parameter: page?.parameter ?? '', first: page?.first ?? 0 }
        : { kind: 'cursor', ...cursor },
    ...(size === undefined ? {} : { size }),
    ...(range === undefined ? {} : { range }),
  };
}

/**
 * Converts the content of enrichments to their specification with defaults. A brand with a platform has the enrichments
 * of this platform.
 * @returns undefined if the brand has no enrichments
 */
export function toEnrichment(
  content: EnrichmentContent | undefined,
  platform: PlatformContent | undefined,
): EnrichmentSpec | undefined {
  if (content === undefined && platform === undefined) return undefined;
  const { http } = content ?? {};
  const capillary = content?.capillary ?? (platform === undefined ? undefined : {});
  return {
    ...(capillary === undefined ? {} : { capillary: toCapillary(capillary, platform) }),
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

function toCapillary(content: CapillaryContent, platform: PlatformContent | undefined): CapillaryEnrichmentSpec {
  const { accountId, programId, timeout, cacheSecondsOf, staleIfErrorSeconds } = content;
  const access =
    content.baseUrl === undefined && platform !== undefined
      ? { ...toPlatformAccess(platform), fromPlatform: true as const }
      : toAccess(content);
  return {
    ...access,
    ratePerMinute: content.ratePerMinute ?? access.ratePerMinute,
    source: content.source ?? 'INSTORE',
    ...(accountId === undefined ? {} : { accountId }),
    ...(programId === undefined ? {} : { programId }),
    timeoutMs: timeout === undefined ? TIMEOUT_MS : parseDuration(timeout),
    retries: content.retries ?? RETRIES,
    cacheMs: (content.cacheSeconds ?? ENRICHMENT_CACHE_SECONDS) * 1_000,
    ...(cacheSecondsOf === undefined ? {} : { cacheMsOf: timesOf(cacheSecondsOf, (seconds) => seconds * 1_000) }),
    ...(staleIfErrorSeconds === undefined ? {} : { staleIfErrorMs: staleIfErrorSeconds * 1_000 }),
    onFailure: content.onFailure ?? 'retry',
  };
}

/** Converts a time per enrichment. */
export function timesOf(
  times: Readonly<Partial<Record<CapillaryEnrichment, number>>>,
  convert: (time: number) => number,
): Readonly<Partial<Record<CapillaryEnrichment, number>>> {
  return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, convert(time)]));
}

function toPlatformAccess(platform: PlatformContent): CapillaryAccess {
  const { baseUrl, auth, ratePerMinute } = toPlatform(platform).capillary;
  return { baseUrl, auth, ratePerMinute };
}

function toAccess({ baseUrl = '', key, secret, username = '', password = '' }: CapillaryContent): CapillaryAccess {
  return {
    baseUrl: withoutTrailingSlash(baseUrl),
    auth:
      key !== undefined && secret !== undefined
        ? { kind: 'oauth', key, secret }
        : { kind: 'basic', username, password },
    ratePerMinute: CAPILLARY_RATE_PER_MINUTE,
  };
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
