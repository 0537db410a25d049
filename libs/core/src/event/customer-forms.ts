import type { BrandRecord } from '../configuration/configuration-snapshot.js';
import { identifierHash, isIdentifierHash, isPersonalIdentifier } from './personal-identifier.js';

/**
 * Whose ids the sources of a brand carry: a `platform`'s own, which are kept as they are; `other` ids, of which plain digits
 * are phone numbers; or `both`.
 */
export type CustomerIdOrigin = 'platform' | 'other' | 'both';

/** How a brand may have stored the customer that somebody names by an id. */
export interface CustomerForms {
  /** How events store the customer now; two where plain digits are an id by one source and a phone number by another. */
  readonly current: readonly string[];
  /** How events stored it before the brand's privacy mode changed, or this version of the hub was installed. */
  readonly earlier: readonly string[];
}

/** The forms in which a brand may have stored a customer's id: the id itself, and its keyed hash. */
export function customerForms(
  id: string,
  { privacy, vault }: Pick<BrandRecord, 'privacy' | 'vault'>,
  origin: CustomerIdOrigin,
): CustomerForms {
  if (isIdentifierHash(id)) return { current: [id], earlier: [] };
  const hash = identifierHash(vault, id);
  if (privacy.mode === 'standard') return { current: [id], earlier: [hash] };
  if (isPersonalIdentifier(id, 'catalogue')) return { current: [hash], earlier: [id] };
  if (!isPersonalIdentifier(id, 'elsewhere')) return { current: [id], earlier: [hash] };
  if (origin === 'both') return { current: [id, hash], earlier: [] };
  return origin === 'platform' ? { current: [id], earlier: [hash] } : { current: [hash], earlier: [id] };
}
