import type { JsonObject } from '@patchbay/plugin-sdk';

/** How an HTTP API of the brand's own is asked about a customer or an event. Secrets resolved. */
export interface HttpLookupSpec {
  /** Literal text with Liquid outputs in it; what an output gives is percent-encoded. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A template; sent as JSON, with `POST` only. */
  readonly body?: JsonObject;
  /** For one lookup, its retries included, in milliseconds. */
  readonly timeoutMs: number;
  /** How often a failed call is repeated within one lookup. */
  readonly retries: number;
  /** How long an answer is remembered, in memory only, in milliseconds; 0 for not at all. */
  readonly cacheMs: number;
}

/** One call for many customers. */
export interface BulkLookupSpec {
  /** Customers in one call at most. */
  readonly size: number;
  /** How long the first customer waits for others, in milliseconds. */
  readonly withinMs: number;
  /** One output: where the answer holds its list, or its object by customer id. Left out: the answer itself. */
  readonly items?: string;
}

/** The brand's own API that knows how to reach a customer. */
export interface RecipientResolverSpec extends HttpLookupSpec {
  readonly type: 'http';
  /** The recipient, from `body`. */
  readonly mapping: JsonObject;
  /** One output: where an answer says whose it is. An answer about somebody else is not used. */
  readonly customerId?: string;
  readonly bulk?: BulkLookupSpec;
}

/** The channels that consent is asked for. */
export const CONSENT_CHANNELS = ['sms', 'email', 'push'] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];

/** What becomes of a delivery whose enrichment could not be fetched: it is retried later, or goes on without. */
export type EnrichmentFailurePolicy = 'retry' | 'continue';

/** Capillary's APIs, by an API client's key and secret or by a till's user. */
export interface CapillaryEnrichmentSpec {
  /** `https://eu.api.capillarytech.com`, without a slash at its end. */
  readonly baseUrl: string;
  readonly auth:
    | { readonly kind: 'oauth'; readonly key: string; readonly secret: string }
    | { readonly kind: 'basic'; readonly username: string; readonly password: string };
  /** The source whose profile counts: `INSTORE`. */
  readonly source: string;
  /** For sources with several accounts. */
  readonly accountId?: string;
  /** The loyalty programme whose balance counts; left out: the default one. */
  readonly programId?: string;
  /** Calls this process makes at most. */
  readonly ratePerMinute: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly cacheMs: number;
  readonly onFailure: EnrichmentFailurePolicy;
}

/** Any HTTP API that knows more about an event. */
export interface HttpEnrichmentSpec extends HttpLookupSpec {
  /** What mappings see, from `body`; left out: the answer as it is. */
  readonly mapping?: JsonObject;
  /** How to reach the customer, from `body`, as far as the answer says. */
  readonly recipient?: JsonObject;
  readonly onFailure: EnrichmentFailurePolicy;
}

/** Where a brand's events can be enriched from. */
export interface EnrichmentSpec {
  readonly capillary?: CapillaryEnrichmentSpec;
  /** By the names that a subscription's `enrich` uses. */
  readonly http?: Readonly<Record<string, HttpEnrichmentSpec>>;
}

/** The names that Capillary's enrichment gives to what it fetches. */
export const CAPILLARY_ENRICHMENTS = ['customer', 'points', 'transaction'] as const;
export type CapillaryEnrichment = (typeof CAPILLARY_ENRICHMENTS)[number];

/** What the hub asks a brand's own systems before it sends. Holds secrets: sealed at rest. */
export interface BrandLookups {
  readonly resolver?: RecipientResolverSpec;
  /** One output a channel: whether the customer agreed to be written to by it. */
  readonly consent?: Readonly<Partial<Record<ConsentChannel, string>>>;
  readonly enrichment?: EnrichmentSpec;
}

/** Where a brand's lookups are sealed. */
export function lookupsContext(brandId: string): string {
  return `brand/${brandId}/lookups`;
}
