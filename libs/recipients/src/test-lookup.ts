import { HashedIdentifierError, RESOLVER_LOOKUP, type BrandLookups, type LookupName } from '@patchbay/core';
import { isDeliveryError, type DeliveryErrorKind, type EventEnvelope, type HttpClient } from '@patchbay/plugin-sdk';
import { CapillaryClients } from './capillary/capillary-clients.js';
import { createEnricher } from './enrichment/create-enricher.js';
import { createHttpRecipientSource } from './resolver/http-recipient-source.js';

/** Lookup to test, and events whose customers may be looked up. */
export interface TestedLookup {
  readonly lookup: LookupName;
  readonly lookups: BrandLookups;
  readonly events: readonly EventEnvelope[];
}

/** Result of a test. `notCalled`: no event has the values that the lookup needs. */
export type LookupTest =
  | { readonly kind: 'passed' }
  | { readonly kind: 'notCalled' }
  | { readonly kind: 'failed'; readonly errorKind: DeliveryErrorKind; readonly message: string };

/** Brand id of the clients of one test. */
const TESTED = 'tested';

/**
 * Looks up the customer of the first event that makes the lookup call the brand's system. Uses no cached answer and no
 * cached token. A customer that the system does not know passes the test.
 */
export async function testLookup(
  { lookup, lookups, events }: TestedLookup,
  http: HttpClient,
  signal: AbortSignal,
): Promise<LookupTest> {
  let calls = 0;
  const counted: HttpClient = {
    send: (request) => {
      calls += 1;
      return http.send(request);
    },
    exchange: (request) => {
      calls += 1;
      return http.exchange(request);
    },
    download: (request) => {
      calls += 1;
      return http.download(request);
    },
  };
  const call = lookupCall(lookup, lookups, counted);
  for (const event of events) {
    try {
      await call(event, signal);
    } catch (error) {
      if (isDeliveryError(error)) return { kind: 'failed', errorKind: error.kind, message: error.message };
      if (!(error instanceof HashedIdentifierError)) throw error;
    }
    if (calls > 0) return { kind: 'passed' };
  }
  return { kind: 'notCalled' };
}

function lookupCall(
  lookup: LookupName,
  { resolver, enrichment }: BrandLookups,
  http: HttpClient,
): (event: EventEnvelope, signal: AbortSignal) => Promise<unknown> {
  if (lookup === RESOLVER_LOOKUP) {
    const source = createHttpRecipientSource(() => resolver, http);
    return (event, signal) => source.resolve({ event, brandId: TESTED, enriched: {} }, signal);
  }
  // A failure is reported even if deliveries continue without the data.
  const skipped = (error: { readonly reason: string }): never => {
    throw new Error(error.reason);
  };
  const retrying = enrichment && {
    ...(enrichment.capillary && { capillary: { ...enrichment.capillary, onFailure: 'retry' as const } }),
    http: Object.fromEntries(
      Object.entries(enrichment.http ?? {}).map(([name, spec]) => [name, { ...spec, onFailure: 'retry' as const }]),
    ),
  };
  const enricher = createEnricher({
    specOf: () => retrying,
    http,
    capillary: new CapillaryClients(http),
    onSkipped: skipped,
  });
  return (event, signal) => enricher.enrich([lookup.slice('enrichment.'.length)], event, TESTED, signal);
}
