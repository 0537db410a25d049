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
import { newMemory } from '../../memory/new-memory.js';
import { SharedLookups } from '../../memory/shared-lookups.js';
import type { BrandEnrichment, Fetched } from '../brand-enrichment.js';
import { CapillaryClient } from './capillary-client.js';
import { CAPILLARY } from './capillary-error.js';
import { readCustomer } from './customer-details.js';

/** One thing that Capillary knows. */
interface CapillaryRead {
  /** Whose or what, from the event; undefined where it names none. */
  readonly id: (event: EventEnvelope) => string | undefined;
  readonly path: (id: string) => string;
  readonly query: (event: EventEnvelope) => Readonly<Record<string, string>>;
  readonly read: (body: JsonObject) => Fetched;
  /** Where the answer says what it is about. */
  readonly about: string;
}

/** What a bill in the event is called in a read of its transaction (page "Get transaction details"). */
const RETURNS = /return/i;
/** The answer is about the account that this one was merged into (page "Response codes"). */
const MERGED = 91009;

/** Capillary's enrichments, by name, over one client: they share its token, its rate and its limit. */
export function openCapillary(
  spec: CapillaryEnrichmentSpec,
  http: HttpClient,
): readonly (readonly [name: CapillaryEnrichment, enrichment: BrandEnrichment])[] {
  const client = new CapillaryClient(spec, http);
  const account = spec.accountId === undefined ? {} : { accountId: spec.accountId };
  const program = spec.programId === undefined ? {} : { programId: spec.programId };
  const open = (read: CapillaryRead): BrandEnrichment => openRead(read, spec, client);
  return [
    [
      'customer',
      open({
        id: customerId,
        path: (id) => `/v2/customers/${id}`,
        query: () => ({ source: spec.source, ...account, embed: 'subscriptions' }),
        read: (body) => readCustomer(body, spec),
        about: 'id',
      }),
    ],
    [
      'points',
      open({
        id: customerId,
        // Page "Get points balance".
        path: (id) => `/v2/customers/${id}/points/balance`,
        query: () => program,
        read: plain,
        about: 'entityId',
      }),
    ],
    [
      'transaction',
      open({
        id: ({ data }) => text(data['transactionId']),
        path: (id) => `/v2/transactions/${id}`,
        query: ({ data }) => ({ type: RETURNS.test(text(data['billType']) ?? '') ? 'RETURN' : 'REGULAR' }),
        read: plain,
        about: 'id',
      }),
    ],
  ];
}

function openRead(
  { id: idOf, path, query: queryOf, read, about }: CapillaryRead,
  spec: CapillaryEnrichmentSpec,
  client: CapillaryClient,
): BrandEnrichment {
  const lookups = new SharedLookups<Fetched>(newMemory(spec.cacheMs));
  return {
    onFailure: spec.onFailure,
    async fetch(event) {
      const id = idOf(event);
      if (id === undefined) return undefined;
      const query = queryOf(event);
      return lookups.find(`${id}\n${JSON.stringify(query)}`, async () => {
        const body = await client.get(path(encodeURIComponent(id)), query);
        if (body === undefined) return undefined;
        if (!isJsonObject(body)) throw lookupError('transient', CAPILLARY, 'its answer is no object');
        if (text(body[about]) !== id && !wasMerged(body)) {
          throw lookupError('transient', CAPILLARY, 'it answered about something else, so its answer is not used');
        }
        return read(body);
      });
    },
  };
}

/** Numbers as Capillary gives them; anything else could lead to another path. Throws a HashedIdentifierError. */
function customerId({ customerId: id }: EventEnvelope): string | undefined {
  if (id !== null && isIdentifierHash(id)) throw new HashedIdentifierError(CAPILLARY);
  return text(id);
}

function plain(body: JsonObject): Fetched {
  return { value: body, recipient: {} };
}

function text(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return /^\d{1,20}$/.test(String(value)) || /^[A-Z_]{1,40}$/i.test(String(value)) ? String(value) : undefined;
}

function wasMerged(body: JsonObject): boolean {
  const warnings = body['warnings'];
  return Array.isArray(warnings) && warnings.some((one) => isJsonObject(one) && Number(one['code']) === MERGED);
}
