import type { BrandRecord } from '../configuration/configuration-snapshot.js';
import { identifierHash, isIdentifierHash, isPersonalIdentifier, normalisedIdentifier } from './personal-identifier.js';

/**
 * Origin of the customer ids in a brand's events. `platform`: ids of the platform, stored unchanged. `other`: any other
 * ids; plain digits among these ids are phone numbers. `both`: the brand has both kinds, from
 * several sources, or because a source picks another identifier as the customer's key.
 */
export type CustomerIdOrigin = 'platform' | 'other' | 'both';

/** Forms in which a brand may have stored a customer id. */
export interface CustomerForms {
  /**
   * Forms in which current events contain the id. There are two forms if plain digits are an id in one source and a
   * phone number in another source.
   */
  readonly current: readonly string[];
  /**
   * Forms in events that were stored before a change of the brand's privacy mode, or by an older version of the hub.
   */
  readonly earlier: readonly string[];
}

/**
 * Returns the forms in which a brand may have stored a customer id: the id itself and its keyed hash. A `standard` brand
 * stores the keys that its sources pick in the normalised form.
 * @param picksKeys true if a source of the brand picks the keys of customers
 */
export function customerForms(
  id: string,
  { privacy, vault }: Pick<BrandRecord, 'privacy' | 'vault'>,
  origin: CustomerIdOrigin,
  picksKeys = false,
): CustomerForms {
  if (isIdentifierHash(id)) return { current: [id], earlier: [] };
  const hash = identifierHash(vault, id);
  if (privacy.mode === 'standard') {
    const current = picksKeys ? [...new Set([id, normalisedIdentifier(id)])] : [id];
    return { current, earlier: [hash] };
  }
  if (isPersonalIdentifier(id, 'catalogue')) return { current: [hash], earlier: [id] };
  if (!isPersonalIdentifier(id, 'elsewhere')) return { current: [id], earlier: [hash] };
  if (origin === 'both') return { current: [id, hash], earlier: [] };
  return origin === 'platform' ? { current: [id], earlier: [hash] } : { current: [hash], earlier: [id] };
}
