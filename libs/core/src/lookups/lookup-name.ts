import {
  CAPILLARY_ENRICHMENTS,
  type BrandLookups,
  type EnrichmentFailurePolicy,
  type EnrichmentSpec,
} from '../configuration/lookups.js';

/** Name of the recipient resolver as a lookup. */
export const RESOLVER_LOOKUP = 'recipients.resolver';

/** Name of a lookup: {@link RESOLVER_LOOKUP}, or `enrichment.` and the name that subscriptions list in `enrich`. */
export type LookupName = typeof RESOLVER_LOOKUP | `enrichment.${string}`;

/** Lookup of a brand in one of its own systems. */
export interface NamedLookup {
  readonly name: LookupName;
  readonly kind: 'resolver' | 'http' | 'capillary';
  /** Policy for a delivery whose lookup fails or is paused. A resolver always retries. */
  readonly onFailure: EnrichmentFailurePolicy;
}

/** Returns the name of an enrichment as a lookup. */
export function enrichmentLookup(name: string): LookupName {
  return `enrichment.${name}`;
}

/** Returns all lookups of a brand. */
export function lookupsIn({ resolver, enrichment }: BrandLookups): readonly NamedLookup[] {
  const { capillary, http = {} } = enrichment ?? {};
  return [
    ...(resolver === undefined
      ? []
      : [{ name: RESOLVER_LOOKUP, kind: 'resolver', onFailure: 'retry' } satisfies NamedLookup]),
    ...(capillary === undefined
      ? []
      : CAPILLARY_ENRICHMENTS.map((name): NamedLookup => ({
          name: enrichmentLookup(name),
          kind: 'capillary',
          onFailure: capillary.onFailure,
        }))),
    ...Object.entries(http).map(([name, { onFailure }]): NamedLookup => ({
      name: enrichmentLookup(name),
      kind: 'http',
      onFailure,
    })),
  ];
}

/**
 * Returns true if the settings or credentials of a lookup differ, or if one of the two brands does not have the lookup.
 */
export function lookupDiffers(name: string, before: BrandLookups, after: BrandLookups): boolean {
  const [one, other] = [settingsOf(name, before), settingsOf(name, after)].map((settings) => JSON.stringify(settings));
  return one === undefined || one !== other;
}

function settingsOf(name: string, { resolver, enrichment }: BrandLookups): object | undefined {
  if (name === RESOLVER_LOOKUP) return resolver;
  return enrichment === undefined ? undefined : enrichmentSettings(name, enrichment);
}

function enrichmentSettings(name: string, { capillary, http = {} }: EnrichmentSpec): object | undefined {
  const own = Object.entries(http).find(([known]) => enrichmentLookup(known) === name)?.[1];
  if (own !== undefined) return own;
  return CAPILLARY_ENRICHMENTS.some((known) => enrichmentLookup(known) === name) ? capillary : undefined;
}
