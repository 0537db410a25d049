import { lookupsContext, type BrandSettings, type BrandLookups, type BrandVault } from '@patchbay/core';
import type { BrandEntity } from '../entities/brand.entity.js';
import { openJson, sealJson } from './sealed-json.js';

/** What a definition says of the brand's own systems. */
export function lookupsOf({ recipients, enrichment }: BrandSettings): BrandLookups {
  const { resolver, consent } = recipients;
  return {
    ...(resolver === undefined ? {} : { resolver }),
    ...(consent === undefined ? {} : { consent }),
    ...(enrichment === undefined ? {} : { enrichment }),
  };
}

/** URLs, headers and credentials alike are sealed; null where the brand has no such systems. */
export function sealLookups(vault: BrandVault, brandId: string, lookups: BrandLookups): Buffer | null {
  return Object.keys(lookups).length === 0 ? null : sealJson(vault, lookupsContext(brandId), lookups);
}

/** Opens them. Throws a VaultError. */
export function openLookups(vault: BrandVault, row: Pick<BrandEntity, 'id' | 'sealedLookups'>): BrandLookups {
  if (row.sealedLookups === null) return {};
  return openJson(vault, lookupsContext(row.id), row.sealedLookups, isLookups);
}

/** What was sealed was checked then: this only tells it from what is no such thing at all. */
function isLookups(value: unknown): value is BrandLookups {
  return typeof value === 'object' && value !== null;
}
