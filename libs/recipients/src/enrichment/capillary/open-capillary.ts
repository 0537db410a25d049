import {
  HashedIdentifierError,
  isIdentifierHash,
  type CapillaryEnrichment,
  type CapillaryEnrichmentSpec,
  type Json,
  type JsonObject,
} from '@patchbay/core';
import { isDeliveryError, isJsonObject, type EventEnvelope } from '@patchbay/plugin-sdk';
import { lookupError } from '../../http/lookup-failure.js';
import { newResponseCache } from '../../cache/response-cache.js';
import { SharedLookups } from '../../cache/shared-lookups.js';
import type { CapillaryClient } from '../../capillary/capillary-client.js';
import type { BrandEnrichment, EnrichmentResult } from '../brand-enrichment.js';
import { readCustomer } from './customer-details.js';
import { readTier } from './tier.js';

/** Section of the brand's file that configures the enrichments. */
const CAPILLARY_SECTION = 'enrichment.capillary';

/** One kind of Capillary lookup. */
interface CapillaryLookup {
  /** Returns the id to look up from an event. Undefined if the event does not contain the id. */
  readonly id: (event: EventEnvelope) => string | undefined;
  readonly path: (id: string) => string;
  readonly query: (event: EventEnvelope) => Readonly<Record<string, string>>;
  /** True if an old answer may replace a failed lookup. Never for an answer that contains the subscription status. */
  readonly mayBeOld?: true;
  /** Query of every lookup, if the answer contains the subscription status. Left out for other lookups. */
  readonly consentQuery?: Readonly<Record<string, string>>;
  /** Reads an answer. Undefined if the answer contains nothing about the customer. */
  readonly read: (body: JsonObject) => EnrichmentResult | undefined;
  /** Field of the response that repeats the id. Left out if Capillary documents no such field. */
  readonly idField?: string;
}

/**
 * Matches bill types of events that denote a return. A transaction lookup must say that the bill is a return (page "Get
 * transaction details").
 */
const RETURN_TYPES = /return/i;
/**
 * Response code for a customer whose account was merged into another account. The answer describes the other account
 * (page "Response codes").
 */
const MERGED_ACCOUNT = 91009;

/** Opens Capillary's enrichments, by name. */
export function openCapillary(
  spec: CapillaryEnrichmentSpec,
  client: CapillaryClient,
): readonly (readonly [name: CapillaryEnrichment, enrichment: BrandEnrichment])[] {
  const account = spec.accountId === undefined ? {} : { accountId: spec.accountId };
  const program = spec.programId === undefined ? {} : { programId: spec.programId };
  const customerQuery = { source: spec.source, ...account, embed: 'subscriptions' };
  const open = (name: CapillaryEnrichment, read: CapillaryLookup): BrandEnrichment => {
    return openRead(read, { ...spec, cacheMs: spec.cacheMsOf?.[name] ?? spec.cacheMs }, client);
  };
  return [
    [
      'customer',
      open('customer', {
        id: customerId,
        path: (id) => `/v2/customers/${id}`,
        query: () => customerQuery,
        consentQuery: customerQuery,
        read: (body) => readCustomer(body, spec),
        idField: 'id',
      }),
    ],
    [
      'points',
      open('points', {
        id: customerId,
        // Path from Capillary's page "Get points balance".
        path: (id) => `/v2/customers/${id}/points/balance`,
        query: () => program,
        mayBeOld: true,
        read: plain,
        idField: 'entityId',
      }),
    ],
    [
      'tier',
      open('tier', {
        id: customerId,
        path: (id) => `/v2/customers/${id}/loyaltyDetails`,
        query: () => ({}),
        mayBeOld: true,
        read: (body) => readTier(body, spec.programId, CAPILLARY_SECTION),
      }),
    ],
    [
      'transaction',
      open('transaction', {
        id: ({ data }) => text(data['transactionId']),
        path: (id) => `/v2/transactions/${id}`,
        query: ({ data }) => ({ type: RETURN_TYPES.test(text(data['billType']) ?? '') ? 'RETURN' : 'REGULAR' }),
        read: plain,
        idField: 'id',
      }),
    ],
  ];
}

function openRead(
  { id: idOf, path, query: queryOf, mayBeOld, consentQuery, read, idField }: CapillaryLookup,
  spec: CapillaryEnrichmentSpec,
  client: CapillaryClient,
): BrandEnrichment {
  const staleMs = mayBeOld === true ? (spec.staleIfErrorMs ?? 0) : 0;
  const lookups = new SharedLookups<EnrichmentResult>(newResponseCache(spec.cacheMs, staleMs));
  const keyOf = (id: string, query: Readonly<Record<string, string>>): string => `${id}\n${JSON.stringify(query)}`;
  return {
    onFailure: spec.onFailure,
    async fetch(event) {
      const id = idOf(event);
      if (id === undefined) return undefined;
      const query = queryOf(event);
      return lookups.find(
        keyOf(id, query),
        async () => {
          const body = await client.request({ method: 'GET', path: path(encodeURIComponent(id)), query }, spec);
          if (body === undefined) return undefined;
          if (!isJsonObject(body)) throw lookupError('transient', CAPILLARY_SECTION, 'the answer is not a JSON object');
          if (idField !== undefined && text(body[idField]) !== id && !wasMerged(body)) {
            throw lookupError('transient', CAPILLARY_SECTION, 'the answer is about another object and is not used');
          }
          return read(body);
        },
        isOutage,
      );
    },
    ...(consentQuery === undefined
      ? {}
      : { forget: (customer: string) => lookups.forget(keyOf(customer, consentQuery)) }),
  };
}

/**
 * Returns the customer id of an event if the id is numeric, as all ids of Capillary are. Any other text could change
 * the path of the request. Throws a HashedIdentifierError if the id is stored only as a hash.
 */
function customerId({ customerId: id }: EventEnvelope): string | undefined {
  if (id !== null && isIdentifierHash(id)) throw new HashedIdentifierError(CAPILLARY_SECTION);
  return text(id);
}

/** Returns true if Capillary could not answer. Refused credentials and refused requests need a person. */
function isOutage(error: unknown): boolean {
  return isDeliveryError(error) && (error.kind === 'transient' || error.kind === 'throttled');
}

function plain(body: JsonObject): EnrichmentResult {
  return { value: body, recipient: {} };
}

function text(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return /^\d{1,20}$/.test(String(value)) || /^[A-Z_]{1,40}$/i.test(String(value)) ? String(value) : undefined;
}

function wasMerged(body: JsonObject): boolean {
  const warnings = body['warnings'];
  return Array.isArray(warnings) && warnings.some((one) => isJsonObject(one) && Number(one['code']) === MERGED_ACCOUNT);
}
