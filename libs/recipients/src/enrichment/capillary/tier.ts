import type { JsonObject } from '@patchbay/core';
import { isJsonObject } from '@patchbay/plugin-sdk';
import { lookupError } from '../../http/lookup-failure.js';
import type { EnrichmentResult } from '../brand-enrichment.js';

/**
 * Reads the tier from an answer of `GET /v2/customers/{id}/loyaltyDetails`: one entry of `data` per loyalty programme,
 * with `currentSlab`, `nextSlab` and `slabExpiryDate`. Returns the unchanged entry, or undefined if the customer is not
 * in the programme.
 * @param programId programme of the brand; undefined if the brand has only one
 * @param section section of the brand's file, for errors
 * @throws DeliveryError if the answer does not decide the programme
 */
export function readTier(
  body: JsonObject,
  programId: string | undefined,
  section: string,
): EnrichmentResult | undefined {
  const { data } = body;
  if (!Array.isArray(data)) throw lookupError('transient', section, 'the answer has no list data');
  const programmes = data.filter(isJsonObject);
  const wanted = programmes.filter((one) => programId === undefined || isProgramme(one, programId));
  const [tier] = wanted;
  if (wanted.length > 1) {
    throw lookupError('rejected', section, 'the customer is in several loyalty programmes: set programId');
  }
  return tier === undefined ? undefined : { value: tier, recipient: {} };
}

function isProgramme({ programId }: JsonObject, wanted: string): boolean {
  return (typeof programId === 'string' || typeof programId === 'number') && String(programId) === wanted;
}
