import type { JsonObject, MessagingChannel } from '@patchbay/plugin-sdk';

/** Request to an HTTP API of the brand for data about a customer or an event. Secrets are resolved. */
export interface HttpLookupSpec {
  /** URL template whose Liquid outputs are percent-encoded. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Headers by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Template of the body, sent as JSON. For `POST` only. */
  readonly body?: JsonObject;
  /** Time limit of one lookup including its retries, in milliseconds. */
  readonly timeoutMs: number;
  /** Maximum number of retries of a failed call within one lookup. */
  readonly retries: number;
  /** Time for which a response is cached in memory, in milliseconds; 0 to disable the cache. */
  readonly cacheMs: number;
}

/** Options of a call that looks up several customers. */
export interface BulkLookupSpec {
  /** Maximum number of customers per call. */
  readonly size: number;
  /** Time for which the first customer of a call waits for other customers, in milliseconds. */
  readonly withinMs: number;
  /**
   * Liquid output that selects the list of results, or the object that contains the results by customer id, in the
   * response. Left out if the whole response is this list or object.
   */
  readonly items?: string;
}

/** API of the brand that returns the address data of a customer. */
export interface RecipientResolverSpec extends HttpLookupSpec {
  readonly type: 'http';
  /** Mapping from the response's `body` to the recipient. */
  readonly mapping: JsonObject;
  /** Liquid output of the customer id in a response. A response for another customer is not used. */
  readonly customerId?: string;
  readonly bulk?: BulkLookupSpec;
}

/** Policy for a delivery whose enrichment failed: retry later, or continue without the data. */
export type EnrichmentFailurePolicy = 'retry' | 'continue';

/** Access to Capillary's APIs, with the key and secret of an API client or with the user of a till. */
export interface CapillaryEnrichmentSpec {
  /** Base URL without a trailing slash: `https://eu.api.capillarytech.com`. */
  readonly baseUrl: string;
  readonly auth:
    | { readonly kind: 'oauth'; readonly key: string; readonly secret: string }
    | { readonly kind: 'basic'; readonly username: string; readonly password: string };
  /** Name of the Capillary source whose profile is used, such as `INSTORE`. */
  readonly source: string;
  /** Account, for Capillary sources with several accounts. */
  readonly accountId?: string;
  /** Loyalty programme whose balance is used. Left out for the default programme. */
  readonly programId?: string;
  /** Maximum number of calls per minute. Each process counts its own calls. */
  readonly ratePerMinute: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly cacheMs: number;
  readonly onFailure: EnrichmentFailurePolicy;
}

/** HTTP API that returns additional data about an event. */
export interface HttpEnrichmentSpec extends HttpLookupSpec {
  /**
   * Mapping from the response's `body` to the enrichment data. If left out, the whole response is the enrichment data.
   */
  readonly mapping?: JsonObject;
  /** Mapping from the response's `body` to recipient fields. Left out if the response contains no recipient fields. */
  readonly recipient?: JsonObject;
  readonly onFailure: EnrichmentFailurePolicy;
}

/** Enrichment sources of a brand. */
export interface EnrichmentSpec {
  readonly capillary?: CapillaryEnrichmentSpec;
  /** HTTP enrichments by the names that a subscription's `enrich` uses. */
  readonly http?: Readonly<Record<string, HttpEnrichmentSpec>>;
}

/** Names of the data that Capillary's enrichment fetches. */
export const CAPILLARY_ENRICHMENTS = ['customer', 'points', 'transaction'] as const;
export type CapillaryEnrichment = (typeof CAPILLARY_ENRICHMENTS)[number];

/** Lookups in systems of the brand before a message is sent. Sealed at rest, because they contain secrets. */
export interface BrandLookups {
  readonly resolver?: RecipientResolverSpec;
  /** Liquid output per channel that returns the customer's consent. */
  readonly consent?: Readonly<Partial<Record<MessagingChannel, string>>>;
  readonly enrichment?: EnrichmentSpec;
}

/** Returns the vault context under which a brand's lookups are sealed. */
export function lookupsContext(brandId: string): string {
  return `brand/${brandId}/lookups`;
}
