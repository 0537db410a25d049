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
export interface CapillaryAccess {
  /** Base URL without a trailing slash: `https://eu.api.capillarytech.com`. */
  readonly baseUrl: string;
  readonly auth:
    | { readonly kind: 'oauth'; readonly key: string; readonly secret: string }
    | { readonly kind: 'basic'; readonly username: string; readonly password: string };
  /** Maximum number of calls per minute. Each process counts its own calls. */
  readonly ratePerMinute: number;
}

/** Section of a brand's file that configures access to Capillary. */
export type CapillarySection = 'platform.capillary' | 'enrichment.capillary';

/** Access to Capillary, with the section of the brand's file that errors name. */
export interface CapillaryConnection extends CapillaryAccess {
  readonly section: CapillarySection;
}

/**
 * Names in the log of a consumer group: `platform.capillary.logs`. They are settings, because Capillary's documentation
 * does not name them. Paths are dotted: `data.content`.
 */
export interface CapillaryLogSpec {
  /** Path of the list of entries in an answer. Left out if the answer is the list. */
  readonly entries?: string;
  /** Paths of values in an entry. */
  readonly fields: {
    readonly id: string;
    readonly type: string;
    readonly time?: string;
    readonly status?: string;
    /** Path of the whole event, as an object or as JSON in a text. Left out if an entry does not contain the event. */
    readonly payload?: string;
  };
  /** Values of the status of events that Capillary is still going to send. */
  readonly waiting: readonly string[];
  /** Paging by a number, or by a cursor that each answer contains. */
  readonly paging:
    | { readonly kind: 'page'; readonly parameter: string; readonly first: number }
    | { readonly kind: 'cursor'; readonly parameter: string; readonly next: string };
  /** Number of entries per page, and its query parameter. Left out to use Capillary's own number. */
  readonly size?: { readonly parameter: string; readonly entries: number };
  /**
   * Query parameters of the first millisecond since the epoch, and of the millisecond after the last one. Left out if the
   * log always contains all its entries.
   */
  readonly range?: { readonly from: string; readonly to: string };
}

/** Access to Capillary that all parts of the hub use for a brand: `platform.capillary`. */
export interface CapillaryPlatformSpec extends CapillaryAccess {
  /** Capillary's id of the organisation, which marks the brand's events. Left out if the file does not name it. */
  readonly org?: number;
  /** Left out if the hub must not read the log. */
  readonly logs?: CapillaryLogSpec;
}

/** Customer lookups in Capillary. */
export interface CapillaryEnrichmentSpec extends CapillaryAccess {
  /** True if the access is that of `platform.capillary`. Left out if the enrichment has an access of its own. */
  readonly fromPlatform?: true;
  /** Name of the Capillary source whose profile is used, such as `INSTORE`. */
  readonly source: string;
  /** Account, for Capillary sources with several accounts. */
  readonly accountId?: string;
  /** Loyalty programme whose balance is used. Left out for the default programme. */
  readonly programId?: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly cacheMs: number;
  /** Cache times that differ from `cacheMs`, by enrichment, in milliseconds. Left out if all are the same. */
  readonly cacheMsOf?: Readonly<Partial<Record<CapillaryEnrichment, number>>>;
  /**
   * Time after the cache time for which a balance or tier replaces a failed lookup, in milliseconds. Left out to use no old
   * answer.
   */
  readonly staleIfErrorMs?: number;
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

/** Platforms that send events to a brand, with access to their APIs. */
export interface PlatformSpec {
  readonly capillary: CapillaryPlatformSpec;
}

/** Names of the data that Capillary's enrichment fetches. */
export const CAPILLARY_ENRICHMENTS = ['customer', 'points', 'tier', 'transaction'] as const;
export type CapillaryEnrichment = (typeof CAPILLARY_ENRICHMENTS)[number];

/** Liquid output per channel that returns the customer's consent. */
export type ConsentRules = Readonly<Partial<Record<MessagingChannel, string>>>;

/** Access to systems of the brand: lookups before a message is sent, and the platform. Sealed at rest, because they contain secrets. */
export interface BrandLookups {
  readonly resolver?: RecipientResolverSpec;
  /** Consent to promotional messages. */
  readonly consent?: ConsentRules;
  /** Consent to transactional messages. Left out if they need none. */
  readonly transactionalConsent?: ConsentRules;
  readonly enrichment?: EnrichmentSpec;
  readonly platform?: PlatformSpec;
}

/** Returns the connection of a brand's platform. */
export function platformConnection({ capillary }: PlatformSpec): CapillaryConnection {
  return { section: 'platform.capillary', ...capillary };
}

/** Returns the connection of Capillary's enrichments. */
export function enrichmentConnection(spec: CapillaryEnrichmentSpec): CapillaryConnection {
  return { section: spec.fromPlatform === true ? 'platform.capillary' : 'enrichment.capillary', ...spec };
}

/** Returns the vault context under which a brand's lookups are sealed. */
export function lookupsContext(brandId: string): string {
  return `brand/${brandId}/lookups`;
}
