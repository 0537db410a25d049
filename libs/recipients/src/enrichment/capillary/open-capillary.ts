import {
  HashedIdentifierError,
  isIdentifierHash,
  type CapillaryEnrichment,
  type CapillaryEnrichmentSpec,
  type Json,
  type JsonObject,
} from '@patchbay/core';
import { isJsonObject, type EventEnvelope, type HttpClient } from '@patchbay/plugin-sdk';
import { lookupError } from '../../http/lookup-failure.js';
import { newResponseCache } from '../../cache/response-cache.js';
import { SharedLookups } from '../../cache/shared-lookups.js';
import type { BrandEnrichment, EnrichmentResult } from '../brand-enrichment.js';
import { CapillaryClient } from './capillary-client.js';
import { CAPILLARY_SECTION } from './capillary-error.js';
import { readCustomer } from './customer-details.js';

/** One kind of Capillary lookup. */
interface CapillaryLookup {
  /** Returns the id to look up from an event. Undefined if the event does not contain the id. */
  readonly id: (event: EventEnvelope) => string | undefined;
  readonly path: (id: string) => string;
  readonly query: (event: EventEnvelope) => Readonly<Record<string, string>>;
  readonly read: (body: JsonObject) => EnrichmentResult;
  /** Field of the response that repeats the id. */
  readonly idField: string;
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

/**
 * Opens Capillary's enrichments, by name. All enrichments share one client with its token, rate limit and time limit.
 */
export function openCapillary(
  spec: CapillaryEnrichmentSpec,
  http: HttpClient,
): readonly (readonly [name: CapillaryEnrichment, enrichment: BrandEnrichment])[] {
  const client = new CapillaryClient(spec, http);
  const account = spec.accountId === undefined ? {} : { accountId: spec.accountId };
  const program = spec.programId === undefined ? {} : { programId: spec.programId };
  const open = (read: CapillaryLookup): BrandEnrichment => openRead(read, spec, client);
  return [
    [
      'customer',
      open({
        id: customerId,
        path: (id) => `/v2/customers/${id}`,
        query: () => ({ source: spec.source, ...account, embed: 'subscriptions' }),
        read: (body) => readCustomer(body, spec),
        idField: 'id',
      }),
    ],
    [
      'points',
      open({
        id: customerId,
        // Path from Capillary's page "Get points balance".
        path: (id) => `/v2/customers/${id}/points/balance`,
        query: () => program,
        read: plain,
        idField: 'entityId',
      }),
    ],
    [
      'transaction',
      open({
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
  { id: idOf, path, query: queryOf, read, idField }: CapillaryLookup,
  spec: CapillaryEnrichmentSpec,
  client: CapillaryClient,
): BrandEnrichment {
  const lookups = new SharedLookups<EnrichmentResult>(newResponseCache(spec.cacheMs));
  return {
    onFailure: spec.onFailure,
    async fetch(event) {
      const id = idOf(event);
      if (id === undefined) return undefined;
      const query = queryOf(event);
      return lookups.find(`${id}\n${JSON.stringify(query)}`, async () => {
        const body = await client.get(path(encodeURIComponent(id)), query);
        if (body === undefined) return undefined;
        if (!isJsonObject(body)) throw lookupError('transient', CAPILLARY_SECTION, 'the answer is not a JSON object');
        if (text(body[idField]) !== id && !wasMerged(body)) {
          throw lookupError('transient', CAPILLARY_SECTION, 'the answer is about another object and is not used');
        }
        return read(body);
      });
    },
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
