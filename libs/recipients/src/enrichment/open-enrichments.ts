import type { EnrichmentSpec } from '@patchbay/core';
import type { HttpClient } from '@patchbay/plugin-sdk';
import type { BrandEnrichment } from './brand-enrichment.js';
import { openCapillary } from './capillary/open-capillary.js';
import { HttpEnrichment } from './http-enrichment.js';

/** Opens all enrichments of a brand, by the names that subscriptions use in `enrich`. */
export function openEnrichments(spec: EnrichmentSpec, http: HttpClient): ReadonlyMap<string, BrandEnrichment> {
  const own = Object.entries(spec.http ?? {}).map(([name, one]): [string, BrandEnrichment] => [
    name,
    new HttpEnrichment(name, one, http),
  ]);
  return new Map([...own, ...(spec.capillary === undefined ? [] : openCapillary(spec.capillary, http))]);
}
